import type { Terminal } from './terminal.js';

/** A step of the bench: what is done, and where it waits, for what and how long at most. */
export interface Step {
  readonly step: string;
  readonly waitingFor?: string;
  readonly limitMs?: number;
}

/** Prints one line per step where a person is watching, nothing otherwise. */
export function progressPrinter(terminal: Terminal): (step: Step) => void {
  let last = '';
  return (step) => {
    const line = stepText(step);
    if (!terminal.interactive || line === last) return;
    last = line;
    terminal.err(`${line}\n`);
  };
}

/** `step: waiting for X, at most 30 s` */
export function stepText({ step, waitingFor, limitMs }: Step): string {
  if (waitingFor === undefined) return step;
  const limit = limitMs === undefined ? '' : `, at most ${formatLimit(limitMs)}`;
  return `${step}: waiting for ${waitingFor}${limit}`;
}

function formatLimit(limitMs: number): string {
  return limitMs < 1000 ? `${limitMs} ms` : `${Number((limitMs / 1000).toFixed(1))} s`;
}
