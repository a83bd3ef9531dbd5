import { be, concat } from '#base/bytes.js';
import type { EapPacket, Evidence, Exchange } from '#evidence/model.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { campaign, recovering, under } from './campaign.js';
import { SENSOR } from './devices.js';
import { all, drop, lieAbout, setValue } from './edits.js';
import { evidenceOf, sessionsOf, withoutKeys } from './evidence.js';
import { buildExchange, sessionStartMs, type Script } from './exchange.js';
import { observed, scripted, type Broken, type FaultCase } from './fault-case.js';

const SESSIONS = 5;
const FIRST_WORDS_BYTES = 12;

/** A nonce that ends with this number. */
const endingWith =
  (number: number): NonNullable<Script['secretsFrom']> =>
  ({ enrolleeNonce }) => ({ enrolleeNonce: concat(enrolleeNonce.subarray(0, FIRST_WORDS_BYTES), be(number, 4)) });

/** The state of a linear congruential generator after so many steps. */
function congruential(steps: number): number {
  return Array.from({ length: steps }).reduce<number>((state) => (Math.imul(state, 1664525) + 1013904223) >>> 0, 7);
}

/** Nonces that step by a generator in the ordinary sessions alone; between them a stimulus took a step of its own. */
function interrupted(): Evidence {
  const ordinary = Array.from({ length: SESSIONS }, (_, index) =>
    buildExchange(SENSOR, { secretsFrom: endingWith(congruential(index)) }, { number: index + 1, method: 'pin' }),
  );
  const whole = evidenceOf(SENSOR, [
    ...ordinary,
    under('reg-05', { last: 'M2' }, SESSIONS + 1),
    recovering('reg-05', {}, SESSIONS + 2),
  ]);
  return { ...whole, ability: { ...whole.ability, sessions: SESSIONS } };
}

/** The sample of the C standard, seeded with this. */
function standardRand(seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: 16 }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 16;
  });
}

/** Long after the sample sessions, seconds. */
const LATER_SECONDS = 1_700_000_000;

function later(exchange: Exchange): Exchange {
  const shift = BigInt(LATER_SECONDS) * 1_000_000_000n;
  const moved = (packet: EapPacket): EapPacket => {
    return { ...packet, frame: { ...packet.frame, timeNs: packet.frame.timeNs + shift } };
  };
  const messages = exchange.messages.map((message) => ({
    ...message,
    timeNs: message.timeNs + shift,
    packets: message.packets.map(moved),
  }));
  return { ...exchange, messages, packets: exchange.packets.map(moved) };
}

/** Faults of secrets at the edge of what can be read. */
export const SEC_EDGE_CASES: readonly FaultCase[] = [
  scripted(
    'one Enrollee Nonce with a token',
    SENSOR,
    {
      fixed: { enrolleeNonce: new Uint8Array(16).fill(7) },
      attributes: { M1: setValue(ATTRIBUTE.DevicePasswordID, be(0x0010, 2)) },
    },
    { fails: ['SEC-02', 'WSC-14'] },
  ),
  scripted(
    'M5 ends before its Encrypted Settings',
    SENSOR,
    {
      attributes: { M5: all(drop(ATTRIBUTE.EncryptedSettings), lieAbout(ATTRIBUTE.RegistrarNonce, 0x1000)) },
      last: 'M5',
      closing: 'failed',
    },
    { fails: ['WSC-05'] },
  ),
];

const PROOFS = ['reg-03', 'reg-04'] as const;

function unproven(name: string, exchanges: () => readonly Exchange[], broken: Broken = {}): FaultCase {
  return observed(name, SENSOR, () => campaign(PROOFS, exchanges()), broken);
}

/** Faults that show over many sessions or under a stimulus: other rules say of them what they say of every run. */
export const SEC_CAMPAIGN_CASES: readonly FaultCase[] = [
  observed('an Enrollee Nonce that steps from session to session, and stimuli after them', SENSOR, interrupted, {
    warns: ['SEC-04'],
  }),
  observed(
    'an Enrollee Nonce that counts, and E-S1 is not known of the last of six sessions',
    SENSOR,
    () => {
      const whole = sessionsOf(SENSOR, SESSIONS + 1, (session) => ({ secretsFrom: endingWith(session) }));
      return {
        ...whole,
        exchanges: whole.exchanges.map((exchange) => (exchange.number > SESSIONS ? withoutKeys(exchange) : exchange)),
      };
    },
    { warns: ['SEC-04'] },
  ),
  observed(
    'an Enrollee Nonce that comes from a generator seeded with the time',
    SENSOR,
    () => {
      const whole = sessionsOf(SENSOR, SESSIONS, (session) => ({
        fixed: { enrolleeNonce: standardRand(LATER_SECONDS + sessionStartMs(session) / 1000) },
      }));
      return { ...whole, exchanges: whole.exchanges.map(later) };
    },
    { warns: ['SEC-04'] },
  ),
  observed(
    'five sessions were planned, and nothing was seen',
    SENSOR,
    () => ({
      ...sessionsOf(SENSOR, SESSIONS, () => ({})),
      exchanges: [],
    }),
    {},
  ),
  observed(
    'four of five sessions',
    SENSOR,
    () => {
      const whole = sessionsOf(SENSOR, SESSIONS, () => ({}));
      return { ...whole, exchanges: whole.exchanges.slice(0, SESSIONS - 1) };
    },
    {},
  ),
  unproven('it reveals nothing without a proof', () => [
    under('reg-03', { last: 'M4' }),
    under('reg-04', { last: 'M6' }, 4),
  ]),
  unproven('it is not known to reveal nothing', () => [under('reg-04', { last: 'M6', closing: 'open' })]),
  unproven('it reveals E-S1 without a proof', () => [under('reg-03', { last: 'M5' })], { fails: ['SEC-03'] }),
  unproven('it reveals E-S2 without a proof', () => [under('reg-04', { last: 'M7' })], { fails: ['SEC-03'] }),
];
