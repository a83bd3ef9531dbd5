import type { Evidence, EapPacket, Exchange, OperatorAnswer } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import { EAP_TYPE } from '#wire/eap/eap.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { editAttributes } from '#wire/wps/build.js';
import { decodeWsc } from '#wire/wps/message.js';
import { SENSOR } from './devices.js';
import { drop } from './edits.js';
import { twoSessions } from './evidence.js';
import { buildExchange, type Script } from './exchange.js';
import { observed, type FaultCase } from './fault-case.js';
import { answer, M2D_MS, MINUTES_LATER_MS, pinProfile, run, withM2d, type Course } from './pin.js';

interface Broken {
  readonly fails?: readonly string[];
  readonly warns?: readonly string[];
}

const DIED = { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };
const TELLING = pinProfile(true);
const LABELLED = pinProfile(false);
const PIN_01: Broken = { fails: ['PIN-01'] };
const PIN_02: Broken = { fails: ['PIN-02'] };
const PIN_03: Broken = { fails: ['PIN-03'] };

function judged(name: string, profile: Profile | null, evidence: () => Evidence, broken: Broken = {}): FaultCase {
  return { ...observed(name, SENSOR, evidence, broken), profile };
}

/** A device with a display, of which this was answered. */
function display(
  name: string,
  operator: readonly OperatorAnswer[],
  broken: Broken = {},
  { course = {}, change = {} }: { readonly course?: Course; readonly change?: Partial<Evidence> } = {},
): FaultCase {
  return judged(`the display: ${name}`, TELLING, () => run(course, operator, change), broken);
}

/** A device with a label, of which this was answered. */
function label(
  name: string,
  operator: readonly OperatorAnswer[],
  broken: Broken = {},
  exchanges: () => readonly Exchange[] = () => run().exchanges,
  profile = LABELLED,
): FaultCase {
  return judged(`the label: ${name}`, profile, () => run({}, operator, { exchanges: exchanges() }), broken);
}

/** Two sessions of the sensor with another PIN. */
const withPin =
  (pin: string, script: Script = {}) =>
  (): readonly Exchange[] =>
    twoSessions({ ...SENSOR, pin }, script).exchanges;

/** The session with the M2D goes like this. */
function following(
  name: string,
  course: Course,
  broken: Broken = {},
  change: (whole: Evidence) => Partial<Evidence> = () => ({}),
): FaultCase {
  const evidence = (): Evidence => {
    const whole = run(course, SHOWN);
    return { ...whole, ...change(whole) };
  };
  return judged(name, TELLING, evidence, broken);
}

const SHOWS = answer('display-shows-pin', 'yes');
const DYNAMIC = answer('display-pin-is-dynamic', 'yes');
const SHOWN = [SHOWS, DYNAMIC];
const BEARS = answer('label-has-pin', 'yes');
const LABEL = [BEARS, answer('label-pin-is-marked', 'yes')];
const BY_PROFILE = { by: 'profile', timeMs: 0 } as const;
const WITHOUT_M2D = { course: { model: 'Linux' } };
const WRONG = `${SENSOR.pin.slice(0, -1)}${(Number(SENSOR.pin.at(-1)) + 1) % 10}`;

/** The question was asked this long before the two minutes were over. */
const early = (word: 'yes' | 'no', beforeMs: number): OperatorAnswer[] => [
  answer('display-shows-pin', word, { timeMs: MINUTES_LATER_MS - beforeMs }),
  DYNAMIC,
];
const unknownPin = (): readonly Exchange[] => run().exchanges.map((exchange) => ({ ...exchange, pin: null }));
const GIVEN_UP: Script = { last: 'M3', closing: 'failed' };
const first =
  (change: (exchange: Exchange) => Exchange) =>
  ({ exchanges }: Evidence): Partial<Evidence> => ({
    exchanges: exchanges.map((exchange, index) => (index === 0 ? change(exchange) : exchange)),
  });

/** An EAP-Nak at this time, milliseconds since 1970, instead of the packet of a message. */
function nakInstead(
  exchange: Exchange,
  index: number,
  timeMs = M2D_MS,
  from: EapPacket['from'] = 'enrollee',
): Exchange {
  const packet = exchange.messages[index]?.packets[0];
  const nak = (each: EapPacket): EapPacket => {
    const frame = { ...each.frame, timeNs: BigInt(timeMs) * 1_000_000n };
    return { ...each, frame, from, type: EAP_TYPE.Nak };
  };
  return { ...exchange, packets: exchange.packets.map((each) => (each === packet ? nak(each) : each)) };
}

