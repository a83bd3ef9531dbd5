import type { Evidence } from '#evidence/model.js';
import { examine } from '#judge/examine.js';
import type { Finding, Location } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { CATALOGUE } from '../catalogue.js';
import { unseen } from './verdicts.js';

/** Texts of what the rules of an area say, for records that are reviewed as a diff. */

/** Text of each of a rule's findings, by id. */
export type Said = ReadonlyMap<string, readonly string[]>;

/** What the rules of an area say; where a pass was seen is told only in full, where a note was always. */
export function said(
  area: string,
  profile: Profile | null,
  evidence: Evidence,
  detail: 'brief' | 'full' = 'brief',
): Said {
  const shown = unseen(evidence);
  const rules = CATALOGUE.filter((entry) => entry.area === area);
  const textOf = detail === 'brief' ? briefText : findingText;
  return new Map(
    rules.map(({ rule }) => {
      const { findings } = examine(rule, shown, profile);
      return [rule.id, findings.map((finding) => textOf(rule.id, finding))];
    }),
  );
}

/** The rules that say something else than each of the usual. */
export function differing(found: Said, usual: readonly Said[]): Said {
  const isUsual = (id: string, texts: readonly string[]): boolean =>
    usual.some((others) => others.get(id)?.join('\n') === texts.join('\n'));
  return new Map([...found].filter(([id, texts]) => !isUsual(id, texts)));
}

/** A section in which a finding that an earlier one has is only named. */
export function section(title: string, found: Said, told: Set<string>): string {
  const lines = [...found.values()].flat().map((text) => {
    if (told.has(text)) return text.replace(/\n.*$/s, ' [as before]');
    told.add(text);
    return text;
  });
  return ['', `## ${title}`, ...(found.size === 0 ? ['as without the fault'] : lines), ''].join('\n');
}

/** Nothing when the texts are the same, else the first line that differs, with the section it stands in. */
export function firstDifference(sections: Iterable<string>, reviewed: string): string {
  let at = 0;
  for (const section of sections) {
    const wanted = reviewed.slice(at, at + section.length);
    at += section.length;
    if (section === wanted) continue;
    const lines = section.split('\n');
    const others = wanted.split('\n');
    const index = lines.findIndex((line, number) => line !== others[number]);
    return `${lines[1] ?? ''}: "${lines[index] ?? ''}" instead of "${others[index] ?? ''}"`;
  }
  return at === reviewed.length ? '' : `nothing instead of "${reviewed.slice(at, at + 200)}"`;
}

function briefText(id: string, finding: Finding): string {
  const text = findingText(id, finding);
  return finding.verdict === 'pass' && finding.note !== true ? text.replace(/\n.*$/s, '') : text;
}

function findingText(id: string, finding: Finding): string {
  const { verdict, text, expected, actual, at, remedy, blockedBy, level, note } = finding;
  const marks = [...(level === undefined ? [] : [level]), ...(note === true ? ['note'] : [])];
  const lines = [
    `${id} ${verdict}${marks.length === 0 ? '' : ` (${marks.join(', ')})`}: ${text}`,
    ...(blockedBy === undefined ? [] : [`  blocked by: ${blockedBy}`]),
    ...(expected === undefined ? [] : [`  expected: ${expected}`]),
    ...(actual === undefined ? [] : [`  actual: ${actual}`]),
    ...(at === undefined ? [] : [`  at: ${placeOf(at)}`]),
    ...(remedy === undefined ? [] : [`  remedy: ${remedy}`]),
  ];
  return lines.join('\n');
}

function placeOf(at: Location): string {
  const { path, message, exchange, frame, frameOffset, messageOffset, lengthBytes, hex, hexCut } = at;
  const parts = [
    path,
    `${message}${exchange === undefined ? '' : ` of exchange ${exchange}`} byte ${messageOffset}`,
    ...(frame === undefined ? [] : [`frame ${frame} byte ${frameOffset ?? 'unknown'}`]),
    `${lengthBytes} bytes${hex === '' ? '' : ` ${hex}`}${hexCut === true ? '...' : ''}`,
  ];
  return parts.join(', ');
}
