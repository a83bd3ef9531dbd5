import type { Evidence, Exchange, OperatorAnswer } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { decodeWsc } from '#wire/wps/message.js';
import { M2D_CASES, M2D_SITUATIONS } from './cases-m2d.js';
import { SENSOR } from './devices.js';
import { drop } from './edits.js';
import { twoSessions } from './evidence.js';
import { buildExchange, type Script } from './exchange.js';
import type { Broken, FaultCase } from './fault-case.js';
import {
  answer,
  DIED,
  DYNAMIC,
  first,
  MINUTES_LATER_MS,
  pinProfile,
  run,
  sensorAs,
  SHOWN,
  SHOWS,
  TELLING,
  type Course,
} from './pin.js';

const LABELLED = pinProfile(false);
const PIN_01: Broken = { fails: ['PIN-01'] };
const PIN_02: Broken = { fails: ['PIN-02'] };

/** A device with a display, of which this was answered. */
function display(
  name: string,
  operator: readonly OperatorAnswer[],
  broken: Broken = {},
  { course = {}, change = {} }: { readonly course?: Course; readonly change?: Partial<Evidence> } = {},
): FaultCase {
  return sensorAs(`the display: ${name}`, TELLING, () => run(course, operator, change), broken);
}

/** A device with a label, of which this was answered. */
function label(
  name: string,
  operator: readonly OperatorAnswer[],
  broken: Broken = {},
  exchanges: () => readonly Exchange[] = () => run().exchanges,
  profile = LABELLED,
): FaultCase {
  return sensorAs(`the label: ${name}`, profile, () => run({}, operator, { exchanges: exchanges() }), broken);
}

/** Two sessions of the sensor with another PIN. */
const withPin =
  (pin: string, script: Script = {}) =>
  (): readonly Exchange[] =>
    twoSessions({ ...SENSOR, pin }, script).exchanges;

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
  sensorAs(
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
  sensorAs('the display: an M2D with an empty Model Name', TELLING, () => run({ model: '' }, SHOWN)),
  sensorAs('the display: an M2D without Model Name', TELLING, () => run({ model: null }, SHOWN)),
  sensorAs('the display: an M2 of Windows', TELLING, () => {
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
  sensorAs('the display: the profile does not say whether there is one', pinProfile(null), () => run({}, SHOWN)),
  sensorAs('the display: no profile', null, () => run({}, SHOWN)),
];

const LABEL_CASES: readonly FaultCase[] = [
  label('nobody was asked', []),
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
  label(
    'push button tells no PIN, and the profile one of four digits',
    LABEL,
    {},
    () => [1, 2].map((number) => buildExchange(SENSOR, {}, { number, method: 'pbc' })),
    pinProfile(false, '1234'),
  ),
  label('the PIN of the profile', LABEL, {}, unknownPin),
  label('four digits in the profile', LABEL, {}, unknownPin, pinProfile(false, '1234')),
  label('no PIN is known', LABEL, {}, unknownPin, withoutPin()),
  label('the profile does not say whether there is a display', LABEL, {}, undefined, pinProfile(null)),
  sensorAs('the label: no profile', null, () => run({}, LABEL)),
  sensorAs('the label: nothing was seen', LABELLED, () => run({}, [answer('label-has-pin', 'no')], { exchanges: [] })),
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

/** Runs in which the bench failed. */
export const PIN_SITUATIONS: readonly FaultCase[] = [
  display('the bench fails before the M2D', [], {}, { ...WITHOUT_M2D, change: { benchFailure: DIED } }),
  display('the bench fails before the question', [], {}, { change: { benchFailure: DIED } }),
  ...M2D_SITUATIONS,
];

/** What somebody said of the device: only the rules about the PIN ask for it. */
export const OPERATOR_CASES: readonly FaultCase[] = [...DISPLAY_CASES, ...LABEL_CASES];

export const PIN_CASES: readonly FaultCase[] = [...OPERATOR_CASES, ...M2D_CASES];
