import { expect } from 'chai';
import type { Evidence, Exchange, OperatorAnswer } from '#evidence/model.js';
import { SENSOR } from './testing/devices.js';
import { twoSessions } from './testing/evidence.js';
import { answer, MINUTES_LATER_MS, pinProfile as profile, run, type Course } from './testing/pin.js';
import { judgeAll, reasonOf, verdictOf } from './testing/verdicts.js';

const DYNAMIC = answer('display-pin-is-dynamic', 'yes');
const MARKED = answer('label-pin-is-marked', 'yes');
const LABEL = [answer('label-has-pin', 'yes'), MARKED];

describe('PIN on a display', () => {
  const shown = (...answers: readonly OperatorAnswer[]): Evidence => run({}, answers);
  const judged = (evidence: Evidence, display: boolean | null = true): [string | undefined, string | undefined] => {
    const verdicts = judgeAll(profile(display), evidence);
    return [verdictOf(verdicts, 'PIN-01'), reasonOf(verdicts, 'PIN-01')];
  };

  it('passes by yes, and fails by no to either question', () => {
    expect(judged(shown(answer('display-shows-pin', 'yes'), DYNAMIC))[0]).to.equal('pass');
    expect(judged(shown(answer('display-shows-pin', 'no'), DYNAMIC))[0]).to.equal('fail');
    const fixed = judged(shown(answer('display-shows-pin', 'yes'), answer('display-pin-is-dynamic', 'no')));
    expect(fixed).to.deep.equal([
      'fail',
      'the PIN on the display is a fixed one (display-pin-is-dynamic: no, answered at the terminal)',
    ]);
  });

  it('fails where the M2D stands', () => {
    const verdicts = judgeAll(profile(true), shown(answer('display-shows-pin', 'no'), DYNAMIC));
    const [finding] = verdicts.results.find(({ id }) => id === 'RVP-PIN-01')?.findings ?? [];
    expect(finding?.at).to.include({ message: 'M2D', exchange: 1, hex: '1023000757696e646f7773' });
  });

  it('counts the last answer', () => {
    const twice = [answer('display-shows-pin', 'no'), answer('display-shows-pin', 'yes'), DYNAMIC];
    expect(judged(shown(...twice))[0]).to.equal('pass');
  });

  for (const [word, verdict, reason] of [
    ['declined', 'not-run', 'display-shows-pin: the operator declined to answer'],
    ['unanswered', 'not-run', 'display-shows-pin: no answer within 60 s'],
    ['unasked', 'not-run', 'display-shows-pin: not asked: nobody is there'],
    ['failed', 'inconclusive', 'display-shows-pin: the operator tried and could not tell'],
  ] as const) {
    it(`is ${verdict} when it is ${word}`, () => {
      const note = word === 'unasked' ? { note: 'nobody is there' } : {};
      expect(judged(shown(answer('display-shows-pin', word, note), DYNAMIC))).to.deep.equal([verdict, reason]);
    });
  }

  it('is no pass before the two minutes are over, but a no counts at once', () => {
    const early = { timeMs: MINUTES_LATER_MS - 2000 };
    expect(judged(shown(answer('display-shows-pin', 'yes', early), DYNAMIC))).to.deep.equal([
      'inconclusive',
      'display-shows-pin: answered 118 s after the M2D, before the two minutes were over',
    ]);
    expect(judged(shown(answer('display-shows-pin', 'no', early), DYNAMIC))[0]).to.equal('fail');
    const recorded = { by: 'profile', timeMs: 0, note: 'photo' } as const;
    expect(
      judged(shown(answer('display-shows-pin', 'yes', recorded), answer('display-pin-is-dynamic', 'yes', recorded)))[0],
    ).to.equal('pass');
  });

  it('needs an M2D of Windows, unless the profile tells of one', () => {
    const other = run({ model: 'Linux' }, [answer('display-shows-pin', 'yes'), DYNAMIC]);
    expect(judged(other)).to.deep.equal([
      'inconclusive',
      'display-shows-pin: answered, but no M2D with Model Name "Windows" is in the evidence',
    ]);
    // Nobody can have seen that the display stays dark after what was not sent.
    for (const word of ['yes', 'no'] as const)
      expect(judged(run({ model: 'Linux' }, [answer('display-shows-pin', word), DYNAMIC]))[0], word).to.equal(
        'inconclusive',
      );
    const recorded = answer('display-shows-pin', 'no', { by: 'profile', note: 'photo' });
    expect(judged(run({ model: 'Linux' }, [recorded]))[0]).to.equal('fail');
    expect(judged(run({ model: 'Linux' }))[0]).to.equal('not-run');
    const died = { benchFailure: { code: 'ERR_BENCH_DIED', text: 'gone' } };
    expect(judged(run({ model: 'Linux' }, [], died))[0]).to.equal('error');
    expect(judged(run({}, [], died))[0]).to.equal('error');
    expect(judged(run({}, [], { exchanges: [] }))).to.deep.equal(['inconclusive', 'no WPS exchange in the evidence']);
  });

  it('is not judged of a device without a display, and not guessed where the profile is silent', () => {
    expect(judged(shown(), false)[0]).to.equal('not-applicable');
    expect(judged(shown(), null)).to.deep.equal([
      'not-run',
      'the profile does not say whether the device has a display (ics.display), so nobody was asked about its PIN',
    ]);
    expect(judged(shown())[1]).to.match(/^display-shows-pin: nobody was asked "After the M2D .*"$/);
  });
});

