import { ERROR_CODES, type ErrorCode } from './error-codes.js';

/**
 * The one error class of the tool. A device's fault is never thrown: it becomes a finding. This class is for what the
 * user, the bench or the machine did. The code is stable and stands in the message, so it survives a copied log.
 */
export class RallyError extends Error {
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, unknown>>;
  /** What the user can do about it: one sentence or command. */
  readonly remedy: string;

  constructor(
    code: ErrorCode,
    message: string,
    options: { context?: Record<string, unknown>; cause?: unknown; remedy?: string } = {},
  ) {
    super(`${message} (${code})`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RallyError';
    this.code = code;
    this.context = options.context ?? {};
    this.remedy = options.remedy ?? ERROR_CODES[code].remedy;
  }
}

/** Narrow an unknown to a {@link RallyError}, optionally of one code. */
export function isRallyError(error: unknown, code?: ErrorCode): error is RallyError {
  return error instanceof RallyError && (code === undefined || error.code === code);
}
