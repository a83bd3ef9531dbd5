import { expect } from 'chai';
import { isStimulus, type Evidence, type Exchange, type Scenario } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { CATALOGUE } from './catalogue.js';
import { ABOUT_STIMULI } from './reg/stimulus-list.js';
import { refusalRule, reportRule, tolerationRule } from './stimulus-rules.js';
import { SENSOR } from './testing/devices.js';
import { setValue } from './testing/edits.js';
import { evidenceOf, WIRED } from './testing/evidence.js';
import { buildExchange, type Script } from './testing/exchange.js';
import { broken, judgeAll, reasonOf, verdictOf } from './testing/verdicts.js';

const SPEC = {
  number: '05',
  level: 'MUST',
  title: 'Do as you are told',
  when: 'something is wrong',
  why: 'It is.',
  remedy: 'Do it.',
} as const;

const DEAD = { benchFailure: { code: 'ERR_BENCH_DIED', text: 'the bench died' } };

/** The third exchange of a run, with its part in the campaign. */
function third(script: Script, more: Partial<Exchange> = {}): Exchange {
  return { ...buildExchange(SENSOR, script, { number: 3, method: 'pin' }), ...more };
}

/** Two ordinary exchanges, and what comes after them. */
function campaign(exchanges: readonly Exchange[], more: Partial<Evidence> = {}): Evidence {
  const ordinary = [1, 2].map((number) => buildExchange(SENSOR, {}, { number, method: 'pin' }));
  const ability = { kinds: WIRED, sessions: 2, scenarios: ['m2d-windows', 'reg-05'] as readonly Scenario[] };
  return evidenceOf(SENSOR, [...ordinary, ...exchanges], { ability, ...more });
}

const under = (script: Script, more: Partial<Exchange> = {}): Exchange => third(script, { script: 'reg-05', ...more });
const after = (script: Script, more: Partial<Exchange> = {}): Exchange =>
  third(script, { recovers: 'reg-05', ...more });

/** M1 came twice. */
function repeatingM1(exchange: Exchange): Exchange {
  const m1 = exchange.packets[3];
  return m1 === undefined
    ? exchange
    : { ...exchange, packets: exchange.packets.toSpliced(4, 0, { ...m1, retransmission: true }) };
}

const said = ([first]: readonly Finding[]): string[] => [first?.verdict ?? '', first?.text ?? ''];