describe('PIN on a label', () => {
  const judged = (
    operator: readonly OperatorAnswer[],
    pin = SENSOR.pin,
    display: boolean | null = false,
  ): { verdict: string | undefined; reason: string | undefined; text: string; findings: number } => {
    const evidence = run({}, operator);
    const used = evidence.exchanges.map((exchange) => ({ ...exchange, pin }));
    const verdicts = judgeAll(profile(display, pin), { ...evidence, exchanges: used });
    const findings = verdicts.results.find(({ id }) => id === 'RVP-PIN-02')?.findings ?? [];
    return {
      verdict: verdictOf(verdicts, 'PIN-02'),
      reason: reasonOf(verdicts, 'PIN-02'),
      text: JSON.stringify(findings),
      findings: findings.length,
    };
  };

  it('passes with a label, a mark and a right checksum', () => {
    expect(judged(LABEL)).to.include({ verdict: 'pass', findings: 3 });
  });

  it('fails once for a label that is not there, whatever else is said of it', () => {
    const none = judged([answer('label-has-pin', 'no'), answer('label-pin-is-marked', 'no')], '1234');
    expect(none).to.include({ verdict: 'fail', findings: 1 });
    expect(none.reason).to.match(/^no label on the device bears a PIN of 8 digits/);
  });

  it('fails for a number that nothing marks', () => {
    const unmarked = judged([answer('label-has-pin', 'yes'), answer('label-pin-is-marked', 'no')]);
    expect(unmarked.verdict).to.equal('fail');
    expect(unmarked.text).to.include('the word PIN beside the number');
  });

  it('fails for a wrong checksum and for 4 digits, and shows neither', () => {
    const last = Number(SENSOR.pin.at(-1));
    const wrong = `${SENSOR.pin.slice(0, -1)}${(last + 1) % 10}`;
    const failed = judged(LABEL, wrong);
    expect(failed).to.include({
      verdict: 'fail',
      reason: 'the last digit of the PIN is not the checksum of the others',
    });
    for (const secret of [wrong, SENSOR.pin, wrong.slice(0, 7)]) expect(failed.text).to.not.include(secret);
    expect(judged(LABEL, '1234')).to.include({ verdict: 'fail', reason: 'the PIN has 4 digits' });
  });

  it('blames the device for no PIN that it never took', () => {
    const evidence = run({}, LABEL);
    const judgedAs = (pin: string | null, closing: Exchange['closing']): string | undefined => {
      const exchanges = evidence.exchanges.map((exchange) => ({ ...exchange, pin, closing }));
      return verdictOf(judgeAll(profile(false, '1234'), { ...evidence, exchanges }), 'PIN-02');
    };
    expect(judgedAs('1234', 'done')).to.equal('fail');
    expect(judgedAs('1234', 'failed')).to.equal('inconclusive');
    expect(judgedAs(null, 'done')).to.equal('inconclusive');
  });

  it('takes the PIN of the profile where no exchange tells it, and else says so', () => {
    const evidence = run({}, LABEL);
    const unknown = { ...evidence, exchanges: evidence.exchanges.map((exchange) => ({ ...exchange, pin: null })) };
    expect(verdictOf(judgeAll(profile(false), unknown), 'PIN-02')).to.equal('pass');
    const { ics, ixit, ...rest } = profile(false);
    const { method, sessions, limits } = ixit;
    const verdicts = judgeAll({ ...rest, ics, ixit: { method, sessions, limits } }, unknown);
    expect(reasonOf(verdicts, 'PIN-02')).to.equal('the PIN is not known, so its checksum cannot be looked at');
  });

  it('is not judged of a device with a display, and not guessed where the profile is silent', () => {
    expect(judged(LABEL, SENSOR.pin, true).verdict).to.equal('not-applicable');
    expect(judged(LABEL, SENSOR.pin, null).verdict).to.equal('not-run');
  });

  it('points nowhere without an M1, and then cannot fail', () => {
    const silent = run({}, [answer('label-has-pin', 'no')], { exchanges: [] });
    expect(verdictOf(judgeAll(profile(false), silent), 'PIN-02')).to.equal('inconclusive');
  });
});

