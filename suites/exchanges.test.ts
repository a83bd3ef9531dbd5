import { expect } from 'chai';
import { concat } from '#base/bytes.js';
import type { Exchange, ExchangeMessage } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import { encodeTlvs } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { decodeWsc, type MessageName } from '#wire/wps/message.js';
import { eachExchange, endingText, isSettled, ownMessages, precedingRegistrarMessage } from './exchanges.js';
import { fail, pass } from './finding.js';
import { SENSOR } from './testing/devices.js';
import { evidenceOf } from './testing/evidence.js';
import { wiredEvidence } from './testing/sample-evidence.js';

const DIED = { code: 'ERR_BENCH_DIED', text: 'gone' };

/** The first exchange of a conformant device, with something of it changed. */
function exchange(change: Partial<Exchange> = {}): Exchange {
  const [first] = wiredEvidence(SENSOR).exchanges;
  if (first === undefined) throw new Error('no exchange');
  return { ...first, ...change };
}

/** Its messages up to the last of this name. */
function until(name: MessageName): ExchangeMessage[] {
  const { messages } = exchange();
  return messages.slice(0, messages.findIndex(({ wsc }) => wsc.name === name) + 1);
}

/** The message with this value as Configuration Error, as a WSC_NACK. */
function nack(message: ExchangeMessage, value: Uint8Array): ExchangeMessage {
  const error = encodeTlvs({ nodes: [{ type: ATTRIBUTE.ConfigurationError, value }] });
  const bytes = concat(
    Uint8Array.from(message.wsc.bytes, (byte, at) => (at === 9 ? 0x0e : byte)),
    error,
  );
  return { ...message, wsc: decodeWsc(bytes) };
}