describe('a stimulus that has to be refused', () => {
  const rule = refusalRule({ ...SPEC, step: 'M2' });
  const judged = (evidence: Evidence): string[] => said(rule.check(evidence, null));

  it('is, by silence', () => {
    expect(judged(campaign([under({ last: 'M2' })]))).to.deep.equal([
      'pass',
      'the device gives no answer within 10 s in exchange 3',
    ]);
  });

  it('is, by WSC_NACK, whatever its Configuration Error', () => {
    const m8 = refusalRule({ ...SPEC, step: 'M8' });
    expect(said(m8.check(campaign([under({ refuses: true, closing: 'failed' })]), null))).to.deep.equal([
      'pass',
      'the device answers with WSC_NACK, Configuration Error 18 in exchange 3',
    ]);
  });

  it('is not, by the next message, and points at it', () => {
    for (const [step, last, next] of [
      ['M2', 'M3', 'M3'],
      ['M4', 'M5', 'M5'],
      ['M6', 'M7', 'M7'],
      ['M8', 'WSC_DONE', 'WSC_Done'],
    ] as const) {
      const [finding] = refusalRule({ ...SPEC, step }).check(campaign([under({ last })]), null);
      expect(finding, step).to.deep.include({
        verdict: 'fail',
        text: `the device goes on with ${next} in exchange 3, although something is wrong`,
        actual: next,
        remedy: 'Do it.',
      });
      expect(finding?.at, step).to.include({ message: next, exchange: 3 });
    }
  });

  it('is not, by a later message either, where what comes before that was not seen', () => {
    for (const [step, unseen] of [
      ['M2', ['M3']],
      ['M2', ['M3', 'M5']],
      ['M2', ['M3', 'M5', 'M7']],
      ['M4', ['M5']],
      ['M4', ['M5', 'M7']],
      ['M6', ['M7']],
    ] as const) {
      const whole = under({});
      const messages = whole.messages.filter(({ wsc }) => !unseen.some((name) => name === wsc.name));
      const [finding] = refusalRule({ ...SPEC, step }).check(campaign([{ ...whole, messages }]), null);
      expect(finding?.verdict, `${step} without ${unseen.join()}`).to.equal('fail');
    }
  });

  it('is pointed at in what passes', () => {
    const [finding] = rule.check(campaign([repeatingM1(under({ last: 'M2' }))]), null);
    const m2 = under({ last: 'M2' }).packets[4];
    expect(finding?.at).to.deep.include({
      message: 'EAP-Request',
      path: 'stimulus',
      exchange: 3,
      frame: m2?.frame.number,
      messageOffset: 0,
      lengthBytes: m2?.bytes.length,
    });
  });

  it('is not known to be before the end was seen, nor where frames are missing', () => {
    expect(judged(campaign([under({ last: 'M2', closing: 'open' })]))).to.deep.equal([
      'inconclusive',
      'the end of exchange 3 was not seen',
    ]);
    expect(judged(campaign([under({ last: 'M2' }, { lossy: true })]))).to.deep.equal([
      'inconclusive',
      'frames of exchange 3 may be missing from the evidence',
    ]);
  });

  it('is an error of the bench when that died, but a failure that was seen stays one', () => {
    expect(judged(campaign([under({ last: 'M2', closing: 'open' })], DEAD))[0]).to.equal('error');
    expect(judged(campaign([under({ last: 'M3', closing: 'open' })], DEAD))[0]).to.equal('fail');
    expect(judged(campaign([], DEAD))).to.deep.equal([
      'error',
      'the stimulus reg-05 did not reach the device: the bench died',
    ]);
  });

  it('is inconclusive where the device never came to it', () => {
    expect(judged(campaign([under({ last: 'M1' })]))).to.deep.equal([
      'inconclusive',
      'the stimulus reg-05 did not reach the device: the DUT was silent for 10 s in exchange 3, after its M1',
    ]);
    const start = { session: 3, method: 'pin', script: 'reg-05', wallMs: 1 };
    const end = { session: 3, outcome: 'timeout', silenceMs: 60_000, wallMs: 60_001 };
    const events = [
      { monotonicMs: 1, kind: 'session-start', detail: start },
      { monotonicMs: 2, kind: 'session-end', detail: end },
    ];
    expect(judged(campaign([], { events }))).to.deep.equal([
      'inconclusive',
      'the stimulus reg-05 did not reach the device: it sent nothing within 60 s',
    ]);
  });

  it('is judged in each exchange of its session that came to it', () => {
    const findings = rule.check(campaign([under({ last: 'M1' }), under({ last: 'M2' }), under({ last: 'M3' })]), null);
    expect(findings.map(({ verdict }) => verdict)).to.deep.equal(['pass', 'fail']);
  });
});

