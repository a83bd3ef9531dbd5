import { expect } from 'chai';
import type { Evidence, Exchange } from '#evidence/model.js';
import type { MessageName } from '#wire/wps/message.js';
import { DPWS_PRINTER, DEVICES, SENSOR, type SampleDevice } from './testing/devices.js';
import { evidenceOf, twoSessions, withoutKeys } from './testing/evidence.js';
import { buildExchange } from './testing/exchange.js';
import { FAULT_CASES } from './testing/cases.js';
import { cutAfter } from './testing/situations.js';
import {
  AIR_RULES,
  broken,
  judgeAll,
  LONG_RUN_RULES,
  NETWORK_RULES,
  notRunOffNetwork,
  PIN_RULES,
  reasonOf,
  verdictOf,
  withVerdict,
} from './testing/verdicts.js';

/** Rules that speak of a whole exchange: none passes before its end was seen. */
const EXCHANGE_WIDE = [
  ...['VX-10', 'VPI-09', 'TUU-11', 'WSC-02', 'WSC-05', 'WSC-06', 'WSC-09', 'WSC-10', 'WSC-11', 'WSC-12', 'WSC-13'],
  ...['SEC-01', 'SEC-02'],
];
/** Rules that need the session keys. */
const KEYED = ['SEC-01', 'SEC-02', 'WSC-09', 'WSC-10', 'WSC-11'];

function exchangeOf(device: SampleDevice, number = 1): Exchange {
  return buildExchange(device, {}, { number, method: 'pin' });
}

function alone(exchange: Exchange, more: Partial<Evidence> = {}): Evidence {
  return evidenceOf(SENSOR, [exchange], {
    ability: { kinds: ['m1', 'exchange', 'keys', 'profile'], sessions: 1 },
    ...more,
  });
}

describe('rules on evidence that is cut short', () => {
  for (const device of DEVICES) {
    it(`${device.name}: a recording cut at any packet fails nothing and passes no rule on the whole`, () => {
      const first = exchangeOf(device, 1);
      const second = exchangeOf(device, 2);
      for (let count = 0; count < second.packets.length; count++) {
        const verdicts = judgeAll(device.profile, evidenceOf(device, [first, cutAfter(second, count)]));
        expect(broken(verdicts), `cut after ${count}`).to.deep.equal({ fails: [], warns: [] });
        expect(withVerdict(verdicts, 'error'), `cut after ${count}`).to.deep.equal([]);
        const passed = withVerdict(verdicts, 'pass').filter((id) => EXCHANGE_WIDE.includes(id));
        expect(passed, `cut after ${count}`).to.deep.equal([]);
      }
    });
  }

  it('the first exchange alone, cut at any packet, fails nothing', () => {
    const exchange = exchangeOf(DPWS_PRINTER);
    for (let count = 0; count < exchange.packets.length; count++) {
      const verdicts = judgeAll(DPWS_PRINTER.profile, alone(cutAfter(exchange, count)));
      expect(broken(verdicts), `cut after ${count}`).to.deep.equal({ fails: [], warns: [] });
      expect(withVerdict(verdicts, 'pass').filter((id) => EXCHANGE_WIDE.includes(id))).to.deep.equal([]);
    }
  });

  it('a fault seen before the cut stays one', () => {
    const faulty = buildExchange(SENSOR, { identity: 'host' }, { number: 1, method: 'pin' });
    expect(broken(judgeAll(SENSOR.profile, alone(cutAfter(faulty, 2)))).fails).to.deep.equal(['WSC-01']);
  });

  it('where frames may be missing nothing fails for absence', () => {
    for (const each of FAULT_CASES.filter(({ fails }) => fails.includes('WSC-13'))) {
      const evidence = each.evidence();
      const lossy = { ...evidence, exchanges: evidence.exchanges.map((exchange) => ({ ...exchange, lossy: true })) };
      const silent = evidence.exchanges.every(({ messages }) => {
        const m8At = messages.findLastIndex(({ wsc }) => wsc.name === 'M8');
        return messages.slice(m8At).every(({ from, wsc }) => from === 'registrar' || wsc.name !== 'WSC_NACK');
      });
      const remaining = each.fails.filter((id) => id !== 'WSC-13' || !silent);
      expect(broken(judgeAll(each.profile, lossy)).fails, each.name).to.deep.equal(remaining);
    }
  });

  it('nothing about a whole exchange passes where frames may be missing', () => {
    const evidence = twoSessions(SENSOR);
    const lossy = { ...evidence, exchanges: evidence.exchanges.map((exchange) => ({ ...exchange, lossy: true })) };
    const passed = withVerdict(judgeAll(SENSOR.profile, lossy), 'pass');
    expect(passed.filter((id) => EXCHANGE_WIDE.includes(id))).to.deep.equal([]);
    expect(passed).to.include.members(['VX-01', 'VPI-01', 'WSC-03']);
  });
});

