import type { Evidence } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import { hexdumpText, locationLine } from './hexdump.js';
import { locate } from './locate.js';
import { clip, visible } from './text.js';

/** Most characters of one text of a finding in a report. */
export const MAX_TEXT = 2000;
/** How annotated hex is cut inside a description. */
export const EXCERPT = { bytesPerLine: 8, context: 1 } as const;

/** One failing finding as plain text: what is so, expected, actual, place, annotated hex, remedy. */
export function findingText(finding: Finding, remedy: string, evidence: Evidence | undefined): string {
  const located = finding.at === undefined ? null : locate(finding.at, evidence);
  return [
    text(finding.text),
    finding.expected === undefined ? '' : `Expected: ${text(finding.expected)}`,
    finding.actual === undefined ? '' : `Actual:   ${text(finding.actual)}`,
    finding.at === undefined ? '' : `At:       ${visible(locationLine(finding.at))}`,
    located === null ? '' : hexdumpText(located, EXCERPT),
    `Remedy:   ${text(remedy)}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function text(content: string): string {
  return visible(clip(content, MAX_TEXT));
}
