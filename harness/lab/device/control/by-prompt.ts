import { RallyError } from '#base/error.js';
import type { ControlAction, ControlActionName } from '#profile/control.js';
import type { Ask } from '../ask.js';

const WHY_NOT = {
  declined: 'the operator skipped it',
  failed: 'the operator tried, and it failed',
  unanswered: 'nobody answered in time',
} as const;

/**
 * Have the operator do something. Resolves with the PIN where that is what was wanted. Throws RallyError
 * ERR_CONTROL_OPERATOR, and the signal's reason.
 */
export async function askFor(
  name: ControlActionName,
  { text, limitMs }: Extract<ControlAction, { by: 'prompt' }>,
  ask: Ask | undefined,
  signal: AbortSignal,
): Promise<string | null> {
  if (ask === undefined)
    throw new RallyError('ERR_CONTROL_OPERATOR', 'there is no terminal at which somebody could be asked', {
      remedy: 'Run it at a terminal, in scope full or with a scope of its bench.',
    });
  const { answer, pin } = await ask({ id: name, text, limitMs, wants: name === 'readPin' ? 'pin' : 'done' }, signal);
  if (answer === 'declined' || answer === 'failed' || answer === 'unanswered')
    throw new RallyError('ERR_CONTROL_OPERATOR', WHY_NOT[answer], { context: { answer, limitMs } });
  return pin ?? null;
}