describe('rules on evidence without M1', () => {
  const failure = { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };

  it('nothing was seen: inconclusive, never fail', () => {
    const verdicts = judgeAll(SENSOR.profile, evidenceOf(SENSOR, []));
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    expect(withVerdict(verdicts, 'pass')).to.deep.equal([]);
    const ruledOut = withVerdict(verdicts, 'not-applicable');
    expect(ruledOut.filter((id) => !NETWORK_RULES.includes(id) && !PIN_RULES.includes(id))).to.deep.equal([]);
    expect(reasonOf(verdicts, 'VX-01')).to.equal('no WPS exchange in the evidence');
  });

  it('our bench failed: error', () => {
    const verdicts = judgeAll(SENSOR.profile, evidenceOf(SENSOR, [], { benchFailure: failure }));
    expect(verdictOf(verdicts, 'VX-01')).to.equal('error');
    expect(verdictOf(verdicts, 'WSC-13')).to.equal('error');
    expect(verdictOf(verdicts, 'UID-02')).to.equal('error');
    expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal([]);
  });

  it('our bench failed after the first of two sessions: what was seen is judged, comparing is an error', () => {
    const evidence = evidenceOf(SENSOR, [exchangeOf(SENSOR)], { benchFailure: failure });
    const verdicts = judgeAll(SENSOR.profile, evidence);
    expect(withVerdict(verdicts, 'error')).to.deep.equal(['REG-50', 'SEC-02', 'UID-02', 'VPI-11']);
    expect(verdictOf(verdicts, 'WSC-13')).to.equal('pass');
  });

  it('a DUT that never speaks: how long the bench waited', () => {
    const silent = { ...cutAfter(exchangeOf(SENSOR), 1), closing: 'timeout' as const, silenceMs: 10000 };
    for (const id of ['VX-01', 'VPI-01', 'WSC-01', 'WSC-02', 'WSC-05', 'WSC-13', 'SEC-01', 'UID-02'])
      expect(reasonOf(judgeAll(SENSOR.profile, alone(silent)), id), id).to.equal('the DUT sent no M1 within 10 s');
    const detail = { outcome: 'timeout', silenceMs: 2500 };
    const nothing = evidenceOf(SENSOR, [], { events: [{ monotonicMs: 1, kind: 'session-end', detail }] });
    expect(reasonOf(judgeAll(SENSOR.profile, nothing), 'VX-01')).to.equal('the DUT sent no M1 within 2.5 s');
  });

  it('a DUT that keeps away from a session that overlaps with another: with whose, and no fault of its own', () => {
    const events = [
      { monotonicMs: 1, kind: 'overlap', detail: { session: 1, who: ['access point 02:00:00:00:04:00'], wallMs: 1 } },
      { monotonicMs: 2, kind: 'session-end', detail: { outcome: 'timeout', silenceMs: 2500 } },
    ];
    const overlap = 'push-button session overlap with access point 02:00:00:00:04:00';
    const nothing = judgeAll(SENSOR.profile, evidenceOf(SENSOR, [], { events }));
    expect(broken(nothing)).to.deep.equal({ fails: [], warns: [] });
    for (const id of ['VX-01', 'WSC-13', 'SEC-01'])
      expect(reasonOf(nothing, id), id).to.equal(`the DUT sent no M1 within 2.5 s: ${overlap}`);
    const once = judgeAll(SENSOR.profile, evidenceOf(SENSOR, [exchangeOf(SENSOR)], { events }));
    expect(broken(once)).to.deep.equal({ fails: [], warns: [] });
    expect(verdictOf(once, 'SEC-02')).to.be.oneOf(['not-run', 'inconclusive']);
    expect(reasonOf(once, 'SEC-02')).to.include(overlap);
    expect(reasonOf(once, 'WSC-13')).not.to.include(overlap);
  });

  it('a capture that begins after M1', () => {
    const whole = exchangeOf(SENSOR);
    const late = { ...whole, messages: whole.messages.slice(2), identities: [], packets: whole.packets.slice(5) };
    const verdicts = judgeAll(SENSOR.profile, alone(late));
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    expect(reasonOf(verdicts, 'VX-01')).to.equal('no M1 in the evidence');
    expect(withVerdict(verdicts, 'pass')).to.deep.equal([]);
  });

  it('an exchange without M1 does not spoil one with', () => {
    const refused = { ...cutAfter(exchangeOf(SENSOR, 1), 3), closing: 'failed' as const };
    const verdicts = judgeAll(
      SENSOR.profile,
      evidenceOf(SENSOR, [refused, exchangeOf(SENSOR, 2), exchangeOf(SENSOR, 3)]),
    );
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal([]);
  });
});

