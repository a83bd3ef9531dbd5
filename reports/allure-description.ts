import type { Evidence } from '#evidence/model.js';
import { INTERPRETATIONS } from '#judge/interpretations.js';
import { repeatedText } from '#judge/repeats.js';
import type { Finding } from '#judge/rule.js';
import { EXCERPT, findingText, MAX_TEXT } from './finding-text.js';
import { hexdumpHtml, locationLine } from './hexdump.js';
import { locate } from './locate.js';
import { sourceText } from './sources.js';
import { clip, markup } from './text.js';
import { leadingFindings, reasonOf, type JudgedResult } from './view.js';

/** Findings written out in full; the rest is counted. */
const MAX_FINDINGS = 10;

/**
 * Description of a case as HTML. Allure keeps plain tags only and drops every attribute, so it must read well without
 * any styling.
 */
export function descriptionHtml(result: JudgedResult, evidence: Evidence | undefined): string {
  const findings = leadingFindings(result);
  const failing = result.verdict === 'fail' || result.warning;
  const sections = [
    failing
      ? failedFindings(findings, result, evidence)
      : section(
          outcomeHeading(result),
          `${result.reason === '' ? '' : paragraph(reasonOf(result))}${examined(findings, result.reason)}`,
        ),
    result.repeated === undefined ? '' : section('Repeated', paragraph(repeatedText(result))),
    section('Requirement', paragraph(result.requirement)),
    section('Why it matters on Windows', paragraph(result.why)),
    section('Source', list(result.source.map(sourceText))),
    result.interpretation.length === 0 ? '' : section('Our reading', list(result.interpretation.map(readingText))),
    section('Level', paragraph(`${result.level}, revision ${result.revision}`)),
  ];
  return sections.join('\n');
}

/** What Allure shows as the trace of a failed case: the findings as plain text. */
export function traceText(result: JudgedResult, evidence: Evidence | undefined): string {
  return leadingFindings(result)
    .slice(0, MAX_FINDINGS)
    .map((finding) => findingText(finding, finding.remedy ?? result.remedy, evidence))
    .join('\n\n');
}

function failedFindings(findings: readonly Finding[], result: JudgedResult, evidence: Evidence | undefined): string {
  const shown = findings.slice(0, MAX_FINDINGS).map((finding) => failedFinding(finding, evidence));
  const rest = findings.length - shown.length;
  const remedies = [...new Set(findings.map((finding) => finding.remedy ?? result.remedy))];
  return [
    section('What is wrong', shown.join('\n')),
    rest > 0 ? paragraph(`${rest} more findings of this rule stand in verdicts.json.`) : '',
    section('Remedy', remedies.map(paragraph).join('')),
  ].join('\n');
}

function failedFinding(finding: Finding, evidence: Evidence | undefined): string {
  const { expected, actual, at } = finding;
  const located = at === undefined ? null : locate(at, evidence);
  const rows = [
    expected === undefined ? '' : row('Expected', expected),
    actual === undefined ? '' : row('Actual', actual),
    at === undefined ? '' : row('At', locationLine(at)),
  ].join('');
  return [
    paragraph(finding.text),
    rows === '' ? '' : `<table><tbody>${rows}</tbody></table>`,
    located === null ? '' : `<pre>${hexdumpHtml(located, EXCERPT)}</pre>`,
  ].join('\n');
}

function readingText(key: string): string {
  const interpretation = INTERPRETATIONS.get(key);
  return interpretation === undefined ? key : `${key}: ${interpretation.point} ${interpretation.reading}`;
}

function outcomeHeading(result: JudgedResult): string {
  if (result.verdict === 'pass') return 'What was seen';
  return result.verdict === 'error' ? 'What went wrong on our side' : 'Why it was not judged';
}

/** What the findings say, but for the reason that was given already. */
function examined(findings: readonly Finding[], reason: string): string {
  const said = findings.map(({ text, at }) => (at === undefined ? text : `${text} (${locationLine(at)})`));
  const lines = [...new Set(said)].filter((line) => line !== reason);
  const shown = lines.slice(0, MAX_FINDINGS);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more`);
  return list(shown);
}

function section(heading: string, body: string): string {
  return `<h4>${markup(heading)}</h4>\n${body}`;
}

function paragraph(content: string): string {
  return `<p>${markup(clip(content, MAX_TEXT))}</p>`;
}

function list(items: readonly string[]): string {
  return items.length === 0
    ? ''
    : `<ul>${items.map((item) => `<li>${markup(clip(item, MAX_TEXT))}</li>`).join('')}</ul>`;
}

function row(name: string, content: string): string {
  return `<tr><th>${markup(name)}</th><td>${markup(clip(content, MAX_TEXT))}</td></tr>`;
}
