import { expect } from 'chai';
import type { BenchEvent, Evidence, Exchange, ExchangeMessage } from '#evidence/model.js';
import { concat } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encodeAttribute } from '#wire/wps/build.js';
import { decodeWsc } from '#wire/wps/message.js';
import type { Seen } from './locate.js';
import { m1sOf, noM1, ownerIn, seconds, wholeValue } from './observe.js';
import { SENSOR } from './testing/devices.js';
import { evidenceOf } from './testing/evidence.js';
import { buildExchange } from './testing/exchange.js';

const WHOLE = buildExchange(SENSOR, {}, { number: 1, method: 'pin' });

/** The exchange with nothing but its M1, changed. */
function onlyM1(change: (m1: ExchangeMessage) => ExchangeMessage): Exchange {
  const m1s = WHOLE.messages.filter(({ wsc }) => wsc.name === 'M1');
  return { ...WHOLE, messages: m1s.map(change) };
}

describe('M1 of an exchange', () => {
  it('is what the device says first where nothing is called M1, unless that is a later message', () => {
    const called = (name: ExchangeMessage['wsc']['name']): number =>
      m1sOf(onlyM1((m1) => ({ ...m1, wsc: { ...m1.wsc, name } }))).length;
    for (const name of ['M3', 'M5', 'M7', 'WSC_ACK', 'WSC_NACK', 'WSC_DONE'] as const)
      expect(called(name), name).to.equal(0);
    for (const name of [null, 'M2', 'Beacon'] as const) expect(called(name), name ?? 'nothing').to.equal(1);
    const nameless = onlyM1((m1) => ({ ...m1, opCode: 3, wsc: { ...m1.wsc, name: null } }));
    expect(m1sOf(nameless)).to.deep.equal([]);
  });

  it('is found once, and is the same every time', () => {
    const exchange = { ...WHOLE };
    expect(m1sOf(exchange)).to.have.length(1);
    expect(m1sOf(exchange)).to.equal(m1sOf(exchange));
  });
});

describe('why there is no M1', () => {
  const EMPTY: Exchange = { ...WHOLE, messages: [], packets: [] };
  const why = (exchanges: readonly Partial<Exchange>[], more: Partial<Evidence> = {}): string =>
    noM1({
      ...evidenceOf(
        SENSOR,
        exchanges.map((each) => ({ ...EMPTY, ...each })),
      ),
      ...more,
    }).text;
  const ended = (kind: string, detail: BenchEvent['detail']): string =>
    why([{}], { events: [{ monotonicMs: 0, kind, detail }] });

  it('is a device that was silent, by the exchange or by the record of the session', () => {
    expect(why([{}, { closing: 'timeout', silenceMs: 10_000 }])).to.equal('the DUT sent no M1 within 10 s');
    expect(ended('session-end', { outcome: 'timeout', silenceMs: 500 })).to.equal('the DUT sent no M1 within 0.5 s');
  });

  it('is not its silence where the session ended otherwise', () => {
    for (const each of [{ closing: 'failed', silenceMs: 10_000 }, { closing: 'timeout' }] as const)
      expect(why([each])).to.equal('no M1 in the evidence');
    expect(ended('session-start', { outcome: 'timeout', silenceMs: 500 })).to.equal('no M1 in the evidence');
    expect(ended('session-end', { outcome: 'failed', silenceMs: 500 })).to.equal('no M1 in the evidence');
    expect(ended('session-end', { outcome: 'timeout', silenceMs: '500' })).to.equal('no M1 in the evidence');
  });

  it('may be frames that are missing, of one exchange or of the whole', () => {
    const missing = 'no M1 in the evidence, and frames are known to be missing';
    expect(why([{}, { lossy: true }])).to.equal(missing);
    expect(why([{}], { losses: [{ source: 'kernel', count: 1, text: 'one' }] })).to.equal(missing);
    expect(why([])).to.equal('no WPS exchange in the evidence');
  });
});

describe('the rule that judges an attribute', () => {
  const address = encodeAttribute(ATTRIBUTE.MACAddress, Uint8Array.of(2, 0, 0, 0, 0, 1));
  const key = encodeAttribute(ATTRIBUTE.PublicKey, new Uint8Array(192));
  const password = encodeAttribute(ATTRIBUTE.DevicePasswordID, Uint8Array.of(0, 0));
  const seenAs = (label: string, ...attributes: readonly Uint8Array[]): Seen => {
    return { label, exchange: 1, wsc: decodeWsc(concat(...attributes)), parts: [] };
  };
  const OWNERS = [
    ['RVP-WSC-07', address],
    ['RVP-WSC-08', key],
    ['RVP-WSC-14', password],
  ] as const;

  it('in another message than M1 is that on messages', () => {
    for (const owner of ['RVP-VX-04', 'RVP-WSC-07', 'RVP-WSC-08', 'RVP-WSC-14'] as const) {
      expect(ownerIn(seenAs('M3'), owner), owner).to.equal('RVP-WSC-05');
      expect(ownerIn(seenAs('M1'), owner), owner).to.equal(owner);
    }
    expect(ownerIn(seenAs('M3'), 'RVP-WSC-06')).to.equal('RVP-WSC-06');
  });

  it('is its own for the first of M1, and that on messages for a second one', () => {
    for (const [owner, bytes] of OWNERS) {
      const twice = seenAs('M1', bytes, bytes);
      const [first, second] = twice.wsc.attributes;
      expect(ownerIn(twice, owner, first?.span), owner).to.equal(owner);
      expect(ownerIn(twice, owner, second?.span), owner).to.equal('RVP-WSC-05');
      expect(ownerIn(twice, owner), owner).to.equal(owner);
      expect(ownerIn(twice, 'RVP-VX-04', second?.span)).to.equal('RVP-VX-04');
    }
  });
});

describe('a value of a fixed length', () => {
  it('cannot be read where its attribute is cut, though it has as many bytes', () => {
    const wsc = decodeWsc(encodeAttribute(ATTRIBUTE.UuidE, new Uint8Array(16), 20));
    const cut: Seen = { label: 'M1', exchange: 1, wsc, parts: [] };
    expect(wholeValue(cut, ATTRIBUTE.UuidE, 'UUID-E', 16, 'RVP-WSC-03').problem).to.deep.include({
      verdict: 'inconclusive',
      text: 'UUID-E of M1 is not 16 bytes long, so it cannot be read',
    });
    const whole: Seen = { ...cut, wsc: decodeWsc(encodeAttribute(ATTRIBUTE.UuidE, new Uint8Array(16))) };
    expect(wholeValue(whole, ATTRIBUTE.UuidE, 'UUID-E', 16, 'RVP-WSC-03').node?.value).to.have.length(16);
  });
});

describe('a time in words', () => {
  it('is in seconds, to the millisecond', () => {
    expect([10_000, 800, 0, 15_003.919_53].map(seconds)).to.deep.equal(['10 s', '0.8 s', '0 s', '15.004 s']);
  });
});
