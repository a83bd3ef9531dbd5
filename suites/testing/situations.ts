import { concat } from '#base/bytes.js';
import type { Evidence, Exchange, JoinFact } from '#evidence/model.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { decodeWsc, type MessageName } from '#wire/wps/message.js';
import { overTheAir, step, wholeJoin } from './air.js';
import { PIN_SITUATIONS } from './cases-pin.js';
import { REG_SITUATIONS } from './cases-reg.js';
import { ALL_IN_ONE } from './devices.js';
import { setValue } from './edits.js';
import { buildExchange, REGISTRAR_MAC, type Script } from './exchange.js';
import { observed, type FaultCase } from './fault-case.js';
import { AIR_SITUATIONS } from './situations-air.js';
import { withoutKeys } from './evidence.js';

const DIED = { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };
const DEVICE = ALL_IN_ONE;

/** The exchange as a capture has it that ends after its first `count` packets. */
export function cutAfter(exchange: Exchange, count: number): Exchange {
  const packets = exchange.packets.slice(0, count);
  return {
    ...exchange,
    packets,
    messages: exchange.messages.filter((message) => message.packets.every((packet) => packets.includes(packet))),
    identities: exchange.identities.filter((packet) => packets.includes(packet)),
    closing: count < exchange.packets.length ? 'open' : exchange.closing,
  };
}

/** The exchange in which the bytes of one of the device's messages are others. */
function altered(exchange: Exchange, name: MessageName, change: (bytes: Uint8Array) => Uint8Array): Exchange {
  return {
    ...exchange,
    messages: exchange.messages.map((message) =>
      message.wsc.name === name ? { ...message, wsc: decodeWsc(change(message.wsc.bytes)) } : message,
    ),
  };
}

/** The recording of a conformant device with something of it gone or odd. */
function seen(name: string, change: (whole: Evidence) => Partial<Evidence>, script: Script = {}): FaultCase {
  return observed(
    name,
    DEVICE,
    () => {
      const whole = overTheAir(DEVICE, { script });
      return { ...whole, ...change(whole) };
    },
    {},
  );
}

const each = (change: (exchange: Exchange) => Exchange) => (whole: Evidence) => ({
  exchanges: whole.exchanges.map(change),
});
const second = (change: (exchange: Exchange) => Exchange) => (whole: Evidence) => ({
  exchanges: whole.exchanges.map((exchange, index) => (index === 1 ? change(exchange) : exchange)),
});
const nothing = { exchanges: [], management: [], join: [], events: [] };

const CUT_AFTER = [
  ...([['the identity', 2] as const, ['M1', 4] as const, ['M3', 6] as const, ['M5', 8] as const] as const),
  ...([['M7', 10] as const, ['M8', 11] as const, ['WSC_Done', 12] as const] as const),
];
const STOPS: readonly MessageName[] = ['M1', 'M3', 'M5', 'M7'];
const HEARD: readonly JoinFact[] = [
  step(1, 300, 'requested', { source: 'frames', frame: 7, accessPoint: REGISTRAR_MAC, isSecured: true }),
  step(1, 310, 'associated', { source: 'frames', frame: 8, accessPoint: REGISTRAR_MAC }),
];

/**
 * A conformant device of which a run or a capture shows too little, or oddly: no rule fails, and the reasons are what
 * a reader goes by.
 */
