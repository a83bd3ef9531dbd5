import { u8 } from '#base/bytes.js';
import type { Finding, RuleId } from '#judge/rule.js';
import { TRANSPORT, transportName, type TransportUuid, type Vpi } from '#wire/microsoft/vertical-pairing.js';
import { blocked, notApplicable } from './finding.js';
import { hexNumber } from './locate.js';
import { cutAttribute, lengthOwner, type M1 } from './observe.js';

/** Length field of a VPI (I-1) and of a Transport UUID. */
export const VPI_BYTES = 2;
export const TRANSPORT_UUID_BYTES = 16;

/** `DPWS (0x01)`, `0x07 (reserved)`. */
export function transportText(transport: number): string {
  const name = transportName(transport);
  return name === null ? `${hexNumber(transport)} (reserved)` : `${name} (${hexNumber(transport)})`;
}

/** A VPI whose two fields can be read. */
export interface ReadableVpi extends Vpi {
  readonly transport: number;
  readonly profileRequest: number;
}

/** The rule whose failure makes the fields of a VPI unreadable, or null. */
export function vpiBlocker(vpi: Vpi): RuleId | null {
  if (vpi.node.missingBytes > 0) return 'RVP-VX-06';
  return vpi.node.declaredLength === VPI_BYTES ? null : 'RVP-VPI-02';
}

/** The VPI with its fields, or null when they cannot be read. */
export function readableVpi(vpi: Vpi): ReadableVpi | null {
  if (vpiBlocker(vpi) !== null) return null;
  return { ...vpi, transport: u8(vpi.node.value, 0), profileRequest: u8(vpi.node.value, 1) };
}

/** Findings for the VPIs of an M1 that cannot be read. */
export function unreadableVpis(m1: M1): Finding[] {
  return m1.pairing.vpis.flatMap((vpi) => {
    const by = vpiBlocker(vpi);
    return by === null ? [] : [blocked(by, `the fields of ${vpi.node.path} in ${m1.text} cannot be read`)];
  });
}

export function readableVpis(m1: M1): ReadableVpi[] {
  return m1.pairing.vpis.flatMap((vpi) => readableVpi(vpi) ?? []);
}

/** True for a transport Windows can pair over: DPWS, UPnP, Secure DPWS. */
export function isPairing(transport: number): boolean {
  return transport !== TRANSPORT.None && transportName(transport) !== null;
}

/** Why nothing can be said of M1's VPIs: there are none (precedence 2), else null. */
export function withoutVpi(m1: M1): Finding | null {
  return m1.pairing.vpis.length > 0 ? null : blocked('RVP-VPI-01', `${m1.text} has no VPI`);
}

/** Why nothing can be said of M1's Microsoft extension: there is none, else null. */
export function withoutExtension(m1: M1): Finding | null {
  return m1.pairing.extensions.length > 0 ? null : blocked('RVP-VX-01', `${m1.text} has no Microsoft vendor extension`);
}

/**
 * Why nothing can be said of M1's Transport UUIDs: there are none, which is lawful, unless a cut TLV or a cut message
 * may hide one. Null when there are some.
 */
export function withoutTransportUuid(m1: M1): Finding | null {
  if (m1.pairing.transportUuids.length > 0) return null;
  return hiddenTransportUuid(m1) ?? notApplicable(`${m1.text} has no Transport UUID TLV, which is optional`);
}

/** The finding for an M1 that is cut where a Transport UUID may stand, or null. */
export function hiddenTransportUuid(m1: M1): Finding | null {
  const cutTlv = m1.pairing.tlvs.find((tlv) => tlv.node.missingBytes > 0);
  if (cutTlv !== undefined)
    return blocked(
      'RVP-VX-06',
      `${cutTlv.node.path} of ${m1.text} is cut: whether a Transport UUID follows is unknown`,
    );
  const cut = cutAttribute(m1);
  if (cut === null) return null;
  return blocked(
    lengthOwner(m1, cut),
    `${m1.text} is cut inside ${cut.path}: whether a Transport UUID follows is unknown`,
  );
}

/** The rule whose failure makes the value of a Transport UUID unreadable, or null. */
export function transportUuidBlocker(uuid: TransportUuid): RuleId | null {
  if (uuid.node.missingBytes > 0) return 'RVP-VX-06';
  return uuid.node.declaredLength === TRANSPORT_UUID_BYTES ? null : 'RVP-TUU-01';
}

/** Judge the value of each Transport UUID of M1; those that cannot be read are blocked. */
export function eachTransportUuidValue(m1: M1, judge: (uuid: TransportUuid) => Finding): Finding[] {
  const none = withoutTransportUuid(m1);
  if (none !== null) return [none];
  return m1.pairing.transportUuids.map((uuid) => {
    const by = transportUuidBlocker(uuid);
    return by === null ? judge(uuid) : blocked(by, `the value of ${uuid.node.path} in ${m1.text} cannot be read`);
  });
}

/** Why it is open which Transport UUID belongs to which transport of M1: findings, none when it is clear. */
export function openTransports(m1: M1): Finding[] {
  const orphan = m1.pairing.transportUuids.find(({ vpi }) => vpi === null);
  if (orphan !== undefined)
    return [blocked('RVP-TUU-02', `${orphan.node.path} of ${m1.text} belongs to no transport, so it may be of any`)];
  const hidden = hiddenTransportUuid(m1);
  if (hidden !== null) return [hidden];
  const reserved = readableVpis(m1).filter(({ transport }) => transportName(transport) === null);
  return [
    ...unreadableVpis(m1),
    ...reserved.map(({ node }) => blocked('RVP-VPI-03', `${node.path} of ${m1.text} declares a reserved transport`)),
  ];
}