describe('a stimulus that has to be taken', () => {
  const rule = tolerationRule({ ...SPEC, step: 'M4' });
  const judged = (...exchanges: readonly Exchange[]): string[] => said(rule.check(campaign(exchanges), null));

  it('is, by WSC_Done', () => {
    expect(judged(under({}))).to.deep.equal(['pass', 'the device sends WSC_Done in exchange 3']);
  });

  it('is not, by silence or WSC_NACK', () => {
    for (const [script, actual, message] of [
      [{ last: 'M4' }, 'no answer within 10 s', 'EAP-Request'],
      [{ last: 'M6' }, 'M5', 'EAP-Request'],
      [{ refuses: true }, 'WSC_NACK, Configuration Error 18', 'WSC_NACK'],
    ] as const) {
      const [finding] = rule.check(campaign([under(script)]), null);
      expect(finding).to.deep.include({ verdict: 'fail', actual });
      expect(finding?.at).to.include({ message });
    }
  });

  it('is not known to be before the end was seen', () => {
    expect(judged(under({ last: 'M4', closing: 'open' }))[0]).to.equal('inconclusive');
    expect(judged(under({ last: 'M3' }))[0]).to.equal('inconclusive');
  });

  it('is no failure of a device that does not register at all', () => {
    const alone = evidenceOf(SENSOR, [under({ last: 'M4' })]);
    expect(said(rule.check(alone, null))).to.deep.equal([
      'inconclusive',
      'no answer within 10 s in exchange 3, but the device registers in no ordinary exchange either',
    ]);
  });

  it('is one only of a device that registers in an exchange in which nothing is wrong', () => {
    const verdict = (other: Exchange): string | undefined =>
      rule.check(evidenceOf(SENSOR, [other, under({ last: 'M4' })]), null)[0]?.verdict;
    expect(verdict(third({}))).to.equal('fail');
    expect(verdict(third({}, { script: 'm2d-windows' }))).to.equal('fail');
    expect(verdict(third({ last: 'M6' }))).to.equal('inconclusive');
    expect(verdict(third({}, { script: 'reg-06' }))).to.equal('inconclusive');
    expect(verdict(after({}))).to.equal('inconclusive');
  });
});

describe('an exchange that the device leaves to begin anew in the same session', () => {
  const left = (script: Script): Exchange => under({ ...script, closing: 'open' });
  const next = (script: Script): Exchange => ({ ...under(script), number: 4 });

  it('is over, for a stimulus that has to be refused', () => {
    const rule = refusalRule({ ...SPEC, step: 'M2' });
    const verdicts = (...exchanges: readonly Exchange[]): string[] =>
      rule.check(campaign(exchanges), null).map(({ verdict }) => verdict);
    expect(verdicts(left({ last: 'M2' }), next({ last: 'M2' }))).to.deep.equal(['pass', 'pass']);
    expect(verdicts(left({ last: 'M2' }), next({ last: 'M3' }))).to.deep.equal(['pass', 'fail']);
    const lossy = { ...left({ last: 'M2' }), lossy: true };
    expect(verdicts(lossy, next({ last: 'M2' }))).to.deep.equal(['inconclusive', 'pass']);
  });

  it('is no failure where it registers then, and is one where it does not', () => {
    const rule = tolerationRule({ ...SPEC, step: 'M2' });
    const verdicts = (...exchanges: readonly Exchange[]): string[] =>
      rule.check(campaign(exchanges), null).map(({ verdict }) => verdict);
    expect(verdicts(left({ last: 'M2' }), next({}))).to.deep.equal(['pass', 'pass']);
    expect(verdicts(left({ last: 'M2' }), next({ last: 'M2' }))).to.deep.equal(['fail', 'fail']);
    expect(verdicts(left({ last: 'M2' }), next({ last: 'M1' }))).to.deep.equal(['fail']);
    expect(verdicts(under({ refuses: true, closing: 'failed' }), next({}))).to.deep.equal(['fail', 'pass']);
  });
});

describe('a stimulus of which is only told what comes of it', () => {
  const rule = reportRule({ ...SPEC, level: 'INFO', step: 'M2' });

  it('is told, whatever that is', () => {
    const [finding] = rule.check(campaign([under({ last: 'M3' })]), null);
    expect(finding).to.deep.include({ verdict: 'pass', note: true, text: 'the device answers with M3 in exchange 3' });
    expect(rule.check(campaign([under({ last: 'M2', closing: 'open' })]), null)[0]?.verdict).to.equal('inconclusive');
  });
});

