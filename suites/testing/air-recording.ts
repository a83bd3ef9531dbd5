import { be, concat, fromHex } from '#base/bytes.js';
import type { NamedKeys } from '#evidence/keys.js';
import type { Evidence, Exchange, JoinFact } from '#evidence/model.js';
import type { Sent } from '#evidence/testing/exchange.js';
import { dot11, management, radiotap } from '#evidence/testing/frames.js';
import { MANAGEMENT } from '#wire/dot11/mac-header.js';
import { EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { overTheAir, type RadioOptions } from './air.js';
import type { SampleDevice } from './devices.js';
import { REGISTRAR_MAC, sessionStartMs } from './exchange.js';
import type { RecordedFrame, Recording } from './prefix-oracle.js';

const ETHERNET_HEADER_BYTES = 14;
/** Pairwise, acknowledged, with MIC and so on: messages 1 to 4 of the handshake. */
const KEY_INFO = [0x008a, 0x010a, 0x13ca, 0x030a] as const;
const RSN = fromHex('30140100000fac040100000fac040100000fac020000');
const NO_FACTS: readonly JoinFact[] = [];

/** What `overTheAir` gives as evidence, as frames of the air and as records of the bench. */
export function airRecording(device: SampleDevice, options: RadioOptions = {}): Recording {
  const evidence = overTheAir(device, options);
  const wrap = radiotap(dot11({ qos: true }, device.mac, REGISTRAR_MAC));
  const frames: RecordedFrame[] = evidence.management.map(({ frame }) => {
    return { bytes: frame.bytes, timeNs: frame.timeNs, interfaceId: 0 };
  });
  const put = (bytes: Uint8Array, timeNs: bigint): unknown => frames.push({ bytes, timeNs, interfaceId: 0 });
  for (const { packets, number } of evidence.exchanges) {
    for (const { from, frame } of packets)
      put(wrap({ from, eapol: frame.bytes.subarray(ETHERNET_HEADER_BYTES), what: 'eap' }, 0), frame.timeNs);
    if (!(evidence.join ?? NO_FACTS).some(({ timeMs }) => Math.floor(timeMs / sessionStartMs(1)) === number)) continue;
    joinFrames(device).forEach((bytes, index) => {
      put(bytes, BigInt(sessionStartMs(number) + 300 + index) * 1_000_000n);
    });
  }
  return {
    interfaces: ['dot11-radiotap'],
    frames: frames.toSorted((a, b) => Number(a.timeNs - b.timeNs)),
    run: { dutMac: device.mac, ability: evidence.ability, events: eventsOf(evidence) },
    keys: { sessions: evidence.exchanges.map(keysOf), pairs: [], privateKeys: [], pin: device.pin },
    profile: device.profile,
    scope: 'radio',
  };
}

/** The device leaves, associates with the network of the credential, and proves the key. */
function joinFrames(device: SampleDevice): Uint8Array[] {
  const air = (bytes: Uint8Array): Uint8Array => concat(fromHex('0000 0800 00000000'), bytes);
  const request = concat(new Uint8Array(4), fromHex('0003616263'), RSN);
  const wrap = radiotap(dot11({}, device.mac, REGISTRAR_MAC));
  return [
    air(management(MANAGEMENT.deauthentication, device.mac, REGISTRAR_MAC, fromHex('0300'))),
    air(management(MANAGEMENT.associationRequest, device.mac, REGISTRAR_MAC, request)),
    air(management(MANAGEMENT.associationResponse, REGISTRAR_MAC, device.mac, new Uint8Array(6))),
    ...KEY_INFO.map((info, index) => wrap(keyMessage(info, index), index)),
  ];
}

function keyMessage(info: number, index: number): Sent {
  const data = index === 1 ? RSN : new Uint8Array(0);
  const body = concat(Uint8Array.of(2), be(info, 2), new Uint8Array(90), be(data.length, 2), data);
  const from = index % 2 === 1 ? 'enrollee' : 'registrar';
  return { from, eapol: eapolPacket(EAPOL_TYPE.Key, body), what: `message ${index + 1}` };
}

type Events = NonNullable<Recording['run']>['events'];

/** What the bench says, the steps of the join among it, with the time it says it at. */
function eventsOf({ events, join = NO_FACTS }: Evidence): Events {
  const steps = join.map(({ state, timeMs, address, family }) => {
    const detail = {
      state,
      wallMs: timeMs,
      ...(address === undefined ? {} : { address, family: familyNumber(family) }),
    };
    return { monotonicMs: timeMs, kind: 'join', detail };
  });
  return [...events, ...steps]
    .map((event) => ({ ...event, timeNs: BigInt(event.monotonicMs) * 1_000_000n }))
    .toSorted((a, b) => a.monotonicMs - b.monotonicMs);
}

function familyNumber(family: JoinFact['family']): number {
  return family === 'ipv6' ? 6 : 4;
}

function keysOf({ keys, messages }: Exchange): NamedKeys {
  const m2 = messages.find(({ wsc }) => wsc.name === 'M2');
  const nonce = (id: number): Uint8Array => (m2 === undefined ? null : attribute(m2.wsc, id))?.value ?? fromHex('');
  if (keys === null) throw new RangeError('an exchange without keys');
  return {
    ...keys,
    enrolleeNonce: nonce(ATTRIBUTE.EnrolleeNonce),
    registrarNonce: nonce(ATTRIBUTE.RegistrarNonce),
  };
}
