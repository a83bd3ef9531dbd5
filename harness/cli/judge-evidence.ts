import type { KeyRing } from '#evidence/keys.js';
import type { Evidence } from '#evidence/model.js';
import { judgeRun } from '#judge/repeats.js';
import type { Verdicts } from '#judge/record.js';
import type { Profile } from '#profile/schema.js';
import type { RunView } from '#reports/view.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { traceOf } from '#suites/trace.js';
import { obtainEach, type Obtained, type ObtainOptions } from './obtain.js';
import { parseScope, planned } from './selection.js';

/** Options that `run` and `judge` share. */
export interface JudgingOptions {
  readonly scope?: string;
  readonly select: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** What evidence is judged with. Plain data: a worker gets a copy. */
export interface JudgingInputs extends JudgingOptions {
  /** Null: that of the bundle, where there is one. */
  readonly profile: Profile | null;
  readonly keys: KeyRing;
}

export interface JudgedEvidence {
  readonly obtained: Obtained;
  readonly verdicts: Verdicts;
}

/** Judge what was obtained, by the profile given, else the one in the bundle. Throws RallyError for a bad selection. */
export function judgeObtained(obtained: Obtained, profile: Profile | null, options: JudgingOptions): JudgedEvidence {
  const scope = options.scope === undefined ? obtained.scope : parseScope(options.scope);
  if (options.select.length > 0) planned(CATALOGUE, obtained.evidence.ability, { scope, select: options.select });
  const verdicts = judgeRun(CATALOGUE, profile ?? obtained.profile, obtained, {
    scope,
    select: options.select,
    strict: options.strict === true,
  });
  return { obtained, verdicts };
}

/** Judge every device in the evidence at `path`, one by one. Throws RallyError for evidence that cannot be read. */
export async function* judgePath(
  path: string,
  inputs: JudgingInputs,
  stdin?: ObtainOptions['stdin'],
): AsyncGenerator<JudgedEvidence, void> {
  const options = { keys: inputs.keys, ...(stdin === undefined ? {} : { stdin }) };
  for await (const obtained of obtainEach(path, options)) yield judgeObtained(obtained, inputs.profile, inputs);
}

/** What reports are written from. */
export function viewOf({
  obtained,
  verdicts,
}: JudgedEvidence): RunView & Required<Pick<RunView, 'evidence' | 'trace'>> {
  const { info, evidence, path } = obtained;
  return { info, verdicts, evidence: wholeEvidence(obtained), bundleDir: path, trace: traceOf(evidence) };
}

/** Evidence of a run with what its repeats add, in which reports look up what a finding points at. */
export function wholeEvidence({ evidence, repeats }: Pick<Obtained, 'evidence' | 'repeats'>): Evidence {
  if (repeats.length === 0) return evidence;
  const all = [evidence, ...repeats.map((repeat) => repeat.evidence)];
  return {
    ...evidence,
    exchanges: all.flatMap(({ exchanges }) => exchanges),
    management: all.flatMap(({ management }) => management),
  };
}