/** The message without its Message Type, which then has no name. */
function untyped(exchange: Exchange, index: number): Exchange {
  const messages = exchange.messages.map((message, at) =>
    at === index
      ? {
          ...message,
          wsc: decodeWsc(
            editAttributes(message.wsc.bytes, (all) => all.filter(({ type }) => type !== ATTRIBUTE.MessageType)),
          ),
        }
      : message,
  );
  return { ...exchange, messages };
}

const DISPLAY_CASES: readonly FaultCase[] = [
  display('shows a PIN of its own', SHOWN),
  display('does not show a PIN', [answer('display-shows-pin', 'no'), DYNAMIC], PIN_01),
  display('shows no PIN, and nobody else was asked', [answer('display-shows-pin', 'no')], PIN_01),
  display('shows the PIN of the label', [SHOWS, answer('display-pin-is-dynamic', 'no')], PIN_01),
  display('the answer was taken back', [answer('display-shows-pin', 'no'), ...SHOWN]),
  display('nobody was asked', []),
  display('asked for one thing only', [SHOWS]),
  display('declined', [answer('display-shows-pin', 'declined'), DYNAMIC]),
  display('unanswered', [answer('display-shows-pin', 'unanswered'), DYNAMIC]),
  display('unanswered, for as long as it takes', [
    { question: 'display-shows-pin', text: '?', answer: 'unanswered', timeMs: MINUTES_LATER_MS },
    DYNAMIC,
  ]),
  display('unasked', [answer('display-shows-pin', 'unasked'), DYNAMIC]),
  display('unasked, and why', [answer('display-shows-pin', 'unasked', { note: 'nobody is there' }), DYNAMIC]),
  display('could not be told', [answer('display-shows-pin', 'failed'), DYNAMIC]),
  display('seen by the panel', [answer('display-shows-pin', 'yes', { by: 'panel' }), DYNAMIC]),
  display('seen, with a note', [answer('display-shows-pin', 'yes', { note: 'a photo' }), DYNAMIC]),
  display('recorded in the profile', [answer('display-shows-pin', 'yes', BY_PROFILE), DYNAMIC]),
  display(
    'recorded in the profile as dark',
    [answer('display-shows-pin', 'no', { ...BY_PROFILE, note: 'a photo' })],
    PIN_01,
    WITHOUT_M2D,
  ),
  display('answered a second before the two minutes were over', early('yes', 1000)),
  display('answered more than a second before the two minutes were over', early('yes', 1001)),
  display('denied before the two minutes were over', early('no', 60_000), PIN_01),
  display('answered without an M2D of Windows', SHOWN, {}, WITHOUT_M2D),
  display('denied without an M2D of Windows', [answer('display-shows-pin', 'no'), DYNAMIC], {}, WITHOUT_M2D),
  display('declined without an M2D of Windows', [answer('display-shows-pin', 'declined')], {}, WITHOUT_M2D),
  display('nobody was asked without an M2D of Windows', [], {}, WITHOUT_M2D),
  display('nothing was seen', [], {}, { change: { exchanges: [] } }),
  judged(
    'the display: an M2D of Windows that the device sends itself',
    TELLING,
    () => {
      const whole = run({}, SHOWN);
      const from = 'enrollee' as const;
      const turnAround = first((exchange) => ({
        ...exchange,
        messages: exchange.messages.map((message) => (message.wsc.name === 'M2D' ? { ...message, from } : message)),
      }));
      return { ...whole, ...turnAround(whole) };
    },
    { fails: ['WSC-05'] },
  ),
  judged('the display: an M2D without Model Name', TELLING, () => run({ model: '' }, SHOWN)),
  judged('the display: an M2 of Windows', TELLING, () => {
    const whole = run({}, SHOWN);
    const m2 = whole.exchanges[0]?.messages.find(({ wsc }) => wsc.name === 'M2D');
    const wsc = decodeWsc(
      m2?.wsc.bytes.map((byte, at) => (at === 9 && byte === 0x06 ? 0x05 : byte)) ?? new Uint8Array(),
    );
    return {
      ...whole,
      ...first((exchange) => ({
        ...exchange,
        messages: exchange.messages.map((each) => (each === m2 ? { ...each, wsc } : each)),
      }))(whole),
    };
  }),
  judged('the display: the profile does not say whether there is one', pinProfile(null), () => run({}, SHOWN)),
  judged('the display: no profile', null, () => run({}, SHOWN)),
];

