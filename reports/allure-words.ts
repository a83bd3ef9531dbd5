import { Severity, Status } from 'allure-js-commons';
import type { Level } from '#judge/rule.js';
import { outcomeOf, type Outcome } from '#judge/waivers.js';
import { offsetText } from './hexdump.js';
import { clip, visible } from './text.js';
import { leadingFindings, reasonOf, type JudgedResult } from './view.js';
import { waivedText } from './waiver-words.js';

/** Status of each outcome; `undefined` is what Allure calls unknown. */
export const STATUS: Readonly<Record<Outcome, Status | undefined>> = {
  pass: Status.PASSED,
  fail: Status.FAILED,
  waived: Status.SKIPPED,
  inconclusive: undefined,
  error: Status.BROKEN,
  'not-applicable': Status.SKIPPED,
  'not-run': Status.SKIPPED,
};

export const SEVERITY: Readonly<Record<Level, Severity>> = {
  MUST: Severity.CRITICAL,
  SHOULD: Severity.MINOR,
  INFO: Severity.TRIVIAL,
};

/** First word of a status message: what the categories go by. */
const WORD: Readonly<Record<Outcome, string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  waived: 'WAIVED',
  inconclusive: 'INCONCLUSIVE',
  error: 'ERROR',
  'not-applicable': 'NOT APPLICABLE',
  'not-run': 'NOT RUN',
};

const MAX_MESSAGE = 500;

/** One line that says what a rule came to, e.g. `FAIL RVP-VPI-02 @0x014a: ...`; null for a pass without warning. */
export function statusMessage(result: JudgedResult): string | null {
  if (result.verdict === 'pass' && !result.warning) return null;
  const [first, ...others] = leadingFindings(result);
  // A SHOULD keeps its own word under strict, so that it is not counted among the broken requirements.
  const outcome = outcomeOf(result) ?? result.verdict;
  const word = result.warning && outcome !== 'waived' ? 'WARN' : WORD[outcome];
  const failing = result.warning || result.verdict === 'fail';
  const place = failing && first?.at !== undefined ? ` @${offsetText(first.at.messageOffset)}` : '';
  const text = clip(visible(failing ? (first?.text ?? result.reason) : reasonOf(result)), MAX_MESSAGE);
  const until = result.waived === undefined ? '' : ` ${clip(visible(waivedText(result.waived)), MAX_MESSAGE)};`;
  const more = failing && others.length > 0 ? ` (and ${others.length} more)` : '';
  return `${word} ${result.id}${place}:${until} ${text}${more}`;
}

/** A line of categories.json: `messageRegex` is matched against the whole message. */
interface Category {
  readonly name: string;
  readonly messageRegex: string;
  readonly matchedStatuses: readonly (`${Status}` | 'unknown')[];
}

/**
 * Categories by the first word of the message and the status together. The last four catch what matches no other: they
 * stay empty as long as every message comes from {@link statusMessage}.
 */
export const CATEGORIES: readonly Category[] = [
  {
    name: 'What Windows would do',
    messageRegex: '(?s)(Windows|Nothing seen) would .*',
    matchedStatuses: ['failed', 'unknown'],
  },
  {
    name: 'Registrations without WSC_Done',
    messageRegex: '(?s)Registrations: .*',
    matchedStatuses: ['unknown'],
  },
  { name: 'Failed MUST rules', messageRegex: '(?s)FAIL .*', matchedStatuses: ['failed'] },
  { name: 'Expired waivers', messageRegex: '(?s)WAIVER .*', matchedStatuses: ['failed'] },
  { name: 'Waived', messageRegex: '(?s)WAIVED .*', matchedStatuses: ['skipped'] },
  { name: 'Warnings (SHOULD)', messageRegex: '(?s)WARN .*', matchedStatuses: ['passed', 'failed'] },
  { name: 'Inconclusive', messageRegex: '(?s)INCONCLUSIVE .*', matchedStatuses: ['unknown'] },
  { name: 'Errors of our tool or bench', messageRegex: '(?s)ERROR .*', matchedStatuses: ['broken'] },
  { name: 'Not run', messageRegex: '(?s)NOT RUN .*', matchedStatuses: ['skipped'] },
  { name: 'Not applicable', messageRegex: '(?s)NOT APPLICABLE .*', matchedStatuses: ['skipped'] },
  { name: 'Other failures', messageRegex: '(?s)(?!FAIL |WARN |WAIVER |Windows would ).*', matchedStatuses: ['failed'] },
  { name: 'Other errors', messageRegex: '(?s)(?!ERROR ).*', matchedStatuses: ['broken'] },
  {
    name: 'Other unknowns',
    messageRegex: '(?s)(?!INCONCLUSIVE |Registrations: |(Windows|Nothing seen) would ).*',
    matchedStatuses: ['unknown'],
  },
  { name: 'Other skips', messageRegex: '(?s)(?!NOT |WAIVED ).*', matchedStatuses: ['skipped'] },
];
