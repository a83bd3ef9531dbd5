import { ERROR_CODES, EXIT } from '#base/error-codes.js';
import { isRallyError } from '#base/error.js';
import { canonicalJson } from '#judge/canonical.js';
import type { RuleId } from '#judge/rule.js';
import { outcomeOf } from '#judge/waivers.js';
import { judgePath, viewOf, type JudgedEvidence, type JudgingInputs } from './judge-evidence.js';
import { deviceSuites, unreadableSuite } from './judge-junit.js';
import type { ObtainOptions } from './obtain.js';

/**
 * What is left of a device, or of evidence that could not be judged, when its evidence is let go: a line of the table,
 * and text for the other outputs. Plain data: it comes from a worker too.
 */
export interface JudgeResult {
  /** Path as it was given. */
  readonly path: string;
  readonly exitCode: number;
  /** Null for evidence that could not be judged. */
  readonly device: DeviceResult | null;
  /** Null for a device. */
  readonly error: JudgeError | null;
  /** Canonical JSON, where it was asked for. */
  readonly json: string | null;
  /** Test suites, where they were asked for. */
  readonly junit: string | null;
}

export interface DeviceResult {
  readonly mac: string | null;
  readonly sentence: string;
  /** Rules that fail and are not waived, all of them. */
  readonly failed: readonly RuleId[];
  readonly keys: KeysUse;
}

/** What became of the keys that were given: opened exchanges, and why others stayed closed. */
export interface KeysUse {
  readonly opened: number;
  readonly problem: string | null;
}

export interface JudgeError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What is to be made of each result. */
export interface ResultForms {
  readonly json: boolean;
  readonly junit: boolean;
  /** Several pieces of evidence are judged: a device of one must not be taken for that of another. */
  readonly several: boolean;
}

/** Judge the evidence at `path`; what cannot be read or judged is a result as well. Never throws. */
export async function* resultsOf(
  path: string,
  inputs: JudgingInputs,
  forms: ResultForms,
  stdin?: ObtainOptions['stdin'],
): AsyncGenerator<JudgeResult, void> {
  try {
    for await (const judged of judgePath(path, inputs, stdin)) yield deviceResult(path, judged, forms);
  } catch (error) {
    yield errorResult(path, error, forms);
  }
}

/** The result of one device; its evidence is not kept. */
export function deviceResult(path: string, judged: JudgedEvidence, forms: ResultForms): JudgeResult {
  const { obtained, verdicts } = judged;
  const { dut, sentence, results, exitCode } = verdicts;
  const { exchanges } = obtained.evidence;
  return {
    path,
    exitCode,
    device: {
      mac: dut.mac,
      sentence,
      failed: results.filter((result) => outcomeOf(result) === 'fail').map(({ id }) => id),
      keys: {
        opened: exchanges.filter(({ keys }) => keys !== null).length,
        problem: exchanges.find(({ keysProblem }) => keysProblem !== undefined)?.keysProblem ?? null,
      },
    },
    error: null,
    json: forms.json ? canonicalJson({ evidence: path, verdicts }) : null,
    junit: forms.junit ? deviceSuites(viewOf(judged), forms.several ? path : null) : null,
  };
}

function errorResult(path: string, error: unknown, forms: ResultForms): JudgeResult {
  const known = judgeError(error);
  return {
    path,
    exitCode: isRallyError(error) ? ERROR_CODES[error.code].exit : EXIT.broken,
    device: null,
    error: known,
    json: forms.json ? canonicalJson({ evidence: path, error: known }) : null,
    junit: forms.junit ? unreadableSuite(path, known) : null,
  };
}

function judgeError(error: unknown): JudgeError {
  if (isRallyError(error)) return { code: error.code, message: error.message, remedy: error.remedy };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'ERR_INTERNAL', message: `${text} (ERR_INTERNAL)`, remedy: ERROR_CODES.ERR_INTERNAL.remedy };
}
