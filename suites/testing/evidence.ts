import { be, concat, fromHex } from '#base/bytes.js';
import { parseUuid } from '#base/uuid.js';
import type { Evidence, EvidenceKind, Exchange, ManagementFrame } from '#evidence/model.js';
import { encodeTlvs, type TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { decodeWsc } from '#wire/wps/message.js';
import { microsoftExtension, type SampleDevice } from './devices.js';
import { buildExchange, type Script } from './exchange.js';

const WIRED: readonly EvidenceKind[] = ['m1', 'exchange', 'keys', 'profile', 'sessions'];

/** Evidence of a wired run with these exchanges. */
export function evidenceOf(
  device: SampleDevice,
  exchanges: readonly Exchange[],
  more: Partial<Evidence> = {},
): Evidence {
  return {
    dutMac: device.mac,
    source: 'run',
    ability: { kinds: WIRED, sessions: 2 },
    exchanges,
    management: [],
    losses: [],
    events: [],
    benchFailure: null,
    ...more,
  };
}

/** Two sessions of a device, by PIN, each departing from the right way by its script. */
export function twoSessions(device: SampleDevice, script: Script = {}, second: Script = script): Evidence {
  return evidenceOf(device, [
    buildExchange(device, script, { number: 1, method: 'pin' }),
    buildExchange(device, second, { number: 2, method: 'pin' }),
  ]);
}

/** Evidence of a radio bench: what `evidence` holds and these 802.11 frames. */
export function withFrames(evidence: Evidence, ...management: readonly ManagementFrame[]): Evidence {
  return { ...evidence, management, ability: { ...evidence.ability, kinds: [...WIRED, 'frames'] } };
}

/** A Probe Request of the device with its UUID-E and these Microsoft TLVs; no vendor extension without any. */
export function probeRequest(
  device: SampleDevice,
  tlvs: readonly TlvSource[] = device.pairing,
  uuidE = device.uuidE,
): ManagementFrame {
  const attributes: TlvSource[] = [
    { type: ATTRIBUTE.Version, value: be(0x10, 1) },
    { type: ATTRIBUTE.RequestType, value: be(1, 1) },
    { type: ATTRIBUTE.UuidE, value: parseUuid(uuidE) ?? fromHex('') },
    ...(tlvs.length === 0 ? [] : [microsoftExtension(tlvs)]),
  ];
  const content = encodeTlvs({ nodes: attributes });
  const head = fromHex('4000 0000 ffffffffffff 020000000100 ffffffffffff 0000 dd00 0050f204');
  const bytes = concat(head, content);
  const frame = { number: 1, timeNs: 1n, linkType: 'dot11' as const, bytes, wireLength: bytes.length };
  return {
    kind: 'probe-request',
    transmitter: device.mac,
    frame,
    wsc: decodeWsc(content),
    parts: [{ frame, messageOffset: 0, frameOffset: head.length, lengthBytes: content.length }],
  };
}