describe('the exchange after a stimulus', () => {
  const judged = (exchanges: readonly Exchange[], more: Partial<Evidence> = {}): (string | undefined)[] => {
    const verdicts = judgeAll(SENSOR.profile, campaign(exchanges, more));
    return [verdictOf(verdicts, 'REG-99'), reasonOf(verdicts, 'REG-99')];
  };

  it('shows that the device works on by WSC_Done', () => {
    expect(judged([after({})])[0]).to.equal('pass');
    expect(judged([after({ last: 'M2' }), after({})])[0]).to.equal('pass');
  });

  it('shows that it does not by any other end', () => {
    expect(judged([after({ last: 'M2' })])).to.deep.equal([
      'fail',
      'the device does not register in exchange 3, after the stimulus reg-05',
    ]);
    expect(judged([after({ refuses: true, closing: 'failed' })])[0]).to.equal('fail');
  });

  it('shows nothing where it has no end, or is not there', () => {
    expect(judged([after({ last: 'M2', closing: 'open' })])[0]).to.equal('inconclusive');
    expect(judged([])).to.deep.equal(['inconclusive', 'no exchange after the stimulus reg-05']);
    expect(judged([], DEAD)[0]).to.equal('error');
  });

  it('shows nothing of a device that never registered', () => {
    const { exchanges, ability } = campaign([after({ last: 'M2' })]);
    const evidence = evidenceOf(SENSOR, exchanges.slice(2), { ability });
    expect(verdictOf(judgeAll(SENSOR.profile, evidence), 'REG-99')).to.equal('inconclusive');
  });

  it('is judged after every stimulus of which there is a rule', () => {
    expect(ABOUT_STIMULI).to.include.members(['reg-03', 'reg-05']);
    const without = { ability: { kinds: WIRED, sessions: 2 } };
    expect(judged([], without)[0]).to.equal('not-run');
  });
});

describe('an exchange under a stimulus', () => {
  const fault: Script = { sealed: { M3: setValue(ATTRIBUTE.Authenticator, new Uint8Array(8)) }, last: 'M3' };

  it('says nothing to the rules about ordinary exchanges', () => {
    const ordinary = broken(judgeAll(SENSOR.profile, campaign([])));
    expect(broken(judgeAll(SENSOR.profile, campaign([under({ last: 'M2' })])))).to.deep.equal(ordinary);
    expect(broken(judgeAll(SENSOR.profile, campaign([third(fault)]))).fails).to.include('WSC-09');
    const { fails } = broken(judgeAll(SENSOR.profile, campaign([under(fault)])));
    expect(fails).to.deep.equal(['REG-05']);
  });

  it('is shown whole to every rule about stimuli', () => {
    const about = CATALOGUE.filter(({ rule }) => rule.scenarios?.some(isStimulus) === true);
    expect(about.filter(({ rule }) => rule.underStimuli !== 'whole').map(({ rule }) => rule.id)).to.deep.equal([]);
  });

  it('makes no other rule inconclusive', () => {
    const open = (exchanges: readonly Exchange[]): string[] =>
      judgeAll(SENSOR.profile, campaign(exchanges))
        .results.filter(({ verdict, id }) => verdict === 'inconclusive' && !/REG|SEC-03/.test(id))
        .map(({ id }) => id);
    expect(open([under({ last: 'M2', closing: 'open' }, { lossy: true })])).to.deep.equal(open([]));
  });

  it('shows its M1 to the rules that compare sessions', () => {
    const first = campaign([]).exchanges[0]?.messages[0]?.wsc.attributes.find(
      ({ type }) => type === ATTRIBUTE.EnrolleeNonce,
    );
    const repeats: Script = { fixed: { enrolleeNonce: first?.value ?? new Uint8Array(16) }, last: 'M2' };
    expect(broken(judgeAll(SENSOR.profile, campaign([under(repeats)]))).fails).to.deep.equal(['SEC-02']);
    expect(broken(judgeAll(SENSOR.profile, campaign([under({ last: 'M2' })]))).fails).to.deep.equal([]);
  });

  it('shows nothing of what the device sent after M1 to those', () => {
    const [shared] = campaign([]).exchanges;
    if (shared === undefined) throw new Error('no exchange');
    // The whole of an exchange once more: M1 is new, what follows is not.
    const fresh = under({});
    const [m1] = fresh.messages;
    if (m1 === undefined) throw new Error('no M1');
    const replayed = { ...fresh, messages: [m1, ...shared.messages.slice(1)] };
    expect(broken(judgeAll(SENSOR.profile, campaign([replayed]))).fails).to.not.include('SEC-02');
  });
});