describe('M2D and the M2 that follows', () => {
  const judged = (evidence: Evidence): [string | undefined, string | undefined] => {
    const verdicts = judgeAll(profile(true), evidence);
    return [verdictOf(verdicts, 'PIN-03'), reasonOf(verdicts, 'PIN-03')];
  };

  it('pass when one is acknowledged and the other answered with M3', () => {
    expect(judged(run())[0]).to.equal('pass');
    expect(judged(run({ model: 'Linux' }))[0]).to.equal('pass');
  });

  for (const [what, course, reason] of [
    ['a WSC_NACK', { answer: 'WSC_NACK', last: 'WSC_NACK', closing: 'failed' }, 'is answered with WSC_NACK'],
    ['another M1', { answer: 'M1' }, 'is answered with M1'],
    ['silence', { answer: null, last: 'M2D', closing: 'timeout' }, 'gets no answer within 10 s'],
  ] as const) {
    it(`fail by ${what} to M2D`, () => {
      const [verdict, text] = judged(run(course));
      expect([verdict, text]).to.deep.equal(['fail', `M2D of exchange 1 ${reason}`]);
    });
  }

  it('fail by silence to M2 alone where the device takes one without an M2D', () => {
    const silent = run({ last: 'M2', closing: 'timeout' });
    expect(judged(silent)).to.deep.equal(['fail', 'the M2 that follows M2D of exchange 1 gets no answer within 10 s']);
    const alone = { ...silent, exchanges: silent.exchanges.slice(0, 1) };
    expect(judged(alone)[0]).to.equal('inconclusive');
    expect(judged(alone)[1]).to.match(/no other exchange shows that it accepts one without an M2D$/);
  });

  it('are not judged by what may be missing or is not known to be over', () => {
    for (const course of [
      { answer: null, last: 'M2D', closing: 'open' },
      { answer: null, last: 'M2D', closing: 'timeout', lossy: true },
      { answer: null, last: 'M2D', closing: 'failed' },
      { last: 'M2', closing: 'failed' },
      { last: 'WSC_ACK', closing: 'failed' },
    ] as const)
      expect(judged(run(course))[0], JSON.stringify(course)).to.equal('inconclusive');
  });

  it('leave the Registrar Nonce of the WSC_ACK between them free to be zero, and nothing else', () => {
    const nonces = (course: Course): [string | undefined, string] => {
      const verdicts = judgeAll(profile(true), run(course));
      const findings = verdicts.results.find(({ id }) => id === 'RVP-WSC-12')?.findings ?? [];
      return [verdictOf(verdicts, 'WSC-12'), findings.map(({ text }) => text).join('; ')];
    };
    expect(nonces({})[0]).to.equal('pass');
    const [verdict, text] = nonces({ nonce: [0, 0] });
    expect(verdict).to.equal('pass');
    expect(text).to.include('Registrar Nonce of WSC_ACK in exchange 1, which answers M2D, is zero');
    expect(nonces({ nonce: [0, 1] })[0]).to.equal('fail');
    expect(nonces({ nonce: [1, 0] })[0]).to.equal('fail');
    const nack = { answer: 'WSC_NACK', last: 'WSC_NACK', closing: 'failed' } as const;
    expect(nonces({ ...nack, nonce: [0, 0] })[0]).to.equal('pass');
    expect(nonces({ ...nack, nonce: [0, 1] })[0]).to.equal('fail');
  });

  it('are not run where no M2D was planned, and an error of ours where the bench died', () => {
    const plain = twoSessions(SENSOR);
    expect(judged(plain)).to.deep.equal(['not-run', 'the scripted scenario m2d-windows was not carried out']);
    const { ability } = plain;
    const planned = { ...plain, ability: { ...ability, scenarios: ['m2d-windows'] as const } };
    expect(judged(planned)[0]).to.equal('inconclusive');
    const died = { ...planned, benchFailure: { code: 'ERR_BENCH_DIED', text: 'gone' } };
    expect(judged(died)[0]).to.equal('error');
  });
});
