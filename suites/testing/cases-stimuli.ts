import { be } from '#base/bytes.js';
import type { BenchEvent, EapPacket, Evidence, Exchange, StimulusId } from '#evidence/model.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import type { MessageName } from '#wire/wps/message.js';
import { campaign, packetOf, recovering, under, withPackets } from './campaign.js';
import { SENSOR } from './devices.js';
import { drop, setValue } from './edits.js';
import { sessionsOf, twoSessions } from './evidence.js';
import { buildExchange, type Script } from './exchange.js';
import { observed, type Broken, type FaultCase } from './fault-case.js';

const DIED = { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };
const REG_05: Broken = { fails: ['REG-05'] };
const REG_33A: Broken = { fails: ['REG-33a'] };
const REG_37B: Broken = { fails: ['REG-37b'] };
const REG_99: Broken = { fails: ['REG-99'] };

function given(
  name: string,
  id: StimulusId,
  exchanges: () => readonly Exchange[],
  broken: Broken = {},
  more: Partial<Evidence> = {},
): FaultCase {
  return observed(name, SENSOR, () => campaign([id], exchanges(), more), broken);
}

/** Two sessions, of which the second goes like this. */
function second(name: string, script: Script, broken: Broken, change = (exchange: Exchange) => exchange): FaultCase {
  const evidence = (): Evidence => {
    const whole = twoSessions(SENSOR, {}, script);
    return {
      ...whole,
      exchanges: whole.exchanges.map((exchange, index) => (index === 1 ? change(exchange) : exchange)),
    };
  };
  return observed(name, SENSOR, evidence, broken);
}

/** Where a device that does as it should says no more, and where it registers: numbers of the stimuli. */
const EXPECTED: readonly (readonly [last: 'M2' | 'M4' | 'M6' | 'M8' | 'WSC_DONE', numbers: string])[] = [
  ['M2', '05 09 10 11 12a 12b 12c 16a 16b 16c 16d 16e 16f 16g 16h 16i 17a 17b 17c 18 39'],
  ['M4', '06 21a 21b 21c 21d 22a 22b 22c 22d 23a 23b 23c 28a 29a 29b 29c 29d 29e 29f'],
  ['M4', '30a 30c 30d 30e 30f 30g 30h'],
  ['M6', '07 24a 24b 28b 30b'],
  ['M8', '08 25a 25b 26a 26b 26c 26d 26e 26k 26l 27a 27b'],
  ['WSC_DONE', '13 14 15 20 26f 26g 26h 26i 26j 26m 26n 26o 26p 31a 31b 31c 31d 32'],
  ['WSC_DONE', '33a 33b 33c 35a 35b 35c 35d 35e 36a 36b 36c 37a 37b 37c 37d 37e'],
];

/** A conformant device under the stimuli of the protocol, one exchange each. */
function everything(): Evidence {
  const given = EXPECTED.flatMap(([last, numbers]) =>
    numbers.split(' ').map((number) => ({ id: `reg-${number}` as const, last })),
  );
  return campaign(
    given.map(({ id }) => id),
    given.map(({ id, last }, index) => under(id, { last }, index + 3)),
  );
}

const start = (session: number, detail: Readonly<Record<string, unknown>>): BenchEvent => {
  return {
    monotonicMs: session,
    kind: 'session-start',
    detail: { session, method: 'pin', wallMs: session, ...detail },
  };
};
const silent = (session: number, silenceMs: number): BenchEvent => {
  const detail = { session, outcome: 'timeout', silenceMs, wallMs: session };
  return { monotonicMs: session, kind: 'session-end', detail };
};

/** The exchange without what was said in these messages, and its end may be missing. */
function unseen(exchange: Exchange, ...names: readonly MessageName[]): Exchange {
  const messages = exchange.messages.filter(({ wsc }) => wsc.name === null || !names.includes(wsc.name));
  return { ...exchange, lossy: true, messages };
}

