import { RallyError } from '#base/error.js';

/** The error itself when it is coded; an error nobody foresaw as ERR_INTERNAL, its origin kept as cause. */
export function asRallyError(error: unknown): RallyError {
  if (error instanceof RallyError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new RallyError('ERR_INTERNAL', text, { cause: error });
}
