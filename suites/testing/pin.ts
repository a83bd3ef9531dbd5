import { ascii } from '#base/bytes.js';
import type { AnswerWord, Evidence, Exchange, ExchangeMessage, OperatorAnswer } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import type { TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { editAttributes } from '#wire/wps/build.js';
import { decodeWsc, MESSAGE_TYPE, type MessageName } from '#wire/wps/message.js';
import { SENSOR } from './devices.js';
import { observed, type Broken, type FaultCase } from './fault-case.js';
import { wiredEvidence } from './sample-evidence.js';

/** Runs with an operator, and with the M2D that Windows sends first, for the rules about the PIN. */

/** When the M2D and its answer stand in the evidence, milliseconds since 1970. */
export const M2D_MS = 500_000;
export const MINUTES_LATER_MS = M2D_MS + 120_000;

/** Profile of the sensor, with or without a display; null: it does not say. */
export function pinProfile(display: boolean | null, pin = SENSOR.pin): Profile {
  const { ics, ixit } = SENSOR.profile;
  return { ...SENSOR.profile, ics: { ...ics, ...(display === null ? {} : { display }) }, ixit: { ...ixit, pin } };
}

/** What became of a question that was put to a person two minutes after the M2D. */
export function answer(question: string, word: AnswerWord, more: Partial<OperatorAnswer> = {}): OperatorAnswer {
  const by = word === 'yes' || word === 'no' ? { by: 'person' as const } : {};
  return { question, text: '?', answer: word, timeMs: MINUTES_LATER_MS, limitMs: 60_000, ...by, ...more };
}

/** A message of another type, made of one that is there. */
function turned(message: ExchangeMessage, name: MessageName, model: string | null = null): ExchangeMessage {
  const bytes = editAttributes(message.wsc.bytes, (all) => [
    ...all.map((node): TlvSource =>
      node.type === ATTRIBUTE.MessageType ? { type: node.type, value: Uint8Array.of(MESSAGE_TYPE[name]) } : node,
    ),
    ...(model === null ? [] : [{ type: ATTRIBUTE.ModelName, value: ascii(model) }]),
  ]);
  return { ...message, wsc: decodeWsc(bytes), opCode: OP_CODE.Msg, timeNs: BigInt(M2D_MS) * 1_000_000n };
}

/** How the session with the M2D goes; by default as with a conformant device. */
export interface Course {
  /** Model Name of the M2D; null: it has none. */
  readonly model?: string | null;
  /** First byte of the Registrar Nonce in the answer to M2D, and of the rest; absent: that of the M2D. */
  readonly nonce?: readonly [first: number, rest: number];
  /** What the device says to the M2D; null: nothing. */
  readonly answer?: MessageName | null;
  /** What the device says to the M2, where it is not M3. */
  readonly later?: MessageName;
  /** The last message of the exchange. */
  readonly last?: MessageName;
  readonly closing?: Exchange['closing'];
  readonly lossy?: boolean;
  /** How long the Registrar waited in vain; null: nobody knows. */
  readonly limitMs?: number | null;
}

function withNonce(message: ExchangeMessage, nonce: Course['nonce']): ExchangeMessage {
  if (nonce === undefined) return message;
  const value = Uint8Array.from({ length: 16 }, (_, at) => nonce[at === 0 ? 0 : 1]);
  const bytes = editAttributes(message.wsc.bytes, (all) =>
    all.map((node): TlvSource => (node.type === ATTRIBUTE.RegistrarNonce ? { type: node.type, value } : node)),
  );
  return { ...message, wsc: decodeWsc(bytes) };
}

/** The exchange with an M2D and its answer before M2. */
export function withM2d(exchange: Exchange, course: Course): Exchange {
  const {
    model = 'Windows',
    answer: said = 'WSC_ACK',
    last,
    closing = 'done',
    lossy = false,
    limitMs = 10_000,
  } = course;
  const [m1, m2, ...rest] = exchange.messages;
  const done = exchange.messages.find(({ wsc }) => wsc.name === 'WSC_DONE');
  if (m1 === undefined || m2 === undefined || done === undefined) throw new Error('not a whole exchange');
  const all = [
    m1,
    turned(m2, 'M2D', model),
    ...(said === null ? [] : [withNonce(said === 'M1' ? m1 : turned(done, said), course.nonce)]),
    m2,
    ...(course.later === undefined ? rest : [turned(done, course.later)]),
  ];
  const end = last === undefined ? all.length : all.findIndex(({ wsc }) => wsc.name === last) + 1;
  const silence = closing === 'timeout' && limitMs !== null ? { silenceMs: limitMs } : {};
  return { ...exchange, messages: all.slice(0, end), closing, lossy, ...silence, script: 'm2d-windows' };
}

/** A run of the sensor with an operator, the session with the M2D first. */
export function run(
  course: Course = {},
  operator: readonly OperatorAnswer[] = [],
  change: Partial<Evidence> = {},
): Evidence {
  const plain = wiredEvidence(SENSOR);
  const [first, ...others] = plain.exchanges;
  if (first === undefined) throw new Error('no exchange');
  const { ability } = plain;
  return {
    ...plain,
    exchanges: [withM2d(first, course), ...others],
    ...(operator.length === 0 ? {} : { operator }),
    ability: { ...ability, kinds: [...ability.kinds, 'operator'], scenarios: ['m2d-windows'] },
    ...change,
  };
}

export const DIED = { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };
/** Profile of the sensor with a display. */
export const TELLING = pinProfile(true);
export const SHOWS = answer('display-shows-pin', 'yes');
export const DYNAMIC = answer('display-pin-is-dynamic', 'yes');
export const SHOWN: readonly OperatorAnswer[] = [SHOWS, DYNAMIC];

/** A case of the sensor, judged by this profile. */
export function sensorAs(
  name: string,
  profile: Profile | null,
  evidence: () => Evidence,
  broken: Broken = {},
): FaultCase {
  return { ...observed(name, SENSOR, evidence, broken), profile };
}

/** What becomes of evidence when its first exchange is another. */
export const first =
  (change: (exchange: Exchange) => Exchange) =>
  ({ exchanges }: Evidence): Partial<Evidence> => ({
    exchanges: exchanges.map((exchange, index) => (index === 0 ? change(exchange) : exchange)),
  });