const LABEL_CASES: readonly FaultCase[] = [
  label('a PIN that is marked', LABEL),
  label('none', [answer('label-has-pin', 'no')], PIN_02),
  label('none, and nothing marked', [answer('label-has-pin', 'no'), answer('label-pin-is-marked', 'no')], PIN_02),
  label('a number that nothing marks', [BEARS, answer('label-pin-is-marked', 'no')], PIN_02),
  label('a wrong checksum', LABEL, PIN_02, withPin(WRONG)),
  label('four digits', LABEL, PIN_02, withPin('1234')),
  label('four digits that were not taken', LABEL, {}, withPin('1234', GIVEN_UP)),
  label('a wrong checksum that was taken after other digits were not', LABEL, PIN_02, () => [
    ...withPin('1234', GIVEN_UP)().slice(0, 1),
    ...withPin(WRONG)().slice(1),
  ]),
  label('a wrong checksum, and in the first session no PIN is known', LABEL, PIN_02, () =>
    withPin(WRONG)().map((exchange, index) => (index === 0 ? { ...exchange, pin: null } : exchange)),
  ),
  label('push button tells no PIN', LABEL, {}, () =>
    [1, 2].map((number) => buildExchange(SENSOR, {}, { number, method: 'pbc' })),
  ),
  label('the PIN of the profile', LABEL, {}, unknownPin),
  label('four digits in the profile', LABEL, {}, unknownPin, pinProfile(false, '1234')),
  label('no PIN is known', LABEL, {}, unknownPin, withoutPin()),
  label('the profile does not say whether there is a display', LABEL, {}, undefined, pinProfile(null)),
  judged('the label: no profile', null, () => run({}, LABEL)),
  judged('the label: nothing was seen', LABELLED, () => run({}, [answer('label-has-pin', 'no')], { exchanges: [] })),
  label(
    'Config Methods in no M1',
    LABEL,
    { fails: ['WSC-03'] },
    withPin('1234', { attributes: { M1: drop(ATTRIBUTE.ConfigMethods) } }),
  ),
  label(
    'Config Methods in the second M1 alone',
    [answer('label-has-pin', 'no')],
    { fails: ['PIN-02', 'WSC-03'] },
    () => twoSessions(SENSOR, { attributes: { M1: drop(ATTRIBUTE.ConfigMethods) } }, {}).exchanges,
  ),
];

function withoutPin(): Profile {
  const { method, sessions, limits } = LABELLED.ixit;
  return { ...LABELLED, ixit: { method, sessions, limits } };
}

const SILENT: Course = { answer: null, last: 'M2D', closing: 'failed' };
const NAK_TO_M2D = first((exchange) => nakInstead(exchange, 1));

