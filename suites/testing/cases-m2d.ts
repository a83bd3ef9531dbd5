import type { EapPacket, Evidence, Exchange, ExchangeMessage } from '#evidence/model.js';
import { EAP_TYPE } from '#wire/eap/eap.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { editAttributes } from '#wire/wps/build.js';
import { decodeWsc } from '#wire/wps/message.js';
import { SENSOR } from './devices.js';
import { twoSessions } from './evidence.js';
import type { Broken, FaultCase } from './fault-case.js';
import { DIED, first, M2D_MS, run, sensorAs, SHOWN, TELLING, withM2d, type Course } from './pin.js';

const PIN_03: Broken = { fails: ['PIN-03'] };

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
  return sensorAs(name, TELLING, evidence, broken);
}

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
function untyped(message: ExchangeMessage): ExchangeMessage {
  const bytes = editAttributes(message.wsc.bytes, (all) => all.filter(({ type }) => type !== ATTRIBUTE.MessageType));
  return { ...message, wsc: decodeWsc(bytes) };
}

/** A message of the Registrar as if the device had sent it. */
function asDevice(message: ExchangeMessage): ExchangeMessage {
  return { ...message, from: 'enrollee' };
}

/** In the session with the M2D, these messages instead of each. */
function replacing(
  change: (message: ExchangeMessage, index: number) => readonly ExchangeMessage[],
): (whole: Evidence) => Partial<Evidence> {
  return first((exchange) => ({ ...exchange, messages: exchange.messages.flatMap(change) }));
}

const SILENT: Course = { answer: null, last: 'M2D', closing: 'failed' };
const NAK_TO_M2D = first((exchange) => nakInstead(exchange, 1));

/** What a device makes of an M2D, and of the M2 that follows. */
export const M2D_CASES: readonly FaultCase[] = [
  following('an M2D that is acknowledged, and an M2 that is taken', {}),
  following('an M2D of Linux', { model: 'Linux' }),
  following('WSC_NACK to M2D', { answer: 'WSC_NACK', last: 'WSC_NACK', closing: 'failed' }, PIN_03),
  following('M1 to M2D', { answer: 'M1' }, PIN_03),
  following('silence to M2D', { answer: null, last: 'M2D', closing: 'timeout' }, PIN_03),
  following(
    'a message without Message Type to M2D',
    {},
    { fails: ['PIN-03', 'WSC-12'] },
    replacing((message, index) => [index === 2 ? untyped(message) : message]),
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
    replacing((message, index) => (index === 0 ? [] : [message])),
  ),
  sensorAs('no M2D, and silence to M2', TELLING, () => {
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
  sensorAs('silence to M2 after M2D, and the other exchange ends with M1', TELLING, () => {
    const { exchanges } = run({ last: 'M2', closing: 'timeout' });
    return run({}, [], {
      exchanges: [...exchanges.slice(0, 1), ...twoSessions(SENSOR, { last: 'M1' }).exchanges.slice(1)],
    });
  }),
  following(
    'the answer to M2D was not seen, but what follows',
    { lossy: true },
    {},
    replacing((message, index) => (index === 2 ? [] : [message])),
  ),
  following(
    'the answer to M2 was not seen, but what follows',
    { lossy: true },
    {},
    replacing((message, index) => (index === 4 ? [] : [message])),
  ),
  following(
    'the answer to M2D is not there, and the device is silent in the end',
    { last: 'M6', closing: 'timeout' },
    {},
    replacing((message, index) => (index === 2 ? [] : [message])),
  ),
  following(
    'M2D twice before its answer',
    {},
    {},
    replacing((message) => (message.wsc.name === 'M2D' ? [message, message] : [message])),
  ),
  following(
    'the device sends M2D back',
    { last: 'M2D', closing: 'failed' },
    { fails: ['PIN-03', 'WSC-05'] },
    replacing((message) => (message.wsc.name === 'M2D' ? [message, asDevice(message)] : [message])),
  ),
  following(
    'the device sends an M2 after its WSC_ACK',
    { last: 'M2', closing: 'failed' },
    { fails: ['WSC-05'] },
    replacing((message) => [message.wsc.name === 'M2' ? asDevice(message) : message]),
  ),
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
export const M2D_SITUATIONS: readonly FaultCase[] = [
  following('the bench fails before the M2D', { last: 'M1', closing: 'failed' }, {}, () => ({ benchFailure: DIED })),
];
