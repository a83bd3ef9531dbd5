import type { Progress } from '#lab/job.js';
import type { Terminal } from './terminal.js';

/**
 * Prints one line per step where a person is watching, nothing otherwise. Where a run has several parts, the line that
 * begins one says how long the rest will take.
 *
 * @param nowMs monotonic
 */
export function progressPrinter(
  terminal: Pick<Terminal, 'interactive' | 'err'>,
  nowMs: () => number = () => performance.now(),
): (event: Progress) => void {
  let last = '';
  const left = new TimeLeft();
  return (event) => {
    const leftMs = event.part === undefined ? null : left.at(event.part, nowMs());
    const line = `${stepText(event)}${leftMs === null ? '' : `; about ${formatLeft(leftMs)} left`}`;
    if (!terminal.interactive || line === last) return;
    last = line;
    terminal.err(`${line}\n`);
  };
}

/** Estimates how long the parts of a run still take. */
class TimeLeft {
  private readonly began: { readonly number: number; readonly atMs: number }[] = [];

  /** Milliseconds from the begin of a part to the end of the last; null while nothing is known. */
  at({ number, of }: NonNullable<Progress['part']>, nowMs: number): number | null {
    this.began.push({ number, atMs: nowMs });
    // The first part is unlike the others: with the search on the network it takes many times as long.
    const alike = this.began.filter((each) => each.number > 1);
    const [first] = alike;
    if (first === undefined || alike.length < 2) return null;
    return ((nowMs - first.atMs) / (alike.length - 1)) * (of - number + 1);
  }
}

/** `step: waiting for X, at most 30 s` */
export function stepText({ step, waitingFor, limitMs }: Omit<Progress, 'part'>): string {
  if (waitingFor === undefined) return step;
  const limit = limitMs === undefined ? '' : `, at most ${formatLimit(limitMs)}`;
  return `${step}: waiting for ${waitingFor}${limit}`;
}

function formatLimit(limitMs: number): string {
  return limitMs < 1000 ? `${limitMs} ms` : `${Number((limitMs / 1000).toFixed(1))} s`;
}

/** Whole seconds, or minutes where there are some. */
function formatLeft(leftMs: number): string {
  const seconds = Math.max(1, Math.round(leftMs / 1000));
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
