import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { NO_KEYS } from '#evidence/keys.js';
import { BUNDLE_FILES } from '#evidence/run-json.js';
import { packetsOf, rewrap, REWRAPPED } from '#evidence/testing/rewrap.js';
import type { RuleResult, Verdicts } from '#judge/record.js';
import type { RuleId } from '#judge/rule.js';
import { EVIDENCE_SOURCES_BUNDLE, evidenceSourcesPage } from './docs-pages.js';
import { judgeCapture, judgeSources, keysOf, type JudgedSources } from './evidence-sources.js';
import { obtainFromBundle, type Obtained } from './obtain.js';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const BUNDLE = join(PROJECT, EVIDENCE_SOURCES_BUNDLE);

/** The rules that look into what M5 and M7 encrypt. */
const KEYED: readonly RuleId[] = ['RVP-SEC-01', 'RVP-SEC-02', 'RVP-WSC-09', 'RVP-WSC-10', 'RVP-WSC-11'];

interface Difference {
  readonly id: RuleId;
  readonly verdict: RuleResult['verdict'];
}

/** The rules in scope of both on which `other` differs from `bundle`, with the verdict of `other`. */
function differences(bundle: Verdicts, other: Verdicts): Difference[] {
  return other.results
    .filter(({ id, inScope, verdict, warning, findings }) => {
      const same = bundle.results.find((result) => result.id === id);
      if (!inScope || same?.inScope !== true) return false;
      return same.verdict !== verdict || same.warning !== warning || same.findings.length !== findings.length;
    })
    .map(({ id, verdict }) => ({ id, verdict }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

describe('evidence of one exchange from several sources', () => {
  let folder = '';
  let bundle: Obtained;
  let sources: JudgedSources;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rally-sources-'));
    bundle = await obtainFromBundle(BUNDLE);
    sources = await judgeSources(BUNDLE);
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('docs/evidence-sources.md is what `npm run docs` writes', () => {
    const page = readFileSync(join(PROJECT, 'docs', 'evidence-sources.md'), 'utf8');
    expect(page).to.equal(evidenceSourcesPage(sources));
  });

  it('the bundle is of a conformant device, and every keyed rule passes on it', () => {
    const verdictOf = (wanted: RuleId): unknown => sources.bundle.results.find(({ id }) => id === wanted)?.verdict;
    expect(KEYED.map(verdictOf)).to.deep.equal(KEYED.map(() => 'pass'));
    expect(sources.bundle.totals).to.include({ fail: 0, inconclusive: 0, error: 0, warnings: 0 });
  });

  for (const linkType of REWRAPPED) {
    describe(`over ${linkType}`, () => {
      let file = '';

      before(() => {
        file = join(folder, `${linkType}.pcapng`);
        writeFileSync(file, rewrap(readFileSync(join(BUNDLE, BUNDLE_FILES.capture)), linkType));
      });

      it('holds the same packets in frames of that kind', () => {
        const own = packetsOf(readFileSync(file));
        const recorded = packetsOf(readFileSync(join(BUNDLE, BUNDLE_FILES.capture)));
        expect(own.map(({ timeNs }) => timeNs)).to.deep.equal(recorded.map(({ timeNs }) => timeNs));
        expect(own.every((packet) => packet.linkType === linkType)).to.equal(true);
      });

      it('without keys only the keyed rules differ, and only to inconclusive', async () => {
        const verdicts = await judgeCapture(file, NO_KEYS, bundle.profile);
        const expected = KEYED.map((id) => ({ id, verdict: 'inconclusive' }));
        expect(differences(sources.bundle, verdicts)).to.deep.equal(expected);
        for (const { id, reason } of verdicts.results.filter(({ id }) => KEYED.includes(id)))
          expect(reason, id).to.equal('no session keys for exchange 1');
      });

      it('with keys no rule differs', async () => {
        const verdicts = await judgeCapture(file, await keysOf(BUNDLE), bundle.profile);
        expect(differences(sources.bundle, verdicts)).to.deep.equal([]);
      });

      it('without a profile only the rule about the profile differs', async () => {
        const verdicts = await judgeCapture(file, await keysOf(BUNDLE), null);
        const expected = [{ id: 'RVP-VPI-10', verdict: 'inconclusive' }];
        expect(differences(sources.bundle, verdicts)).to.deep.equal(expected);
      });
    });
  }

  it('keys of another exchange say so and fail nothing', async () => {
    const other = await keysOf(join(PROJECT, 'fixtures/bundles/0.1.0-reference-none'));
    const verdicts = await judgeCapture(join(BUNDLE, BUNDLE_FILES.capture), other, bundle.profile);
    expect(differences(sources.bundle, verdicts).map(({ id }) => id)).to.deep.equal(KEYED);
    expect(verdicts.totals).to.include({ fail: 0, inconclusive: KEYED.length });
    for (const { id, reason } of verdicts.results.filter(({ id }) => KEYED.includes(id)))
      expect(reason, id).to.match(/^no session keys for exchange 1: the keys that were given do not belong to this/);
  });

  it('the PIN of another exchange says so and fails nothing', async () => {
    const keys = { ...(await keysOf(BUNDLE)), pin: '99999999' };
    const verdicts = await judgeCapture(join(BUNDLE, BUNDLE_FILES.capture), keys, bundle.profile);
    const expected = [{ id: 'RVP-WSC-10', verdict: 'inconclusive' }];
    expect(differences(sources.bundle, verdicts)).to.deep.equal(expected);
    expect(verdicts.results.find(({ id }) => id === 'RVP-WSC-10')?.reason).to.equal(
      'the PIN of exchange 1 is not known: the one that was given is not that of this exchange',
    );
  });
});