const withoutPackets = (exchange: Exchange): Exchange => ({ ...exchange, packets: [] });

/** An exchange that goes no further than the identity of the device. */
function identityOnly(id: StimulusId): Exchange {
  const whole = under(id, { last: 'M1' });
  return { ...whole, packets: whole.packets.slice(0, 2), messages: [], closing: 'failed' };
}

const STIMULUS_CASES: readonly FaultCase[] = [
  observed('it does as it should under every stimulus', SENSOR, everything, {}),
  given('it takes an M2 whose Authenticator is wrong', 'reg-05', () => [under('reg-05', { last: 'M3' })], REG_05),
  given(
    'it takes an M2 whose Authenticator is wrong, of which no more than M5 was seen',
    'reg-05',
    () => [unseen(under('reg-05', {}), 'M3', 'M7', 'WSC_DONE')],
    REG_05,
  ),
  given('it says nothing, and the exchange is over', 'reg-05', () => [
    under('reg-05', { last: 'M2', closing: 'failed' }),
  ]),
  given('no stimulus was given', 'reg-05', () => []),
  given(
    'it is silent in a session with a stimulus',
    'reg-05',
    () => [],
    {},
    {
      events: [start(1, {}), silent(1, 20_000), start(3, { script: 'reg-05' }), silent(3, 60_000)],
    },
  ),
  given('it says no more than its identity in the session with a stimulus', 'reg-05', () => [identityOnly('reg-05')]),
  given('the exchange ends before the stimulus', 'reg-05', () => [under('reg-05', { last: 'M1', closing: 'failed' })]),
  given('it stops after M5 where fragments are short', 'reg-33a', () => [under('reg-33a', { last: 'M6' })], REG_33A),
  given(
    'it says WSC_NACK where fragments are short, and the end was not seen',
    'reg-33a',
    () => [under('reg-33a', { refuses: true, closing: 'open' })],
    REG_33A,
  ),
  given(
    'it says WSC_NACK, and then WSC_Done',
    'reg-33a',
    () => {
      const refused = under('reg-33a', { refuses: true, closing: 'failed' });
      const whole = under('reg-33a', {});
      const done = whole.messages.filter(({ wsc }) => wsc.name === 'WSC_DONE');
      return [
        {
          ...refused,
          packets: [...refused.packets, packetOf(whole, 'WSC_DONE')],
          messages: [...refused.messages, ...done],
        },
      ];
    },
    REG_33A,
  ),
  given('it begins anew where fragments are short', 'reg-33a', () => [
    under('reg-33a', { last: 'M2', closing: 'open' }),
    under('reg-33a', {}, 4),
  ]),
];

const RECOVERY_CASES: readonly FaultCase[] = [
  given('it does not register after a stimulus', 'reg-05', () => [recovering('reg-05', { last: 'M2' })], REG_99),
  given('it does not register after a stimulus, of which no packet is known', 'reg-05', () => [
    withoutPackets(recovering('reg-05', { last: 'M2' })),
  ]),
  given(
    'it is silent after a stimulus',
    'reg-05',
    () => [],
    {},
    {
      events: [start(3, {}), silent(3, 20_000), start(4, { recovers: 'reg-05' }), silent(4, 60_000)],
    },
  ),
  observed(
    'it registers neither before a stimulus nor after it',
    SENSOR,
    () => {
      const { exchanges, ability } = campaign(['reg-05'], [recovering('reg-05', { last: 'M2' })]);
      const stopped = [1, 2].map((number) => buildExchange(SENSOR, { last: 'M4' }, { number, method: 'pin' }));
      return { ...twoSessions(SENSOR), ability, exchanges: [...stopped, ...exchanges.slice(2)] };
    },
    {},
  ),
];

