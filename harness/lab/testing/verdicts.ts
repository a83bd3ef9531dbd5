import { readBundle } from '#evidence/bundle-read.js';
import { judge } from '#judge/judge.js';
import type { Verdicts } from '#judge/record.js';
import type { RuleId } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { CATALOGUE } from '#suites/catalogue.js';

/** Judge a recorded bundle in the scope of the wired bench. */
export async function verdictsOf(bundleDir: string, profile: Profile): Promise<Verdicts> {
  const { evidence } = await readBundle(bundleDir);
  return judge(CATALOGUE, profile, evidence, { scope: 'wired', strict: false });
}

/** MUST rules that failed and SHOULD rules that warn, sorted. */
export function complaints({ results }: Verdicts): { fails: RuleId[]; warns: RuleId[] } {
  const ids = (wanted: typeof results): RuleId[] => wanted.map(({ id }) => id).sort();
  return {
    fails: ids(results.filter(({ verdict }) => verdict === 'fail')),
    warns: ids(results.filter(({ warning }) => warning)),
  };
}
