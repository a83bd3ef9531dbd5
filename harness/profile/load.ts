import { LineCounter, parseDocument, type Document } from 'yaml';
import { RallyError } from '#base/error.js';
import type { WscMessage } from '#wire/wps/message.js';
import { Locator, type Mistake } from './diagnose.js';
import { reviewAgainstFound, type FoundIdentities } from './review-identities.js';
import { reviewAgainstWholeM1 } from './review-m1.js';
import { reviewProfile } from './review.js';
import { profileSchema, type Profile } from './schema.js';
import { reviewWaivers, type WaiverReview } from './waivers.js';

export interface CheckedProfile {
  readonly profile: Profile;
  /** What is suspicious but can be worked with. */
  readonly warnings: readonly Mistake[];
}

/** What a profile is held against besides itself. */
export interface CheckOptions extends WaiverReview {
  /** An M1 of the device; null or absent: none was seen. */
  readonly m1?: WscMessage | null;
  /** What was found of it on its network; null or absent: nothing was recorded of that. */
  readonly found?: FoundIdentities | null;
}

/**
 * Read a profile from YAML text. `fileName` stands in the messages. Throws {@link RallyError} ERR_PROFILE_SYNTAX or ERR_PROFILE_INVALID; the latter lists every mistake with line,
 * column, path, reason and remedy, also in `context.mistakes`.
 */
export function checkProfile(text: string, fileName: string, options: CheckOptions = {}): CheckedProfile {
  const { m1 = null, found = null, ...waiverReview } = options;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const locator = new Locator(document, lines);
  const value = plainValue(document, lines, fileName);
  refuseNewerVersion(value, locator, fileName);
  const parsed = profileSchema.safeParse(value);
  if (!parsed.success) refuse(fileName, locator.ofIssues(parsed.error.issues));
  const profile = parsed.data;
  const remarks = [
    ...reviewProfile(profile),
    ...reviewWaivers(profile, waiverReview),
    ...(m1 === null ? [] : reviewAgainstWholeM1(profile, m1)),
    ...(found === null ? [] : reviewAgainstFound(profile, found)),
  ];
  const located = (severity: 'mistake' | 'warning'): Mistake[] =>
    remarks
      .filter((remark) => remark.severity === severity)
      .map(({ path, reason, remedy }) => locator.at(path, reason, remedy));
  const mistakes = located('mistake');
  if (mistakes.length > 0) refuse(fileName, mistakes);
  return { profile, warnings: located('warning') };
}

/** Like {@link checkProfile}, for who has no use for warnings. */
export function parseProfile(text: string, fileName: string): Profile {
  return checkProfile(text, fileName).profile;
}

/**
 * The profile a bundle holds, without its secrets; null when it was recorded without one. Throws {@link RallyError}
 * ERR_BUNDLE_DAMAGED.
 */
export function storedProfile(value: unknown): Profile | null {
  if (value === null) return null;
  const parsed = profileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined ? '' : issue.path.map(String).join('.');
  throw new RallyError('ERR_BUNDLE_DAMAGED', `The profile in the bundle is not one, at ${place}`);
}

/** One line a person can act on. */
export function mistakeText(fileName: string, mistake: Mistake): string {
  return `${placeText(fileName, mistake)}. ${mistake.remedy}`;
}

function plainValue(document: Document, lines: LineCounter, fileName: string): unknown {
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new RallyError('ERR_PROFILE_SYNTAX', `${fileName}:${line}:${col} ${firstLine(error.message)}`, {
      context: { line, column: col },
    });
  }
  try {
    return document.toJS();
  } catch (cause) {
    // Only an unresolvable or exploding alias ends here.
    const reason = cause instanceof Error ? firstLine(cause.message) : String(cause);
    throw new RallyError('ERR_PROFILE_SYNTAX', `${fileName}: ${reason}`, { cause });
  }
}

function refuseNewerVersion(value: unknown, locator: Locator, fileName: string): void {
  if (typeof value !== 'object' || value === null || !('version' in value)) return;
  const { version } = value;
  if (typeof version !== 'number' || version <= 1) return;
  refuse(fileName, [
    locator.at(['version'], `is ${version}; this version of the tool knows 1`, 'Use a newer version of the tool.'),
  ]);
}

function refuse(fileName: string, mistakes: readonly Mistake[]): never {
  const sorted = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
  const [first] = sorted;
  const context = { mistakes: sorted };
  if (first !== undefined && sorted.length === 1) {
    throw new RallyError('ERR_PROFILE_INVALID', placeText(fileName, first), { context, remedy: first.remedy });
  }
  const list = sorted.map((mistake) => `\n  ${mistakeText(fileName, mistake)}`).join('');
  throw new RallyError('ERR_PROFILE_INVALID', `${fileName} has ${sorted.length} mistakes:${list}\n `, { context });
}

function placeText(fileName: string, { line, column, path, reason }: Mistake): string {
  return `${fileName}:${line}:${column} ${path} ${reason}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