function named(name: MessageName): ExchangeMessage {
  const found = exchange().messages.find(({ wsc }) => wsc.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe('end of an exchange, in words', () => {
  it('is told by how it was closed and by the last message of the device', () => {
    expect(endingText(exchange())).to.equal('exchange 1 ended after its WSC_Done');
    expect(endingText(exchange({ messages: until('M4'), closing: 'failed' }))).to.equal(
      'exchange 1 failed after its M3',
    );
    expect(endingText(exchange({ messages: until('M4'), closing: 'open' }))).to.equal(
      'the evidence of exchange 1 ends after its M3',
    );
    const silent = exchange({ messages: until('M2'), closing: 'timeout' });
    expect(endingText(silent)).to.equal('the DUT was silent in exchange 1, after its M1');
    expect(endingText({ ...silent, silenceMs: 2500 })).to.equal(
      'the DUT was silent for 2.5 s in exchange 1, after its M1',
    );
    expect(endingText(exchange({ messages: [] }))).to.equal('exchange 1 ended before any message of the DUT');
  });

  it('names a message without a type as what it is', () => {
    const wsc = decodeWsc(named('M3').wsc.bytes.subarray(10));
    expect(endingText(exchange({ messages: [{ ...named('M3'), wsc }] }))).to.equal(
      'exchange 1 ended after a WSC message',
    );
  });

  it('has the error of a WSC_NACK, where it can be read', () => {
    const refused = (value: Uint8Array, closing: Exchange['closing']): string =>
      endingText(exchange({ messages: [nack(named('M3'), value)], closing }));
    expect(refused(Uint8Array.of(1, 2), 'failed')).to.equal(
      'exchange 1 failed after its WSC_NACK (Configuration Error 258)',
    );
    expect(refused(Uint8Array.of(0, 18), 'open')).to.equal(
      'the evidence of exchange 1 ends after its WSC_NACK (Configuration Error 18)',
    );
    expect(refused(Uint8Array.of(18), 'failed')).to.equal('exchange 1 failed after its WSC_NACK');
    expect(endingText(exchange({ messages: [nack(named('M2'), Uint8Array.of(0, 18))], closing: 'failed' }))).to.equal(
      'exchange 1 failed before any message of the DUT',
    );
  });
});

describe('messages of an exchange', () => {
  const labels = (found: readonly ExchangeMessage[]): (string | null)[] => found.map(({ wsc }) => wsc.name);

  it('of the device are told by name, each content once', () => {
    expect(labels(ownMessages(exchange()))).to.deep.equal(['M1', 'M3', 'M5', 'M7', 'WSC_DONE']);
    expect(labels(ownMessages(exchange(), 'M5', 'M2', 'M3'))).to.deep.equal(['M3', 'M5']);
    const nameless = { ...named('M3'), wsc: decodeWsc(named('M3').wsc.bytes.subarray(10)) };
    const twice = exchange({ messages: [named('M1'), named('M1'), nameless, named('M3')] });
    expect(labels(ownMessages(twice))).to.deep.equal(['M1', null, 'M3']);
    expect(labels(ownMessages(twice, 'M1', 'M3'))).to.deep.equal(['M1', 'M3']);
  });

  it('of the Registrar are found before the one that answers them', () => {
    const whole = exchange();
    const before = (message: ExchangeMessage, ...names: readonly MessageName[]): string | null | undefined =>
      precedingRegistrarMessage(whole, message, ...names)?.wsc.name;
    const [m1, m2, m3, m4, m5] = whole.messages;
    if (m1 === undefined || m2 === undefined || m3 === undefined || m4 === undefined || m5 === undefined)
      throw new Error('not a whole exchange');
    expect(before(m3, 'M2')).to.equal('M2');
    expect(before(m5, 'M2', 'M4')).to.equal('M4');
    expect(before(m3, 'M4')).to.equal(undefined);
    expect(before(m1, 'M2')).to.equal(undefined);
    expect(before(m5, 'M1', 'M3')).to.equal(undefined);
    // One that is not of the exchange comes after all of it.
    expect(before({ ...m1 }, 'M2', 'M8')).to.equal('M8');
    const nameless = { ...m2, wsc: decodeWsc(m2.wsc.bytes.subarray(10)) };
    expect(precedingRegistrarMessage(exchange({ messages: [m1, m2, nameless, m3] }), m3, 'M2')).to.equal(m2);
  });
});

describe('judging each exchange', () => {
  const holds = (): Finding[] => [pass('it holds')];
  const breaks = (): Finding[] => {
    const at = { path: '', message: '', messageOffset: 0, lengthBytes: 0, hex: '' };
    return [fail('it does not', { expected: '', actual: '', at, remedy: '' })];
  };
  const texts = (...args: Parameters<typeof eachExchange>): string[] =>
    eachExchange(...args).map(({ verdict, text }) => `${verdict}: ${text}`);

  it('adds why an exchange is not known to be over and whole', () => {
    expect([exchange(), exchange({ closing: 'open' }), exchange({ lossy: true })].map(isSettled)).to.deep.equal([
      true,
      false,
      false,
    ]);
    const with1 = (change: Partial<Exchange>, more = {}): string[] =>
      texts(evidenceOf(SENSOR, [exchange(change)], more), holds);
    expect(with1({})).to.deep.equal(['pass: it holds']);
    expect(with1({ lossy: true })).to.deep.equal([
      'pass: it holds',
      'inconclusive: frames of exchange 1 may be missing from the evidence',
    ]);
    expect(with1({ closing: 'open' })).to.deep.equal([
      'pass: it holds',
      'inconclusive: the end of exchange 1 was not seen',
    ]);
    expect(with1({ closing: 'open' }, { benchFailure: DIED })).to.deep.equal([
      'pass: it holds',
      'error: the bench failed during exchange 1: gone',
    ]);
  });

  it('tells which needed messages no exchange has, unless a fault was seen', () => {
    const short = evidenceOf(SENSOR, [exchange({ messages: until('M4'), closing: 'failed' })]);
    expect(texts(short, holds, 'M3')).to.deep.equal(['pass: it holds']);
    expect(texts(short, holds, 'M5', 'WSC_DONE')).to.deep.equal([
      'pass: it holds',
      'inconclusive: no M5, WSC_Done in the evidence: exchange 1 failed after its M3',
    ]);
    expect(texts({ ...short, benchFailure: DIED }, holds, 'M5')).to.deep.equal([
      'pass: it holds',
      'error: no M5: the bench failed: gone',
    ]);
    expect(texts(short, breaks, 'M5')).to.deep.equal(['fail: it does not']);
    const both = evidenceOf(SENSOR, [exchange(), ...short.exchanges]);
    expect(texts(both, holds, 'M5')).to.deep.equal(['pass: it holds', 'pass: it holds']);
    const [once] = short.exchanges;
    const one = (given: Exchange): Finding[] => (given === once ? breaks() : holds());
    expect(texts(both, one, 'M2D')).to.deep.equal(['pass: it holds', 'fail: it does not']);
  });

  it('counts violations alone where there is no M1', () => {
    const late = evidenceOf(SENSOR, [exchange({ messages: [named('M3')] }), exchange({ messages: [] })]);
    expect(texts(late, holds)).to.deep.equal(['inconclusive: no M1 in the evidence']);
    expect(texts(late, breaks)).to.deep.equal([
      'fail: it does not',
      'fail: it does not',
      'inconclusive: no M1 in the evidence',
    ]);
  });
});