export const SITUATIONS: readonly FaultCase[] = [
  seen('nothing was seen', () => nothing),
  seen('nothing was seen, and the bench failed', () => ({ ...nothing, benchFailure: DIED })),
  seen('nothing was seen in 2.5 s', () => ({
    ...nothing,
    events: [{ monotonicMs: 1, kind: 'session-end', detail: { outcome: 'timeout', silenceMs: 2500 } }],
  })),
  seen(
    'no M1 in 10 s',
    each((exchange) => ({ ...cutAfter(exchange, 1), closing: 'timeout', silenceMs: 10000 })),
  ),
  seen(
    'the recording begins after M1',
    each((exchange) => ({ ...exchange, messages: exchange.messages.slice(2) })),
  ),
  seen('the recording begins after M1, with gaps', (whole) => ({
    exchanges: whole.exchanges.map((exchange) => ({ ...exchange, lossy: true, messages: exchange.messages.slice(2) })),
  })),
  seen('no M1, and frames are known to be missing', () => ({
    exchanges: [],
    losses: [{ source: 'sequence', count: 1, text: 'one frame' }],
  })),
  ...CUT_AFTER.map(([name, count]) =>
    seen(
      `the second exchange ends with ${name}`,
      second((exchange) => cutAfter(exchange, count)),
    ),
  ),
  seen('the bench fails after the second M5', (whole) => ({
    ...second((exchange) => cutAfter(exchange, 8))(whole),
    benchFailure: DIED,
    join: wholeJoin(1),
  })),
  seen('one exchange, which ends with M5', (whole) => ({
    exchanges: whole.exchanges.slice(0, 1).map((exchange) => cutAfter(exchange, 8)),
  })),
  seen('the bench fails after the first session', (whole) => ({
    exchanges: whole.exchanges.slice(0, 1),
    benchFailure: DIED,
    join: [step(1, 500, 'associated')],
  })),
  seen('the bench fails before any join', () => ({ benchFailure: DIED, join: [], management: [] })),
  seen(
    'frames may be missing',
    each((exchange) => ({ ...exchange, lossy: true })),
  ),
  seen('the first exchange ends before M1', (whole) => ({
    exchanges: whole.exchanges.map((exchange, index) =>
      index === 0 ? { ...cutAfter(exchange, 3), closing: 'failed' } : exchange,
    ),
  })),
  seen('M1 twice in an exchange', (whole) => ({
    exchanges: whole.exchanges.map((exchange) => ({
      ...exchange,
      messages: exchange.messages.flatMap((message) => (message.wsc.name === 'M1' ? [message, message] : [message])),
    })),
  })),
  seen('another M1 before the second', (whole) => {
    const other = whole.exchanges[0]?.messages.find(({ wsc }) => wsc.name === 'M1');
    return second((exchange) => ({
      ...exchange,
      messages: [...(other === undefined ? [] : [other]), ...exchange.messages],
    }))(whole);
  }),
  seen(
    'nothing of the Registrar was seen',
    each((exchange) => ({ ...exchange, messages: exchange.messages.filter(({ from }) => from === 'enrollee') })),
  ),
  seen(
    'nothing of the Registrar was seen, nor an identity',
    each((exchange) => ({
      ...exchange,
      lossy: true,
      messages: exchange.messages.filter(({ from }) => from === 'enrollee'),
      identities: [],
    })),
  ),
  seen(
    'the Registrar alone was seen',
    each((exchange) => ({
      ...exchange,
      lossy: true,
      messages: exchange.messages.filter(({ from }) => from === 'registrar'),
      identities: [],
    })),
  ),
  seen(
    'Device Password ID of 1 byte, and the method is not known',
    each((exchange) => ({ ...exchange, method: null })),
    { attributes: { M1: setValue(ATTRIBUTE.DevicePasswordID, Uint8Array.of(0)) } },
  ),
  seen('no session keys', each(withoutKeys)),
  seen(
    'no session keys, and why',
    each((exchange) => ({ ...withoutKeys(exchange), keysProblem: 'the private key is not known' })),
  ),
  seen(
    'settings that were opened, and no session keys',
    each((exchange) => ({ ...exchange, keys: null })),
  ),
  seen(
    'session keys, and no settings',
    each((exchange) => ({ ...withoutKeys(exchange), keys: exchange.keys, pin: exchange.pin })),
  ),
  seen(
    'no PIN',
    each((exchange) => ({ ...exchange, pin: null })),
  ),
  seen(
    'no PIN, and why',
    each((exchange) => ({ ...exchange, pin: null, pinProblem: 'the profile has none' })),
  ),
  seen(
    'no identity',
    each((exchange) => ({ ...exchange, identities: [] })),
  ),
  seen(
    'each identity twice',
    each((exchange) => ({
      ...exchange,
      identities: exchange.identities.flatMap((packet) => [packet, { ...packet, retransmission: true }]),
    })),
  ),
  seen(
    'the second exchange begins after M1',
    second((exchange) => ({ ...exchange, messages: exchange.messages.slice(2) })),
  ),
  seen(
    'no frame of the first exchange is missing, of the second there may',
    second((exchange) => ({ ...exchange, lossy: true })),
  ),
  seen(
    'WSC_NACK in answer to M2, of which nothing was seen',
    (whole) => ({
      exchanges: whole.exchanges.map((exchange) => ({
        ...exchange,
        messages: exchange.messages.filter(({ wsc }) => wsc.name === 'M1' || wsc.name === 'WSC_NACK'),
      })),
      join: [],
    }),
    { refuses: true, closing: 'failed' },
  ),
  seen(
    'the method is not known',
    each((exchange) => ({ ...exchange, method: null })),
  ),
  seen('one session', (whole) => ({
    exchanges: whole.exchanges.slice(0, 1),
    ability: { ...whole.ability, sessions: 1 },
    join: wholeJoin(1),
  })),
  seen('one exchange of two sessions', (whole) => ({ exchanges: whole.exchanges.slice(0, 1), join: wholeJoin(1) })),
  ...STOPS.map((last) => seen(`the device is silent after ${last}`, () => ({ join: [] }), { last })),
  seen('the exchange fails after M3', () => ({ join: [] }), { last: 'M3', closing: 'failed' }),
  ...(['M1', 'M3', 'M5', 'M7', 'WSC_DONE'] as const).flatMap((name) => [
    seen(
      `four bytes missing at the end of ${name}`,
      each((exchange) => altered(exchange, name, (bytes) => bytes.subarray(0, -4))),
    ),
    seen(
      `a byte after the last attribute of ${name}`,
      each((exchange) => altered(exchange, name, (bytes) => concat(bytes, Uint8Array.of(0)))),
    ),
  ]),
  seen('a capture of somebody else', () => ({ source: 'capture', events: [], join: HEARD })),
  seen('a capture in which nothing joins', () => ({ source: 'capture', events: [], join: [] })),
  seen('no 802.11 frame was heard', () => ({ management: [] })),
  seen('a first exchange alone, and 802.11 frames that may be missing', (whole) => ({
    exchanges: [buildExchange(DEVICE, {}, { number: 1, method: 'pbc' })],
    management: whole.management.slice(0, 1),
    losses: [{ source: 'sequence', count: 1, text: 'one frame' }],
  })),
  { ...seen('without a profile', () => ({})), profile: null },
  withoutIdentities(),
  ...AIR_SITUATIONS,
  ...PIN_SITUATIONS,
  ...REG_SITUATIONS,
];

function withoutIdentities(): FaultCase {
  const { method, pin, sessions, limits } = DEVICE.profile.ixit;
  const ixit = { method, sessions, limits, ...(pin === undefined ? {} : { pin }) };
  return { ...seen('a profile without identities', () => ({})), profile: { ...DEVICE.profile, ixit } };
}
