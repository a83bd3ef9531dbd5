import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRallyError } from '#base/error.js';
import { readRunPlan, requireSamePlan, writeRunPlan, type RunPlan } from './run-plan.js';

const PLAN: RunPlan = {
  planVersion: 1,
  tool: { name: 'rally-conformance', version: '1.2.3' },
  catalogueDigest: 'aa',
  profileDigest: 'bb',
  bench: 'loopback',
  place: 'here',
  scope: 'loopback',
  select: ['vpi'],
  strict: false,
  campaign: true,
  sessions: 2,
  parts: ['ordinary', 'reg-05'],
  reference: { model: 'sensor', faults: [], seed: 1 },
};

/** Code, message and remedy of what is thrown; null for nothing. */
async function refusal(action: () => unknown): Promise<{ code: string; text: string } | null> {
  try {
    await action();
    return null;
  } catch (error) {
    if (isRallyError(error)) return { code: error.code, text: `${error.message} ${error.remedy}` };
    throw error;
  }
}

describe('plan of a run', () => {
  const different: readonly (readonly [change: Partial<RunPlan>, told: string])[] = [
    [{ bench: 'wired' }, 'the bench differ'],
    [{ place: 'sandbox' }, 'the place differ'],
    [{ scope: 'full' }, 'the scope differ'],
    [{ select: [] }, 'the selection differ'],
    [{ strict: true }, 'strictness differ'],
    [{ campaign: false, parts: ['ordinary'] }, 'otherwise: the campaign differ'],
    [{ sessions: 3, profileDigest: 'cc' }, 'the profile, the sessions differ'],
    [{ reference: { model: 'sensor', faults: ['x'], seed: 1 } }, 'the reference device differ'],
    [{ parts: ['ordinary'] }, 'the parts differ'],
    [{ catalogueDigest: 'dd' }, 'the rules differ'],
    [
      { tool: { name: 'rally-conformance', version: '1.3.0' }, catalogueDigest: 'dd' },
      'the version of the tool differ',
    ],
  ];
  for (const [change, told] of different)
    it(`is not that of another run: ${told}`, async () => {
      const refused = await refusal(() => {
        requireSamePlan(PLAN, { ...PLAN, ...change });
      });
      expect(refused?.code).to.equal('ERR_RESUME_DIFFERS');
      expect(refused?.text).to.include(told);
      expect(refused?.text.includes('Use version 1.2.3')).to.equal(change.tool !== undefined);
    });

  it('is the same with another device for the health check', async () => {
    expect(
      await refusal(() => {
        requireSamePlan(PLAN, { ...PLAN, golden: 'sensor' });
      }),
    ).to.equal(null);
  });

  it('is read as it was written, and refused where it is newer, cut or of another shape', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'plan-'));
    const file = path.join(dir, 'plan.json');
    try {
      await writeRunPlan(file, { ...PLAN, golden: 'good.yaml' });
      expect(await readRunPlan(file)).to.deep.equal({ ...PLAN, golden: 'good.yaml' });
      const text = readFileSync(file, 'utf8');
      for (const [content, told] of [
        [text.replace('"planVersion": 1', '"planVersion": 2'), 'has version 2; this tool knows 1'],
        [text.slice(0, -10), 'is not JSON'],
        [text.replace('"loopback"', '"bluetooth"'), 'is not the plan of a run, at bench'],
        ['[]', 'is not the plan of a run'],
      ] as const) {
        writeFileSync(file, content);
        const refused = await refusal(() => readRunPlan(file));
        expect(refused?.code).to.equal('ERR_NOT_RESUMABLE');
        expect(refused?.text).to.include(told);
      }
      expect((await refusal(() => readRunPlan(path.join(dir, 'none'))))?.code).to.equal('ERR_FILE_UNREADABLE');
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
