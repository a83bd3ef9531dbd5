import type { Datagram } from '#evidence/discovery-model.js';
import { microsoftExtension, transportUuid, vpi } from '#suites/testing/devices.js';
import { all as allEdits, replaceMicrosoft, setValue } from '#suites/testing/edits.js';
import { ssdpHeader } from '#wire/ssdp.js';
import type { TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { isKind, newer, older, type NetworkCase } from './network-cases.js';
import { all, discovery, saying, metadata, ssdpText, wsdText, type Change } from './network-edits.js';

/** What M1 promises beside what a reference device is found under, where the two rules on it part. */

/** Transport UUIDs and UUID-E of the model with both transports. */
const UPNP_UUID = 'e83e89ea-c6b0-4c01-a67b-a774d2afff58';
const DPWS_UUID = '3b934a04-e1af-4c9b-bbf8-55eedb756f54';
const UUID_E = 'a238f45a-17b0-43e6-9270-6615a892b382';

const pairing = (...tlvs: readonly TlvSource[]) => replaceMicrosoft(microsoftExtension(tlvs));
const UPNP = [vpi(2), transportUuid(UPNP_UUID)];
const DPWS = [vpi(1), transportUuid(DPWS_UUID)];
/** A Transport UUID for UPnP alone. */
const LOPSIDED = pairing(...UPNP, vpi(1));

/** Another address of the endpoint reference, wherever it is told; a Resolve for the usual one is answered (RVP-WSD-014). */
function foundAs(address: string): Change {
  const usual = `urn:uuid:${DPWS_UUID}`;
  return all(
    wsdText((text) => text.replaceAll(usual, address)),
    metadata(new RegExp(usual, 'g'), address),
  );
}

/** A second exchange, which has other TLVs in its M1. */
function thenM1(...tlvs: readonly TlvSource[]): Change {
  return (evidence) => {
    const later = saying(pairing(...tlvs))(evidence).exchanges;
    const { length } = evidence.exchanges;
    return {
      ...evidence,
      exchanges: [...evidence.exchanges, ...later.map((each) => ({ ...each, number: each.number + length }))],
    };
  };
}

const isOfRoot = (each: Datagram): boolean =>
  isKind(each, 'alive') && each.ssdp !== null && ssdpHeader(each.ssdp, 'NT')?.value === 'upnp:rootdevice';

/** The first announcement after the restart is in the very moment of it, and of another device. */
const anotherAtOnce: Change = (evidence) => {
  const { datagrams = [], stimuli = [] } = evidence.discovery ?? {};
  const restartMs = stimuli.find(({ kind }) => kind === 'power-cycle')?.timeMs ?? Infinity;
  const first = datagrams.find((each) => each.sender === 'dut' && isOfRoot(each) && each.timeMs >= restartMs);
  if (first === undefined) throw new RangeError('a device that is silent after its restart');
  const { timeMs } = first;
  return all(
    ssdpText((text, each) =>
      each.timeMs === timeMs && isOfRoot(each) ? text.replace('USN: uuid:a', 'USN: uuid:0') : text,
    ),
    discovery(() => ({ stimuli: stimuli.map((each) => (each.kind === 'power-cycle' ? { ...each, timeMs } : each)) })),
  )(evidence);
};

export const IDENTITY_CASES: readonly NetworkCase[] = [
  newer(
    'DPWS under the Transport UUID that M1 gives for UPnP alone',
    all(saying(LOPSIDED), foundAs(`urn:uuid:${UPNP_UUID}`)),
    {
      fails: ['TUU-07', 'WSD-014'],
    },
  ),
  newer(
    'DPWS under UUID-E, and a Transport UUID for UPnP alone',
    all(saying(LOPSIDED), foundAs(`urn:uuid:${UUID_E}`)),
    { fails: ['WSD-014'] },
  ),
  newer('DPWS under a UUID of its own, and a Transport UUID for UPnP alone', saying(LOPSIDED), { fails: ['TUU-06'] }),
  newer(
    'DPWS under a URL, and a Transport UUID for UPnP alone',
    all(saying(LOPSIDED), foundAs('http://192.0.2.20/me')),
    {
      fails: ['UID-07', 'WSD-014'],
    },
  ),
  newer(
    'a Transport UUID for UPnP alone, and a UUID-E all zero',
    saying(allEdits(LOPSIDED, setValue(ATTRIBUTE.UuidE, new Uint8Array(16)))),
    { fails: ['UID-01'] },
  ),
  newer(
    'DPWS declared twice, with two Transport UUIDs',
    saying(pairing(...UPNP, ...DPWS, vpi(1), transportUuid(UUID_E))),
  ),
  newer('DPWS declared twice, the second time without Transport UUID', saying(pairing(...UPNP, ...DPWS, vpi(1)))),
  newer('DPWS declared twice, the first time without Transport UUID', saying(pairing(...UPNP, vpi(1), ...DPWS)), {
    fails: ['TUU-06'],
  }),
  newer('another Transport UUID in a second M1', thenM1(...UPNP, vpi(1), transportUuid(UUID_E))),
  newer('no Transport UUID in a second M1', thenM1(...UPNP, vpi(1)), { fails: ['TUU-06', 'TUU-11'] }),
  older('another identity in the very moment of the restart', anotherAtOnce, { fails: ['UID-03', 'UID-10'] }),
  older(
    'switched off and on before it was heard',
    discovery(({ stimuli, sinceMs }) => ({
      stimuli: stimuli.flatMap((each) => (each.kind === 'power-cycle' ? [{ ...each, timeMs: sinceMs ?? 0 }] : [])),
    })),
  ),
];