const REFUSES: Script = { refuses: true, closing: 'failed' };
const WSC_13: Broken = { fails: ['WSC-13'] };
const WARNED: Broken = { fails: ['WSC-13'], warns: ['REG-50'] };
const nack = (edit: Parameters<typeof drop>[0] | Uint8Array): Script => ({
  ...REFUSES,
  attributes: {
    WSC_NACK: typeof edit === 'number' ? drop(edit) : setValue(ATTRIBUTE.ConfigurationError, edit),
  },
});

/** The Registrar says WSC_NACK in the end. */
function refusedByRegistrar(exchange: Exchange): Exchange {
  const refusal = buildExchange(SENSOR, REFUSES, { number: 2, method: 'pin' }).messages.at(-1);
  if (refusal === undefined) throw new Error('no WSC_NACK');
  return { ...exchange, messages: [...exchange.messages, { ...refusal, from: 'registrar' }] };
}

/** How a second registration of a device goes. */
export const REPETITION_CASES: readonly FaultCase[] = [
  second('it says in the second session that the PIN is not its own', REFUSES, WSC_13),
  second('it refuses the second credential with another error', nack(be(12, 2)), WARNED),
  second('it refuses the second credential with an error of 1 byte', nack(be(18, 1)), {
    fails: ['WSC-05', 'WSC-13'],
    warns: ['REG-50'],
  }),
  second('it refuses the second credential without an error', nack(ATTRIBUTE.ConfigurationError), WARNED),
  second('the Registrar ends the second session', { last: 'M5', closing: 'failed' }, {}, refusedByRegistrar),
  second('no packet of the second session is known', { last: 'M1' }, {}, withoutPackets),
  observed(
    'the end of the second session of three was not seen',
    SENSOR,
    () => sessionsOf(SENSOR, 3, (session) => (session === 2 ? { last: 'M3', closing: 'open' } : {})),
    {},
  ),
];

/** An exchange in which a request is sent twice, with these packets behind it the second time. */
function repeated(
  id: StimulusId,
  request: 'M2' | 'M4',
  answer: 'M3' | 'M5',
  script: Script,
  behind: (answer: EapPacket, exchange: Exchange) => readonly EapPacket[],
): Exchange {
  const exchange = under(id, script);
  const first = packetOf(exchange, answer);
  return withPackets(exchange, first, packetOf(exchange, request), ...behind(first, exchange));
}

const other = (packet: EapPacket): EapPacket => {
  return { ...packet, bytes: packet.bytes.map((byte, index) => (index === 20 ? byte ^ 1 : byte)) };
};
const again = (script: Script, behind: Parameters<typeof repeated>[4]) => (): readonly Exchange[] => [
  repeated('reg-37b', 'M2', 'M3', script, behind),
];

