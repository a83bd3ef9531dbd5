import type { ErrorCode } from '#base/error-codes.js';
import { RallyError } from '#base/error.js';
import type { PutQuestion, Reply } from '../device/ask.js';
import type { Progress, RecordPlan, RecordResult } from '../job.js';

/**
 * From outside into a place, one JSON object a line. The program inside carries out one `record` and ends; a place that
 * serves several jobs starts it again for the next. A `stop` for another job than the one at hand is ignored.
 */
export type Order =
  | {
      readonly kind: 'record';
      /** Number of the job at this place. */
      readonly job: number;
      readonly plan: RecordPlan;
      /** There is somebody at the terminal to be asked. */
      readonly canAsk: boolean;
      /** Shell command that runs beside the bench inside, e.g. to break something of it on purpose. */
      readonly beside?: string;
    }
  /** What the person said to the question of this number. */
  | { readonly kind: 'reply'; readonly job: number; readonly question: number; readonly reply: Reply }
  | { readonly kind: 'stop'; readonly job: number };

/** From a place out, one JSON object a line. */
export type Report =
  /** The program inside runs and takes an order; before this, a failure is one of the place. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly event: Progress }
  /** A question for the person at the terminal; `number` counts them. */
  | { readonly kind: 'ask'; readonly number: number; readonly question: PutQuestion }
  | { readonly kind: 'end'; readonly ended: RecordResult['ended']; readonly error?: ErrorData }
  /**
   * The program inside is gone and the place goes on; a place that ends with its program says nothing of the kind.
   * `said`: its last words on standard error, in base64.
   */
  | { readonly kind: 'exit'; readonly status: number; readonly said: string };

const REPORTS: readonly string[] = ['ready', 'progress', 'ask', 'end', 'exit'] satisfies Report['kind'][];

export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** A line of a place; null for one that is no report. */
export function parseReport(line: string): Report | null {
  try {
    const value = JSON.parse(line) as Partial<Report> | null;
    return REPORTS.includes(value?.kind ?? '') ? (value as Report) : null;
  } catch {
    return null;
  }
}

/** A coded error as JSON can carry it; its cause is left behind. */
export function errorData(error: RallyError): ErrorData {
  const suffix = ` (${error.code})`;
  const message = error.message.endsWith(suffix) ? error.message.slice(0, -suffix.length) : error.message;
  return { code: error.code, message, remedy: error.remedy, context: error.context };
}

/** The inverse of {@link errorData}. */
export function errorFrom(data: ErrorData): RallyError {
  return new RallyError(data.code, data.message, { remedy: data.remedy, context: { ...data.context } });
}

/** Longest line either side accepts; a plan with its profile is some kilobytes. */
const LINE_BYTES = 1024 * 1024;

/** Cut a byte stream into lines and hand each to `onLine`; lines above 1 MiB are dropped. */
export function lineSplitter(onLine: (line: string) => void): (chunk: Uint8Array) => void {
  let kept = Buffer.alloc(0);
  return (chunk) => {
    kept = Buffer.concat([kept, chunk]);
    for (let end = kept.indexOf(0x0a); end >= 0; end = kept.indexOf(0x0a)) {
      onLine(kept.subarray(0, end).toString('utf8'));
      kept = kept.subarray(end + 1);
    }
    if (kept.length > LINE_BYTES) kept = Buffer.alloc(0);
  };
}
