import { ERROR_CODES, EXIT } from '#base/error-codes.js';
import { isRallyError } from '#base/error.js';
import type { Terminal } from './terminal.js';

/** Print what went wrong and what to do about it; returns the exit code. */
export function reportFailure(error: unknown, terminal: Terminal): number {
  if (isRallyError(error)) {
    terminal.err(`error: ${error.message}\n  ${error.remedy}\n`);
    return ERROR_CODES[error.code].exit;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(`error: ${text}\n  ${ERROR_CODES.ERR_INTERNAL.remedy} (ERR_INTERNAL)\n`);
  return EXIT.broken;
}

/** Like {@link reportFailure} for what does not end the command. */
export function reportWarning(error: unknown, terminal: Terminal): void {
  if (isRallyError(error)) terminal.err(`warning: ${error.message}\n  ${error.remedy}\n`);
  else terminal.err(`warning: ${error instanceof Error ? error.message : String(error)}\n`);
}

const SEVERITY = [EXIT.passed, EXIT.incomplete, EXIT.broken, EXIT.failed, EXIT.usage, EXIT.aborted];

/** The exit code that counts when several things happened: 130 over 4 over 1 over 3 over 2 over 0. */
export function worstExit(codes: readonly number[]): number {
  const rank = (code: number): number => SEVERITY.findIndex((known) => known === code);
  return codes.reduce<number>((worst, code) => (rank(code) > rank(worst) ? code : worst), EXIT.passed);
}