const RETRANSMISSION_CASES: readonly FaultCase[] = [
  given(
    'it answers a repeated M2 with other bytes',
    'reg-37b',
    again({}, (m3) => [other(m3)]),
    REG_37B,
  ),
  given(
    'it says nothing to a repeated M2',
    'reg-37b',
    again({}, () => []),
    REG_37B,
  ),
  given(
    'it says nothing to a repeated M2, which is the last packet',
    'reg-37b',
    again({ last: 'M3' }, () => []),
    REG_37B,
  ),
  given(
    'it answers a repeated M2 alike, and then with M1',
    'reg-37b',
    again({}, (m3, exchange) => [m3, packetOf(exchange, 'M1')]),
  ),
  given(
    'it sends M2 back before that is repeated, and then nothing',
    'reg-37b',
    () => {
      const exchange = under('reg-37b', {});
      const m2 = packetOf(exchange, 'M2');
      const back: EapPacket = { ...m2, from: 'enrollee', frame: { ...m2.frame, number: 77 } };
      return [withPackets(exchange, packetOf(exchange, 'M3'), back, m2)];
    },
    REG_37B,
  ),
  given(
    'it answers neither M2 nor its repetition',
    'reg-37b',
    () => {
      const exchange = under('reg-37b', { last: 'M2' });
      const m2 = packetOf(exchange, 'M2');
      return [withPackets(exchange, m2, m2)];
    },
    REG_37B,
  ),
  given('M2 is not repeated, and M1 comes behind M3', 'reg-37b', () => {
    const exchange = under('reg-37b', { last: 'M3' });
    return [withPackets({ ...exchange, closing: 'done' }, packetOf(exchange, 'M3'), packetOf(exchange, 'M1'))];
  }),
  given('it answers a repeated M2 alike, and registers once more', 'reg-37b', () => [
    ...again({}, (m3) => [m3])(),
    under('reg-37b', {}, 4),
  ]),
  given('it stops before M2 comes', 'reg-37b', () => [under('reg-37b', { last: 'M1' })]),
  given('it stops before M4 comes', 'reg-37c', () => [under('reg-37c', { last: 'M2' })]),
  given(
    'it answers a repeated M4 alike, and then says nothing',
    'reg-37c',
    () => [repeated('reg-37c', 'M4', 'M5', { last: 'M6' }, (m5) => [m5])],
    { fails: ['REG-37c'] },
  ),
  given(
    'it answers a repeated WSC_Start with another M1',
    'reg-37a',
    () => {
      const exchange = under('reg-37a', {});
      const [, , wscStart] = exchange.packets;
      const m1 = packetOf(exchange, 'M1');
      return wscStart === undefined ? [] : [withPackets(exchange, m1, wscStart, other(m1))];
    },
    { fails: ['REG-37a'] },
  ),
];

const ANEW_CASES: readonly FaultCase[] = [
  given('it begins anew by a second WSC_Start', 'reg-38', () => [
    under('reg-38', { last: 'M1', closing: 'open' }),
    under('reg-38', { last: 'M3' }, 4),
  ]),
  given('it says nothing to a second WSC_Start', 'reg-38', () => [
    under('reg-38', { last: 'M1', closing: 'open' }),
    { ...under('reg-38', { last: 'M1' }, 4), messages: [] },
  ]),
  given('the end of a third exchange after a second WSC_Start was not seen', 'reg-38', () => [
    under('reg-38', { last: 'M1', closing: 'open' }),
    under('reg-38', { last: 'M1', closing: 'open' }, 4),
    under('reg-38', { last: 'M1', closing: 'open' }, 5),
  ]),
  given('no packet after a second WSC_Start is known', 'reg-38', () => [
    under('reg-38', { last: 'M1', closing: 'open' }),
    withoutPackets(under('reg-38', { last: 'M3' }, 4)),
  ]),
  given('it begins anew while the Registrar is silent', 'reg-39', () => [
    under('reg-39', { last: 'M1', closing: 'open' }),
    under('reg-39', { last: 'M1' }, 4),
  ]),
  given('the session ends while the Registrar is silent', 'reg-39', () => [under('reg-39', { last: 'M1' })]),
  given(
    'it begins anew while the Registrar is silent, and takes the M2 that comes too late',
    'reg-39',
    () => [under('reg-39', { last: 'M1', closing: 'open' }), under('reg-39', { last: 'M3' }, 4)],
    { warns: ['REG-39'] },
  ),
];

/** What devices make of stimuli, and whether they work on afterwards. */
export const STIMULI_CASES: readonly FaultCase[] = [
  ...STIMULUS_CASES,
  ...RECOVERY_CASES,
  ...RETRANSMISSION_CASES,
  ...ANEW_CASES,
];

/** Runs with stimuli in which the bench failed. */
export const STIMULI_SITUATIONS: readonly FaultCase[] = [
  given(
    'it was not seen to go on, and the bench died later',
    'reg-05',
    () => [{ ...under('reg-05', { last: 'M2' }), lossy: true }],
    {},
    { benchFailure: DIED },
  ),
  given('the bench died after a stimulus', 'reg-05', () => [], {}, { benchFailure: DIED }),
];
