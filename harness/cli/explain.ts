import pc from 'picocolors';
import { EXIT } from '#base/error-codes.js';
import type { CatalogueEntry } from '#judge/catalogue.js';
import { INTERPRETATIONS } from '#judge/interpretations.js';
import { EVIDENCE_NAMES, scenarioText, sessionsNeeded } from '#judge/scope.js';
import type { Rule } from '#judge/rule.js';
import { itemsOf, parseApplicability } from '#profile/applicability.js';
import { sourceText } from '#reports/sources.js';
import { wrap } from '#reports/text.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { requireRule } from './selection.js';
import type { Terminal } from './terminal.js';

const INDENT = '  ';

/** `explain <rule>`: everything the catalogue knows of one rule. */
export function explain(id: string, terminal: Terminal): number {
  const entry = requireRule(CATALOGUE, id);
  const { bold } = pc.createColors(terminal.color);
  const { rule } = entry;
  const lines = [
    `${bold(rule.id)}  ${rule.level}  ${entry.area}/${entry.clause}  revision ${rule.revision}`,
    rule.title,
  ];
  for (const [heading, paragraphs] of sections(entry)) {
    lines.push('', bold(heading));
    for (const paragraph of paragraphs) {
      lines.push(...wrap(paragraph, terminal.width - INDENT.length).map((line) => INDENT + line));
    }
  }
  terminal.out(`${lines.join('\n')}\n`);
  return EXIT.passed;
}

function sections({ rule }: CatalogueEntry): (readonly [string, readonly string[]])[] {
  const all: (readonly [string, readonly string[]])[] = [
    ['Also known as', (rule.alsoKnownAs ?? []).map((id) => `${id}, which is judged as ${rule.id} and not again`)],
    ['Requirement', [rule.requirement]],
    ['Why', [rule.why]],
    ['Sources', rule.source.map((source) => sourceText(source))],
    ['Interpretation', (rule.interpretation ?? []).flatMap(interpretationText)],
    ['Applies when', applicabilityTexts(rule)],
    ['Evidence', [evidenceText(rule)]],
    ['Blocked by', (rule.blockedBy ?? []).map(blockerText)],
    ['Remedy', [rule.remedy]],
  ];
  return all.filter(([, paragraphs]) => paragraphs.length > 0);
}

function interpretationText(key: string): string[] {
  const interpretation = INTERPRETATIONS.get(key);
  return interpretation === undefined
    ? [key]
    : [`${key}: ${interpretation.point}`, `Read as: ${interpretation.reading}`];
}

/** The expression, then what each of its items stands for. */
function applicabilityTexts({ appliesWhen }: Rule): string[] {
  if (appliesWhen === undefined) return [];
  const items = [...itemsOf(parseApplicability(appliesWhen))];
  return [appliesWhen, ...items.map(([name, { meaning, field }]) => `${name}: ${meaning} (${field} of the profile)`)];
}

function evidenceText(rule: Rule): string {
  const kinds = (list: Rule['needs']): string => list.map((kind) => EVIDENCE_NAMES[kind]).join(', ');
  const parts = [`needs ${kinds(rule.needs)}`];
  if (rule.uses !== undefined && rule.uses.length > 0) parts.push(`looks at ${kinds(rule.uses)} where there is some`);
  if (sessionsNeeded(rule) > 1) parts.push(`at least ${sessionsNeeded(rule)} sessions`);
  if (rule.scenarios !== undefined) parts.push(scenarioText(rule.scenarios));
  return parts.join('; ');
}

function blockerText(id: string): string {
  const blocker = CATALOGUE.find(({ rule }) => rule.id === id);
  return blocker === undefined ? id : `${id} ${blocker.rule.title}`;
}
