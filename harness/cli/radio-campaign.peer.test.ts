import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Verdicts } from '#judge/record.js';
import { AIR_STIMULI } from '#wps/stimuli/air.js';
import { callWith, PROJECT } from './testing/call.js';

/** Eighteen sessions and the two ordinary ones; in three or four of them nothing happens. */
const RUN_LIMIT_MS = 600_000;
/** A device of ours begins within some seconds; one that rightly keeps away takes all of it. */
const START_MS = 45_000;

const ruleOf = (id: string): string => `RVP-REG-${id.slice('reg-'.length)}`;
const RULES = AIR_STIMULI.map(({ id }) => ruleOf(id));

describe('a campaign over simulated air, in the virtual machine', function () {
  this.timeout(RUN_LIMIT_MS);
  let base = '';

  before(() => {
    base = mkdtempSync(path.join(tmpdir(), 'rally-campaign-'));
  });

  after(() => {
    rmSync(base, { recursive: true });
  });

  it('wpa_supplicant does with each access point as it should, and registers after each', async () => {
    const text = readFileSync(path.join(PROJECT, 'fixtures/profiles/radio-reference-none.yaml'), 'utf8');
    const profile = path.join(base, 'profile.yaml');
    writeFileSync(profile, text.replace(/startMs: \d+/, `startMs: ${START_MS}`));
    const out = path.join(base, 'run');
    const { exitCode, output, errors } = await callWith(
      { limitMs: RUN_LIMIT_MS },
      ...['run', '--bench', 'radio', '--place', 'vm', '--profile', profile, '--scope', 'unattended', '--campaign'],
      ...['--no-html', '--out', out],
    );
    expect(exitCode, output + errors).to.equal(0);
    const { results } = JSON.parse(readFileSync(path.join(out, 'verdicts.json'), 'utf8')) as Verdicts;
    const verdicts = new Map<string, string | undefined>(results.map(({ id, verdict }) => [id, verdict]));
    for (const id of [...RULES, 'RVP-REG-99']) expect(verdicts.get(id), id).to.equal('pass');
    const kept = results.filter(({ findings }) => findings.some(({ text: said }) => said.includes('keeps away')));
    expect(kept.map(({ id }) => id)).to.include.members(['RVP-REG-40', 'RVP-REG-41b', 'RVP-REG-42']);
    const missing = results.filter(({ inScope, verdict }) => inScope && !/^(pass|not-applicable)$/.test(verdict ?? ''));
    expect(missing.filter(({ level }) => level === 'MUST').map(({ id }) => id)).to.deep.equal([]);
  });
});