describe('rules on a DUT that stops', () => {
  const names: readonly MessageName[] = ['M1', 'M3', 'M5', 'M7'];
  for (const name of names) {
    it(`after ${name}: no fault but that it stopped, with the reason`, () => {
      const verdicts = judgeAll(SENSOR.profile, twoSessions(SENSOR, { last: name }));
      expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
      expect(verdictOf(verdicts, 'WSC-13')).to.equal('inconclusive');
      expect(reasonOf(verdicts, 'WSC-13')).to.equal(
        `no M8 was sent: the DUT was silent for 10 s in exchange 2, after its ${name}`,
      );
    });
  }

  it('the Registrar refuses the PIN: what the WSC_NACK says', () => {
    const refused = evidenceOf(SENSOR, [
      buildExchange(SENSOR, { last: 'M3', closing: 'failed' }, { number: 1, method: 'pin' }),
    ]);
    expect(reasonOf(judgeAll(SENSOR.profile, refused), 'WSC-11')).to.equal(
      'no M5, M7 in the evidence: exchange 1 failed after its M3',
    );
  });
});

describe('rules on what a run does not have', () => {
  it('no session keys: the keyed rules are inconclusive, all others as with them', () => {
    const evidence = twoSessions(DPWS_PRINTER);
    const without = {
      ...evidence,
      exchanges: evidence.exchanges.map(withoutKeys),
    };
    const verdicts = judgeAll(DPWS_PRINTER.profile, without);
    expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal(KEYED);
    for (const id of KEYED) expect(reasonOf(verdicts, id), id).to.equal('no session keys for exchange 1');
    const withKeys = judgeAll(DPWS_PRINTER.profile, evidence);
    const others = withKeys.results.filter(({ id }) => !KEYED.includes(id.slice(4)));
    for (const { id, verdict } of others) expect(verdictOf(verdicts, id.slice(4)), id).to.equal(verdict);
  });

  it('keys without the PIN: only the hashes stay closed', () => {
    const evidence = twoSessions(SENSOR);
    const without = { ...evidence, exchanges: evidence.exchanges.map((exchange) => ({ ...exchange, pin: null })) };
    expect(withVerdict(judgeAll(SENSOR.profile, without), 'inconclusive')).to.deep.equal(['WSC-10']);
  });

  it('no profile: what it declares is inconclusive, identities are not known', () => {
    const verdicts = judgeAll(null, twoSessions(DPWS_PRINTER));
    expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal(['VPI-10']);
    expect(notRunOffNetwork(verdicts)).to.deep.equal([...AIR_RULES, ...LONG_RUN_RULES, 'TUU-05'].sort());
    expect(reasonOf(verdicts, 'TUU-05')).to.match(/discovery follow-up/);
  });

  it('no identity in the profile: the rules that wait for discovery are not run', () => {
    const { ixit } = SENSOR.profile;
    const verdicts = judgeAll({ ...DPWS_PRINTER.profile, ixit }, twoSessions(DPWS_PRINTER));
    expect(notRunOffNetwork(verdicts)).to.deep.equal([...AIR_RULES, ...LONG_RUN_RULES, 'TUU-05'].sort());
  });

  it('a device that does not pair waits for no identity', () => {
    const verdicts = judgeAll(SENSOR.profile, twoSessions(SENSOR));
    expect(withVerdict(verdicts, 'not-applicable')).to.include.members(['TUU-05', 'TUU-06', 'TUU-07']);
  });

  it('one session: comparing sessions is not run', () => {
    const verdicts = judgeAll(SENSOR.profile, alone(exchangeOf(SENSOR)));
    expect(notRunOffNetwork(verdicts)).to.deep.equal(
      [...AIR_RULES, ...LONG_RUN_RULES, 'REG-50', 'SEC-02', 'TUU-12', 'UID-02', 'VPI-11'].sort(),
    );
  });

  it('an unknown method: the Device Password ID is inconclusive', () => {
    const evidence = twoSessions(SENSOR);
    const unknown = { ...evidence, exchanges: evidence.exchanges.map((exchange) => ({ ...exchange, method: null })) };
    expect(withVerdict(judgeAll(SENSOR.profile, unknown), 'inconclusive')).to.deep.equal(['WSC-14']);
  });
});
