import { formatUuid } from '#base/uuid.js';
import { TRANSPORT, verticalPairing } from '#wire/microsoft/vertical-pairing.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute, type WscMessage } from '#wire/wps/message.js';

const UUID_BYTES = 16;

/** What an M1 promises: the transports it declares, and the lower-case UUID the device is to be found under by each. */
export interface Promises {
  readonly declared: { readonly upnp: boolean; readonly dpws: boolean };
  readonly promised: { readonly upnp: string | null; readonly dpws: string | null };
}

/** Nothing was promised. */
export const NO_PROMISES: Promises = {
  declared: { upnp: false, dpws: false },
  promised: { upnp: null, dpws: null },
};

/** Read as Windows would, as far as a faulty M1 allows: what is to be searched for, not a judgement. */
export function promisesOf(m1: WscMessage): Promises {
  const { vpis, transportUuids } = verticalPairing(m1);
  const uuidE = attribute(m1, ATTRIBUTE.UuidE)?.value ?? new Uint8Array(0);
  const promise = (transports: readonly number[]): { declared: boolean; uuid: string | null } => {
    const vpi = vpis.find(({ transport }) => transport !== null && transports.includes(transport));
    if (vpi === undefined) return { declared: false, uuid: null };
    const own = transportUuids.find((each) => each.vpi?.node === vpi.node && each.indexInRun === 0);
    const value = own?.node.value ?? uuidE;
    return { declared: true, uuid: value.length === UUID_BYTES ? formatUuid(value) : null };
  };
  const upnp = promise([TRANSPORT.Upnp]);
  const dpws = promise([TRANSPORT.Dpws, TRANSPORT.SecureDpws]);
  return {
    declared: { upnp: upnp.declared, dpws: dpws.declared },
    promised: { upnp: upnp.uuid, dpws: dpws.uuid },
  };
}
