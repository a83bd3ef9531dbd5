import { expect } from 'chai';
import fc from 'fast-check';
import type { EvidenceKind } from '#evidence/model.js';
import type { CatalogueEntry } from './catalogue.js';
import { PRECEDENCE } from './fold.js';
import { judge, type JudgeOptions } from './judge.js';
import type { Verdicts } from './record.js';
import type { Verdict } from './rule.js';
import { EVIDENCE_KINDS } from './scope.js';
import { plannedMismatch } from './sentence.js';
import { catalogueOf, entry, evidence, finding, PROFILE, rule } from './testing/samples.js';

const DIED = { code: 'ERR_BENCH_DIED', text: 'the recording was cut' };

function conclude(catalogue: readonly CatalogueEntry[], options: Partial<JudgeOptions> = {}, died = false): Verdicts {
  const kinds: readonly EvidenceKind[] = EVIDENCE_KINDS;
  return judge(catalogue, PROFILE, evidence({ ability: { kinds, sessions: 9 }, benchFailure: died ? DIED : null }), {
    scope: 'wired',
    strict: false,
    ...options,
  });
}

describe('exit code', () => {
  const table: readonly (readonly [readonly Verdict[], boolean, number])[] = [
    [['pass'], false, 0],
    [['pass', 'not-applicable'], false, 0],
    [['pass', 'inconclusive'], false, 2],
    [['pass', 'not-run'], false, 2],
    [['inconclusive', 'error'], false, 3],
    [['fail', 'error', 'inconclusive'], false, 1],
    [['pass'], true, 3],
    [['inconclusive'], true, 3],
    [['fail'], true, 1],
    [[], false, 2],
    [[], true, 3],
  ];
  for (const [verdicts, died, expected] of table) {
    it(`is ${expected} for ${verdicts.join(', ') || 'nothing judged'}${died ? ' on a bench that died' : ''}`, () => {
      expect(conclude(catalogueOf(...verdicts), {}, died).exitCode).to.equal(expected);
    });
  }

  it('does not wait for SHOULD and INFO rules', () => {
    const should = entry(rule('RVP-S-01', [finding('not-run')], { level: 'SHOULD' }));
    expect(conclude([...catalogueOf('pass'), should]).exitCode).to.equal(0);
  });

  it('is 0 only when nothing failed, broke or waits', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PRECEDENCE)), fc.boolean(), (verdicts, died) => {
        const { exitCode, sentence } = conclude(catalogueOf(...verdicts), {}, died);
        const clean = verdicts.length > 0 && verdicts.every((each) => each === 'pass' || each === 'not-applicable');
        expect(exitCode === 0).to.equal(clean && !died);
        expect(sentence.startsWith('passes ')).to.equal(exitCode === 0);
        expect(sentence.startsWith('fails ')).to.equal(exitCode === 1);
        expect(sentence).to.not.match(/^conformant/);
      }),
    );
  });
});

