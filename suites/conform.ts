import { AssertionError } from 'chai';
import type { RuleResult } from '#judge/record.js';
import type { Finding, Location } from '#judge/rule.js';

/** The evidence does not decide: neither the device nor the tool is at fault. */
export class Inconclusive extends Error {
  override readonly name = 'Inconclusive';
}

/** Our tool or bench failed, not the device. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** What mocha shows of one rule. */
export interface Shown {
  readonly title: string;
  /** `pending` is what mocha calls a test that is not run: the reason stands in the title. */
  readonly state: 'passed' | 'pending' | 'failed';
  /** Set when the state is `failed`. */
  readonly error: Error | null;
}

/** A rule's result as mocha shows it; null for a rule outside the scope, which shows nothing. */
export function shown(result: RuleResult): Shown | null {
  const { id, title, verdict, reason, warning, waived } = result;
  if (verdict === undefined) return null;
  const text = `${id} ${title}`;
  if (waived !== undefined && verdict === 'fail') {
    const { expires, owner } = waived;
    return {
      title: `${text} (waived until ${expires} by ${owner}; it fails: ${reason})`,
      state: 'pending',
      error: null,
    };
  }
  switch (verdict) {
    case 'pass':
      return { title: warning ? `${text} (warning: ${reason})` : text, state: 'passed', error: null };
    case 'fail':
      return { title: text, state: 'failed', error: assertionOf(result) };
    case 'inconclusive':
      return { title: text, state: 'failed', error: new Inconclusive(because(result)) };
    case 'error':
      return { title: text, state: 'failed', error: new ToolError(because(result)) };
    case 'not-applicable':
      return { title: `${text} (not applicable: ${reason})`, state: 'pending', error: null };
    case 'not-run':
      return { title: `${text} (not run: ${reason})`, state: 'pending', error: null };
  }
}

function because({ id, reason, blockedBy }: RuleResult): string {
  return `${id}: ${reason}${blockedBy.length === 0 ? '' : ` (waits for ${blockedBy.join(', ')})`}`;
}

function assertionOf(result: RuleResult): Error {
  const failures = result.findings.filter(({ verdict }) => verdict === 'fail');
  const [first] = failures;
  const message = [`${result.id}: ${result.requirement}`, ...failures.map((finding) => findingText(finding, result))];
  return new AssertionError(message.join('\n'), {
    actual: first?.actual ?? 'fail',
    expected: first?.expected ?? 'pass',
    showDiff: true,
  });
}

function findingText({ text, at, remedy }: Finding, result: RuleResult): string {
  return [`- ${text}`, ...(at === undefined ? [] : [placeOf(at)]), `  ${remedy ?? result.remedy}`].join('\n');
}

function placeOf(at: Location): string {
  const frame = at.frame === undefined ? '' : `, frame ${at.frame} byte ${at.frameOffset ?? 0}`;
  const hex = at.hex === '' ? '' : `: ${at.hex}${at.hexCut === true ? '...' : ''}`;
  return `  at ${at.path}, ${at.message} byte ${at.messageOffset}${frame}${hex}`;
}
