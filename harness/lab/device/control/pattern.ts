import { createContext, Script, type Context } from 'node:vm';
import { RallyError } from '#base/error.js';

/** A pattern that takes longer than this on a few kilobytes of text has lost itself in its repeats. */
const LIMIT_MS = 1000;

const FIRST_MATCH = new Script(`
  (() => {
    for (let at = 0; at < lines.length; at++) {
      const match = pattern.exec(lines[at]);
      if (match === null) continue;
      const [from, to] = match.indices.groups?.pin ?? [0, 0];
      const isPart = to > from && (/[0-9]/.test(lines[at][from - 1] ?? '') || /[0-9]/.test(lines[at][to] ?? ''));
      return { at, pin: match.groups?.pin ?? null, isPart };
    }
    return null;
  })()
`);

export interface PatternMatch {
  /** Place among the lines, from 0. */
  readonly at: number;
  /** What its group for the PIN holds; null where it has none. */
  readonly pin: string | null;
  /** Digits go on before or after the group: what it holds is not the whole number. */
  readonly isPart: boolean;
}

/**
 * A regular expression of a profile. It may be one that explodes on some text: matching is cut after a second, which
 * the engine does even inside a match.
 */
export class Pattern {
  private readonly context: Context;

  /** @param source a JavaScript regular expression that compiles */
  constructor(readonly source: string) {
    this.context = createContext({ pattern: new RegExp(source, 'd'), lines: [] });
  }

  /** The first of the lines it matches. Throws RallyError ERR_CONTROL_PATTERN. */
  firstIn(lines: readonly string[]): PatternMatch | null {
    if (lines.length === 0) return null;
    this.context['lines'] = lines;
    try {
      return FIRST_MATCH.runInContext(this.context, { timeout: LIMIT_MS }) as PatternMatch | null;
    } catch (cause) {
      throw new RallyError(
        'ERR_CONTROL_PATTERN',
        `the pattern ${this.source} did not come to an end on what the device said within ${LIMIT_MS} ms`,
        { context: { pattern: this.source }, cause },
      );
    }
  }
}

/** The PIN of a match, null where it has none. Throws RallyError ERR_CONTROL_PIN for a part of a longer number. */
export function wholePin({ pin, isPart }: PatternMatch): string | null {
  if (!isPart) return pin;
  throw new RallyError('ERR_CONTROL_PIN', 'the group for the PIN holds a part of a longer number', {
    remedy: 'Let the group take all digits: (?<pin>[0-9]+), or the longer form first: (?<pin>[0-9]{8}|[0-9]{4}).',
  });
}