describe('sentence', () => {
  const frames = entry(rule('RVP-F-01', [finding('pass')], { needs: ['frames'] }));

  it('counts what passed among all applicable MUST rules, in and out of scope', () => {
    expect(conclude([...catalogueOf('pass', 'pass', 'not-applicable'), frames]).sentence).to.equal(
      'passes scope wired: 2 of 3 applicable MUST rules; not a statement of conformance',
    );
  });

  it('names what failed and what waits', () => {
    expect(conclude(catalogueOf('pass', 'fail', 'inconclusive', 'not-run')).sentence).to.equal(
      'fails scope wired: 1 failed (RVP-T-02); 1 of 4 applicable MUST rules pass; 2 wait for evidence (RVP-T-03, RVP-T-04)',
    );
  });

  it('names what waits when nothing failed', () => {
    expect(conclude(catalogueOf('pass', 'not-run')).sentence).to.equal(
      'incomplete in scope wired: 1 of 2 applicable MUST rules pass; 1 waits for evidence (RVP-T-02)',
    );
  });

  it('says that the bench failed, also beside a failure', () => {
    expect(conclude(catalogueOf('pass', 'error'), {}, true).sentence).to.equal(
      'no statement on scope wired: the bench failed (ERR_BENCH_DIED), 1 ended in an error of ours (RVP-T-02)',
    );
    expect(conclude(catalogueOf('fail'), {}, true).sentence).to.match(/^fails .*the bench failed \(ERR_BENCH_DIED\)$/);
  });

  it('says beside a failure what ended in an error', () => {
    expect(conclude(catalogueOf('fail', 'error')).sentence).to.equal(
      'fails scope wired: 1 failed (RVP-T-01); 0 of 2 applicable MUST rules pass; 1 ended in an error of ours (RVP-T-02)',
    );
  });

  it('says strict and selection', () => {
    expect(conclude(catalogueOf('pass'), { strict: true, select: ['*'] }).sentence).to.match(
      /^passes scope selection \(strict\): 1 of 1 /,
    );
  });

  it('shortens a long list of names', () => {
    const { sentence } = conclude(catalogueOf(...Array.from({ length: 20 }, (): Verdict => 'fail')));
    expect(sentence).to.match(/RVP-T-12 and 8 more\)/);
    const twelve = conclude(catalogueOf(...Array.from({ length: 12 }, (): Verdict => 'fail')));
    expect(twelve.sentence).to.match(/RVP-T-11, RVP-T-12\);/);
  });

  it('says so when there was nothing to judge', () => {
    expect(conclude([frames]).sentence).to.equal('no statement: the evidence shows nothing scope wired judges');
  });

  describe('of scope full', () => {
    const whole = EVIDENCE_KINDS.map((kind, index) =>
      entry(rule(`RVP-K-${index}`, [finding('pass')], { needs: [kind] })),
    );

    it('is conformant when every applicable MUST rule passes and there are rules for every kind of evidence', () => {
      expect(conclude(whole, { scope: 'full' }).sentence).to.equal('conformant: all 13 applicable MUST rules pass');
    });

    it('is not, as long as the catalogue has no rules for a kind', () => {
      expect(conclude(whole.slice(1), { scope: 'full' }).sentence).to.equal(
        'passes scope full: 12 of 12 applicable MUST rules; no rules yet for M1; not a statement of conformance',
      );
    });

    it('names all kinds that only recommendations look at', () => {
      const recommended = whole
        .slice(0, 2)
        .map(({ rule: made }) => entry(rule(made.id, [finding('pass')], { needs: made.needs, level: 'SHOULD' })));
      expect(conclude([...recommended, ...whole.slice(2)], { scope: 'full' }).sentence).to.match(
        /; no rules yet for M1, the exchange; not a statement of conformance$/,
      );
    });

    it('is not where no rule applies', () => {
      const inapplicable = EVIDENCE_KINDS.map((kind, index) =>
        entry(rule(`RVP-K-${index}`, [finding('not-applicable')], { needs: [kind] })),
      );
      expect(conclude(inapplicable, { scope: 'full' }).sentence).to.equal(
        'passes scope full: 0 of 0 applicable MUST rules; not a statement of conformance',
      );
    });

    it('is not when one waits, fails or breaks, nor in any other scope', () => {
      for (const verdict of ['inconclusive', 'not-run', 'fail', 'error'] as const) {
        const { sentence } = conclude([...whole, ...catalogueOf(verdict)], { scope: 'full' });
        expect(sentence, verdict).to.not.match(/conformant/);
      }
      for (const scope of ['radio', 'unattended', 'capture'] as const) {
        expect(conclude(whole, { scope }).sentence).to.match(/not a statement of conformance$/);
      }
      expect(conclude(whole, { scope: 'full', select: ['*'] }).sentence).to.match(/not a statement of conformance$/);
    });
  });
});

describe('planned and judged', () => {
  const judged = (): Verdicts => conclude(catalogueOf('pass', 'pass'));

  it('agree in a record of the judge', () => {
    expect(plannedMismatch(judged())).to.equal(null);
  });

  it('differ when a rule is missing or was not planned', () => {
    const record = judged();
    const mismatch = (...planned: Verdicts['planned']): string | null => plannedMismatch({ ...record, planned });
    expect(mismatch(...record.planned, 'RVP-X-01')).to.equal('planned but not judged: RVP-X-01');
    expect(mismatch()).to.equal('judged but not planned, or twice: RVP-T-01, RVP-T-02');
    expect(mismatch('RVP-T-02')).to.equal('judged but not planned, or twice: RVP-T-01');
    const twice = { ...record, results: [...record.results, ...record.results.slice(1)] };
    expect(plannedMismatch(twice)).to.equal('judged but not planned, or twice: RVP-T-02');
  });
});