const M2D_CASES: readonly FaultCase[] = [
  following('an M2D that is acknowledged, and an M2 that is taken', {}),
  following('an M2D of Linux', { model: 'Linux' }),
  following('WSC_NACK to M2D', { answer: 'WSC_NACK', last: 'WSC_NACK', closing: 'failed' }, PIN_03),
  following('M1 to M2D', { answer: 'M1' }, PIN_03),
  following('silence to M2D', { answer: null, last: 'M2D', closing: 'timeout' }, PIN_03),
  following(
    'a message without Message Type to M2D',
    {},
    { fails: ['PIN-03', 'WSC-12'] },
    first((exchange) => untyped(exchange, 2)),
  ),
  following(
    'silence to M2D, for as long as it takes',
    { answer: null, last: 'M2D', closing: 'timeout', limitMs: null },
    PIN_03,
  ),
  following('EAP-Nak to M2D', { answer: null, last: 'M2D', closing: 'failed' }, PIN_03, NAK_TO_M2D),
  following(
    'an EAP-Nak before M2D',
    SILENT,
    {},
    first((exchange) => nakInstead(exchange, 1, M2D_MS - 1)),
  ),
  following(
    'an EAP-Nak of the Registrar',
    SILENT,
    {},
    first((exchange) => nakInstead(exchange, 1, M2D_MS, 'registrar')),
  ),
  following('M2 before M2D, and none after it', {}, {}, first(m2First)),
  following(
    'the evidence begins with the M2D',
    { lossy: true },
    {},
    first((exchange) => ({
      ...exchange,
      messages: exchange.messages.slice(1),
    })),
  ),
  judged('no M2D, and silence to M2', TELLING, () => {
    const { exchanges } = twoSessions(SENSOR, { last: 'M2' });
    return run({}, [], { exchanges });
  }),
  following('silence to M2 after M2D', { last: 'M2', closing: 'timeout' }, PIN_03),
  following('WSC_NACK to M2 after M2D', { later: 'WSC_NACK', closing: 'failed' }, PIN_03),
  following(
    'EAP-Nak to M2 after M2D',
    { last: 'M2', closing: 'failed' },
    PIN_03,
    first((exchange) => nakInstead(exchange, 3)),
  ),
  following('silence to M2 after M2D, and no other exchange', { last: 'M2', closing: 'timeout' }, {}, alone),
  following('WSC_NACK to M2 after M2D, and no other exchange', { later: 'WSC_NACK', closing: 'failed' }, {}, alone),
  following('M2D in both exchanges, and silence to M2 in the second', {}, { warns: ['REG-50'] }, ({ exchanges }) => ({
    exchanges: exchanges.map((exchange, index) =>
      index === 0 ? exchange : withM2d(exchange, { last: 'M2', closing: 'timeout' }),
    ),
  })),
  following('WSC_ACK to M2D with a Registrar Nonce of zeros', { nonce: [0, 0] }),
  following('WSC_ACK to M2D with a Registrar Nonce that ends in ones', { nonce: [0, 1] }, { fails: ['WSC-12'] }),
  following('WSC_ACK to an M2D of which nothing was seen', { lossy: true }, {}, first(withoutRegistrar)),
  following('the end with M2D was not seen', { answer: null, last: 'M2D', closing: 'open' }),
  following('M2D, and frames may be missing', { answer: null, last: 'M2D', closing: 'timeout', lossy: true }),
  following('the end of the session after M2D', { answer: null, last: 'M2D', closing: 'failed' }),
  following('the end of the session after M2', { last: 'M2', closing: 'failed' }),
  following('the end of the session after WSC_ACK', { last: 'WSC_ACK', closing: 'failed' }),
  following('the session with the M2D ends before it', { last: 'M1', closing: 'failed' }),
  following('no session with an M2D', {}, {}, ({ exchanges }) => ({ exchanges: exchanges.slice(1) })),
];

/** M2 comes before M2D and its answer. */
function m2First(exchange: Exchange): Exchange {
  const [m1, m2d, ack, m2, ...rest] = exchange.messages;
  return { ...exchange, messages: [m1, m2, m2d, ack, ...rest].flatMap((message) => message ?? []) };
}

/** The Registrar's messages of the exchange were not seen. */
function withoutRegistrar(exchange: Exchange): Exchange {
  return { ...exchange, messages: exchange.messages.filter(({ from }) => from === 'enrollee') };
}

function alone({ exchanges }: Evidence): Partial<Evidence> {
  return { exchanges: exchanges.slice(0, 1) };
}

/** Runs in which the bench failed. */
export const PIN_SITUATIONS: readonly FaultCase[] = [
  display('the bench fails before the M2D', [], {}, { ...WITHOUT_M2D, change: { benchFailure: DIED } }),
  display('the bench fails before the question', [], {}, { change: { benchFailure: DIED } }),
  following('the bench fails before the M2D', { last: 'M1', closing: 'failed' }, {}, () => ({ benchFailure: DIED })),
];

/** What somebody said of the device: only the rules about the PIN ask for it. */
export const OPERATOR_CASES: readonly FaultCase[] = [...DISPLAY_CASES, ...LABEL_CASES];

export const PIN_CASES: readonly FaultCase[] = [...OPERATOR_CASES, ...M2D_CASES];
