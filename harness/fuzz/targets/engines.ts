import { ascii, concat } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { decodeTlvs, encodeTlv, type TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { deviceTypeValue, editAttributes } from '#wire/wps/build.js';
import { AUTHENTICATOR_TLV_BYTES } from '#wire/wps/crypto.js';
import type { Engine, EngineOutput, RegistrarConfig, Script } from '#wps/engine.js';
import { ENROLLEE_LIMITS, type EnrolleeConfig } from '#wps/enrollee-config.js';
import { createEnrollee } from '#wps/enrollee.js';
import { createRegistrar } from '#wps/registrar.js';
import type { Dice } from '../dice.js';
import { editBytes } from '../mutate/edit.js';
import { editEapol, fragmentEapol } from '../mutate/eapol.js';
import { editTlvs, WPS } from '../mutate/tlv.js';
import { ensure, type Target } from '../target.js';

/**
 * Input of an engine target: what its peer does wrong, as a list of TLVs. The type says at what and at which one, from
 * 0; the value what comes in its place. The peer is our other engine, so that an exchange gets as far as it can.
 */
const SPOIL = {
  /** The peer's packet: every value of this number arrives in its place, an empty one is a loss. */
  packet: 0x0000,
  /** The peer's WSC message before its Authenticator, which is made right again: what only a real peer could send. */
  message: 0x0100,
  /** The plaintext of the peer's Encrypted Settings, encrypted with the right key. */
  settings: 0x0200,
} as const;
const KIND_MASK = 0xff00;

type Side = 'registrar' | 'enrollee';

const PIN = '12345670';
const LIMITS = { retransmitMs: 5000, tries: 3, sessionMs: 120_000 };
/** Most packets an engine may send in one session: far above what answering every packet takes. */
const PACKETS_PER_INPUT = 200;
const MAX_STEPS = 2000;

function registrarConfig(script?: Script): RegistrarConfig {
  return {
    method: 'pin',
    pin: PIN,
    credential: {
      ssid: ascii('network'),
      authenticationType: 0x0020,
      encryptionType: 0x0008,
      networkKey: ascii('a passphrase'),
    },
    uuidR: new Uint8Array(16).fill(0x52),
    device: { manufacturer: 'm', modelName: 'r', modelNumber: '1', serialNumber: '1', deviceName: 'registrar' },
    random: seededRandom(1),
    limits: LIMITS,
    ...(script === undefined ? {} : { script }),
  };
}

function enrolleeConfig(script?: Script): EnrolleeConfig {
  return {
    method: 'pin',
    pin: PIN,
    identity: {
      macAddress: Uint8Array.of(2, 0, 0, 0, 1, 0),
      uuidE: new Uint8Array(16).fill(0x45),
      authenticationTypes: 0x0023,
      encryptionTypes: 0x000d,
      connectionTypes: 0x01,
      configMethods: 0x2388,
      wpsState: 1,
      device: { manufacturer: 'm', modelName: 'e', modelNumber: '1', serialNumber: '1', deviceName: 'enrollee' },
      primaryDeviceType: deviceTypeValue(3, 1),
      rfBands: 1,
      associationState: 0,
      osVersion: Uint8Array.of(0x80, 0, 0, 0),
      version2: 0x20,
    },
    random: seededRandom(2),
    limits: ENROLLEE_LIMITS,
    ...(script === undefined ? {} : { script }),
  };
}

/** What the peer of a right exchange sends, to be changed. */
interface PeerSays {
  readonly packets: Uint8Array[];
  readonly messages: Uint8Array[];
}

/** Alters the peer's messages as the input says, and hands out what they were. */
function spoiler(spoils: readonly TlvSource[], seen: PeerSays): Script {
  return (message, tools) => {
    const number = seen.messages.length;
    const isSealed = tools.keys !== null && message.what.startsWith('M') && message.what !== 'M2D';
    const own = isSealed ? message.wsc.subarray(0, -AUTHENTICATOR_TLV_BYTES) : message.wsc;
    seen.messages.push(own);
    const edited = spoils.find(({ type }) => type === (SPOIL.message | number));
    let wsc = edited === undefined ? own : edited.value;
    const plain = spoils.find(({ type }) => type === (SPOIL.settings | number));
    if (plain !== undefined && isSealed) {
      const settings = { type: ATTRIBUTE.EncryptedSettings, value: tools.encrypt(plain.value) };
      wsc = editAttributes(wsc, (all) => all.map((node) => (node.type === settings.type ? settings : node)));
    }
    const isWhole = edited === undefined && plain === undefined;
    if (isWhole) return [message];
    return [{ ...message, wsc: isSealed ? tools.seal(concat(wsc, new Uint8Array(AUTHENTICATOR_TLV_BYTES))) : wsc }];
  };
}

/** What arrives in the place of the peer's packet. */
function arriving(bytes: Uint8Array, number: number, spoils: readonly TlvSource[]): Uint8Array[] {
  const own = spoils.filter(({ type }) => type === (SPOIL.packet | number));
  return own.length === 0 ? [bytes] : own.map(({ value }) => value).filter(({ length }) => length > 0);
}

interface Seat {
  readonly engine: Engine;
  wakeAtMs: number;
  sent: number;
  endedAtMs: number | null;
}

/** Let the engine on one side talk to a peer that is spoilt; ensures what every engine promises. */
function converse(tested: Side, spoils: readonly TlvSource[], seen: PeerSays): void {
  const script = spoiler(spoils, seen);
  const seat = (engine: Engine): Seat => ({ engine, wakeAtMs: Infinity, sent: 0, endedAtMs: null });
  const seats: Record<Side, Seat> = {
    registrar: seat(createRegistrar(registrarConfig(tested === 'registrar' ? undefined : script))),
    enrollee: seat(createEnrollee(enrolleeConfig(tested === 'enrollee' ? undefined : script))),
  };
  const inFlight: { readonly to: Side; readonly atMs: number; readonly bytes: Uint8Array }[] = [];
  const take = (side: Side, outputs: readonly EngineOutput[], nowMs: number): void => {
    const own = seats[side];
    for (const output of outputs) {
      ensure(own.endedAtMs === null, `the ${side} says ${output.kind} after its end`);
      if (output.kind === 'wake') {
        ensure(output.atMs >= nowMs, `the ${side} wants to wake in the past`);
        own.wakeAtMs = output.atMs;
      } else if (output.kind === 'end') own.endedAtMs = nowMs;
      else if (output.kind === 'send') {
        const number = own.sent++;
        const to = side === 'registrar' ? 'enrollee' : 'registrar';
        if (side !== tested) seen.packets.push(output.bytes);
        const all = side === tested ? [output.bytes] : arriving(output.bytes, number, spoils);
        for (const bytes of all) inFlight.push({ to, atMs: nowMs + 1, bytes });
      }
    }
  };
  take('registrar', seats.registrar.engine.start(0), 0);
  take('enrollee', seats.enrollee.engine.start(0), 0);
  const own = seats[tested];
  for (let steps = 0; own.endedAtMs === null; steps++) {
    ensure(steps < MAX_STEPS, `the ${tested} has not ended after ${MAX_STEPS} steps`);
    const next = (['registrar', 'enrollee'] as const).filter((side) => seats[side].endedAtMs === null);
    const wakeAtMs = Math.min(...next.map((side) => seats[side].wakeAtMs));
    const [packet] = inFlight;
    ensure(packet !== undefined || wakeAtMs < Infinity, `the ${tested} waits for ever`);
    if (packet !== undefined && packet.atMs <= wakeAtMs) {
      inFlight.shift();
      const to = seats[packet.to];
      if (to.endedAtMs === null) take(packet.to, to.engine.receive(packet.bytes, packet.atMs), packet.atMs);
    } else {
      const side = next.find((each) => seats[each].wakeAtMs === wakeAtMs) ?? tested;
      seats[side].wakeAtMs = Infinity;
      take(side, seats[side].engine.tick(wakeAtMs), wakeAtMs);
    }
  }
  ensure(own.endedAtMs <= LIMITS.sessionMs, `the ${tested} ended after ${own.endedAtMs} ms`);
  ensure(own.sent <= PACKETS_PER_INPUT + spoils.length, `the ${tested} sent ${own.sent} packets`);
}

const rightPeers = new Map<Side, PeerSays>();

/** What the peer of this engine says when nothing is wrong. */
function rightPeer(tested: Side): PeerSays {
  const known = rightPeers.get(tested);
  if (known !== undefined) return known;
  const seen: PeerSays = { packets: [], messages: [] };
  converse(tested, [], seen);
  rightPeers.set(tested, seen);
  return seen;
}

function spoil(tested: Side, dice: Dice): Uint8Array[] {
  const { packets, messages } = rightPeer(tested);
  const kind = dice.oneOf([SPOIL.packet, SPOIL.packet, SPOIL.message, SPOIL.message, SPOIL.settings]);
  const of = (number: number, value: Uint8Array): Uint8Array =>
    encodeTlv({ type: kind | (number & ~KIND_MASK), value: value.subarray(0, 0xffff) });
  if (kind === SPOIL.settings) return [of(dice.below(messages.length), editTlvs(PLAIN, WPS, dice))];
  if (kind === SPOIL.message) {
    const number = dice.below(messages.length);
    const own = dice.onceIn(8) ? dice.oneOf(messages) : (messages[number] ?? new Uint8Array(0));
    return [of(number, editTlvs(own, WPS, dice))];
  }
  const number = dice.below(packets.length);
  const packet = packets[number] ?? new Uint8Array(0);
  switch (dice.below(8)) {
    case 0:
      return [of(number, new Uint8Array(0))];
    case 1:
      return [of(number, packet), of(number, packet)];
    case 2:
      return fragmentEapol(packet, dice).map((bytes) => of(number, dice.onceIn(8) ? editBytes(bytes, dice) : bytes));
    case 3:
      return [of(number, dice.oneOf(packets)), of(number, packet)];
    default:
      return [of(number, editEapol(packet, dice))];
  }
}

/** A Credential and a secret nonce: what settings hold. */
const PLAIN = concat(
  encodeTlv({ type: ATTRIBUTE.RSNonce1, value: new Uint8Array(16).fill(0x31) }),
  encodeTlv({ type: ATTRIBUTE.RSNonce2, value: new Uint8Array(16).fill(0x32) }),
  encodeTlv({ type: ATTRIBUTE.ESNonce1, value: new Uint8Array(16).fill(0x33) }),
  encodeTlv({
    type: ATTRIBUTE.Credential,
    value: concat(
      encodeTlv({ type: ATTRIBUTE.NetworkIndex, value: Uint8Array.of(1) }),
      encodeTlv({ type: ATTRIBUTE.Ssid, value: ascii('network') }),
      encodeTlv({ type: ATTRIBUTE.AuthenticationType, value: Uint8Array.of(0, 0x20) }),
      encodeTlv({ type: ATTRIBUTE.EncryptionType, value: Uint8Array.of(0, 8) }),
      encodeTlv({ type: ATTRIBUTE.NetworkKey, value: ascii('a passphrase') }),
      encodeTlv({ type: ATTRIBUTE.MACAddress, value: Uint8Array.of(2, 0, 0, 0, 1, 0) }),
    ),
  }),
);

function engineTarget(tested: Side): Target {
  return {
    name: tested,
    deadlineMs: 1000,
    generate: (dice) => concat(...Array.from({ length: 1 + dice.below(3) }, () => concat(...spoil(tested, dice)))),
    check: (input) => converse(tested, decodeTlvs(input).nodes, { packets: [], messages: [] }),
  };
}

/** Protocol engines on a simulated clock, each against a peer that goes wrong. */
export const ENGINES: readonly Target[] = [engineTarget('registrar'), engineTarget('enrollee')];
