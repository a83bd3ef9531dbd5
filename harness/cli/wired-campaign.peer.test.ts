import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { readBundle } from '#evidence/bundle-read.js';
import type { Evidence } from '#evidence/model.js';
import type { RuleResult, Verdicts } from '#judge/record.js';
import { possibleStimuli } from '#lab/bench/scripted-session.js';
import { record } from '#lab/session.js';
import { wiredProfile } from '#lab/testing/profile.js';
import { planFor } from '#lab/testing/recording.js';
import { verdictsOf } from '#lab/testing/verdicts.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { NOT_APPLICABLE_TO_NONE, REACTION_OF } from '#suites/other-makers.js';

/** As many as any rule compares. */
const SESSIONS = 5;
/** It answers within milliseconds; where it does not, it never will. */
const LIMITS = { startMs: 4000, sessionMs: 2000 };

/** Shows something only where a session may last longer than two minutes. */
const LASTS_MINUTES = 'reg-39';

/** A reaction without what changes from run to run: `the device gives no answer within 6 s in exchange 37`. */
function reactionIn({ findings: [first] }: RuleResult): string | undefined {
  return first?.text.replace(/^the device /, '').replace(/( within [\d.]+ s)? in exchange \d+$/, '');
}

describe('a campaign with stock wpa_supplicant by wire', function () {
  this.timeout(300_000);
  const profile = wiredProfile({ sessions: SESSIONS, limits: LIMITS });
  const stimuli = possibleStimuli({ bench: 'wired', profile }).filter((id) => id !== LASTS_MINUTES);
  let verdicts: Verdicts;
  let evidence: Evidence;

  before('carry it out', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rally-campaign-'));
    try {
      const result = await record({
        ...planFor(profile, folder),
        stimuli,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
      expect(result).to.deep.equal({ ended: 'complete' });
      verdicts = await verdictsOf(folder, profile);
      ({ evidence } = await readBundle(folder));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has a session with each stimulus and one after it', () => {
    const scripts = evidence.exchanges.flatMap(({ script }) => script ?? []);
    // A second WSC_Start begins a second exchange in its session.
    expect([...new Set(scripts)]).to.deep.equal(['m2d-windows', ...stimuli]);
    expect(evidence.exchanges.flatMap(({ recovers }) => recovers ?? [])).to.deep.equal(stimuli);
    expect(stimuli).to.have.length.above(60);
  });

  it('passes every rule but those that are said not to be applicable', () => {
    const others = verdicts.results
      .filter(({ inScope, verdict, warning }) => inScope && (verdict !== 'pass' || warning))
      .map(({ id, verdict }): [string, string | undefined] => [id, verdict]);
    const expected = [...NOT_APPLICABLE_TO_NONE.keys()].map((id) => [id, 'not-applicable']);
    expect(others.sort()).to.deep.equal(expected.sort());
    expect(verdicts.exitCode).to.equal(0);
  });

  it('shows the reaction to each stimulus that is written down', () => {
    const seen = verdicts.results.filter(({ id }) => REACTION_OF.has(id)).map((each) => [each.id, reactionIn(each)]);
    expect(seen).to.deep.equal(seen.map(([id]) => [id, REACTION_OF.get(id as `RVP-${string}`)]));
    const given = new Set<string>(stimuli);
    const about = CATALOGUE.filter(
      ({ area, clause, rule }) =>
        area === 'reg' && clause !== 'recovery' && rule.scenarios?.some((scenario) => given.has(scenario)) === true,
    ).map(({ rule }) => rule.id);
    expect([...REACTION_OF.keys()].sort()).to.deep.equal([...about].sort());
  });

  it('shows that it answers a Registrar without the PIN with Configuration Error 18', () => {
    const proof = verdicts.results.find(({ id }) => id === 'RVP-SEC-03');
    expect(proof?.findings.map(({ text }) => text.replace(/ in exchange \d+$/, ''))).to.deep.equal([
      'to an M4 without the first half of the PIN the device answers with WSC_NACK, Configuration Error 18',
      'to an M6 without the second half of the PIN the device answers with WSC_NACK, Configuration Error 18',
    ]);
  });

  it('leaves the device in working order each time', () => {
    const recovery = verdicts.results.find(({ id }) => id === 'RVP-REG-99');
    expect(recovery?.verdict).to.equal('pass');
    expect(recovery?.findings).to.have.length(stimuli.length);
  });
});
