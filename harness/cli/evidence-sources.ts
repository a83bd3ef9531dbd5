import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NO_KEYS, parseKeys, type KeyRing } from '#evidence/keys.js';
import { BUNDLE_FILES } from '#evidence/run-json.js';
import type { RuleResult, Verdicts } from '#judge/record.js';
import type { Profile } from '#profile/schema.js';
import { judgeObtained } from './judge-evidence.js';
import { obtain, obtainFromBundle, type Obtained } from './obtain.js';

/** One exchange judged from what a person may have of it, each time with the same profile. */
export interface JudgedSources {
  readonly bundle: Verdicts;
  readonly capture: Verdicts;
  readonly captureWithKeys: Verdicts;
}

/** Judge a bundle by the profile in it. Throws RallyError. */
export async function judgeBundle(bundleDir: string): Promise<Verdicts> {
  const bundle = await obtainFromBundle(bundleDir);
  return judged(bundle, bundle.profile);
}

/** Judge a bundle, its capture alone, and its capture with its keys. Throws RallyError. */
export async function judgeSources(bundleDir: string): Promise<JudgedSources> {
  const bundle = await obtainFromBundle(bundleDir);
  const capture = join(bundleDir, BUNDLE_FILES.capture);
  return {
    bundle: judged(bundle, bundle.profile),
    capture: await judgeCapture(capture, NO_KEYS, bundle.profile),
    captureWithKeys: await judgeCapture(capture, await keysOf(bundleDir), bundle.profile),
  };
}

/** The keys in a bundle, as a keys file gives them. */
export async function keysOf(bundleDir: string): Promise<KeyRing> {
  return parseKeys(await readFile(join(bundleDir, BUNDLE_FILES.secrets), 'utf8'));
}

/** Verdicts on the one device in a capture. Throws RallyError. */
export async function judgeCapture(file: string, keys: KeyRing, profile: Profile | null): Promise<Verdicts> {
  const [device, ...others] = await obtain(file, { keys });
  if (device === undefined || others.length > 0) throw new RangeError(`${file} does not hold one device`);
  return judged(device, profile);
}

function judged(obtained: Obtained, profile: Profile | null): Verdicts {
  return judgeObtained(obtained, profile, { select: [] }).verdicts;
}

/** Head and rows of the table: what each rule says of each source. */
export function sourceRows({ bundle, capture, captureWithKeys }: JudgedSources): string[][] {
  const rows = bundle.results.map((result) => {
    const others = [capture, captureWithKeys].map(({ results }) => results.find(({ id }) => id === result.id));
    return [result.id, result.level, ...[result, ...others].map(verdictText)];
  });
  return [['rule', 'level', 'bundle', 'capture', 'capture + keys'], ...rows];
}

function verdictText(result: RuleResult | undefined): string {
  return result?.verdict ?? 'outside';
}
