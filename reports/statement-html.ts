import type { Totals } from '#judge/record.js';
import type { Level, RuleId } from '#judge/rule.js';
import { locationLine } from './hexdump.js';
import { LEVELS, type Statement, type StatementRule, type StatementTotals } from './statement.js';
import { clip, markup } from './text.js';
import { groupBy } from './view.js';
import { idleWaivers, waivedText } from './waiver-words.js';

/**
 * What fits one page under its head, in lines of body text. The parts take what they need in this order, each at most its share of
 * what is left; the rest is counted, and stands in the JSON.
 */
const PAGE_LINES = 45;
const SHARE = {
  totals: 0.34,
  failed: 0.7,
  waived: 0.4,
  waivers: 0.2,
  repeated: 0.2,
  notJudged: 0.7,
  warnings: 1,
} as const;
/** Characters of a line of body text in a wide font. */
const LINE_CHARACTERS = 95;
/** Characters of a line of the sentence. */
const SENTENCE_CHARACTERS = 80;
/** A heading with the space above it, and the line that counts the rest. */
const HEADING_LINES = 2.8;
/** Space after a rule. */
const GAP_LINES = 0.3;
const MAX_IDS = 6;
const MAX_SENTENCE = 540;
const MAX_WINDOWS = 300;
const MAX_TEXT = 190;
const MAX_NAME = 60;

const COLUMNS: readonly (readonly [title: string, key: keyof Totals])[] = [
  ['pass', 'pass'],
  ['warn', 'warnings'],
  ['fail', 'fail'],
  ['waived', 'waived'],
  ['incon.', 'inconclusive'],
  ['not run', 'not-run'],
  ['n/a', 'not-applicable'],
  ['error', 'error'],
  ['outside', 'outOfScope'],
];

/** How a page of ours looks, on a screen and on paper. */
export const STYLE = `
@page { size: A4; margin: 12mm 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 182mm; padding: 6mm 0; color: #1c1e21; background: #fff; font: 8.5pt/1.32 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
@media print { body { padding: 0; max-width: none; } }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1.5pt solid #1c1e21; padding-bottom: 3pt; }
h1 { margin: 0; font-size: 14pt; }
h2 { margin: 8pt 0 2pt; font-size: 9.5pt; }
p { margin: 0 0 2pt; }
.verdict { margin: 7pt 0; padding: 5pt 8pt; border-left: 4pt solid #8c8c8c; background: #f4f5f7; font-size: 9.5pt; font-weight: 600; }
.exit-0 { border-color: #389e0d; }
.exit-1 { border-color: #cf1322; }
.exit-2, .exit-3 { border-color: #d48806; }
dl { display: grid; grid-template-columns: max-content 1fr max-content 1fr; gap: 1pt 8pt; margin: 0; }
dt { color: #666; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: 7.5pt; }
th { text-align: right; font-weight: 600; border-bottom: 0.75pt solid #999; padding: 1pt 3pt; }
td { text-align: right; padding: 0.6pt 3pt; border-bottom: 0.25pt solid #ddd; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
th.level { text-align: center; border-bottom: 0; }
td.zero { color: #bbb; }
tr.total td { font-weight: 600; border-top: 0.75pt solid #999; border-bottom: 0; }
.rule { margin: 0 0 3pt; }
/* A text of wide characters is cut, so that the page stays one. */
.sentence, .windows, dd, .rule p, .reason, .title { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.sentence { -webkit-line-clamp: 6; }
.windows { margin-top: 2pt; font-weight: 400; -webkit-line-clamp: 4; }
.place, .title { -webkit-line-clamp: 1 !important; }
.rule b, .reason b { font-weight: 600; }
.rule p { margin: 0 0 0 10pt; overflow-wrap: anywhere; }
.reason { margin: 0 0 1pt; overflow-wrap: anywhere; }
code { font: 7.5pt/1.3 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
footer { margin-top: 8pt; padding-top: 3pt; border-top: 0.75pt solid #999; color: #555; font-size: 7.5pt; }
`;

/** The statement as a page of its own that prints on one sheet of A4. Nothing is loaded from anywhere. */
export function statementHtml(statement: Statement): string {
  const { device, sentence, onWindows, exitCode, failed, waived, warnings, notice } = statement;
  const said = clip(sentence, MAX_SENTENCE);
  const windows = onWindows === null ? '' : clip(onWindows, MAX_WINDOWS);
  const idle = idleWaivers({ waivers: { asOf: '', list: statement.waivers } }).map(([, text]) => text);
  const repeated = statement.repeated.map(({ text, ids }) => `${named(ids)}: ${text}`);
  const headings = [failed, waived, warnings, idle, repeated, statement.missing, statement.notJudged].filter(
    (list) => list.length > 0,
  ).length;
  const page = new Page(
    PAGE_LINES -
      1.2 * (Math.ceil([...said].length / SENTENCE_CHARACTERS) + Math.ceil([...windows].length / SENTENCE_CHARACTERS)) -
      HEADING_LINES * headings,
  );
  const parts = {
    totals: totalsTable(statement, page),
    missing: missing(statement, page),
    failed: rules('Failed rules', failed, page, SHARE.failed),
    waived: rules('Waived rules: they fail', waived, page, SHARE.waived),
    waivers: textList('Waivers that waive nothing', idle, page, SHARE.waivers),
    repeated: textList('Repeated: no repeat undoes a failure', repeated, page, SHARE.repeated),
    notJudged: notJudged(statement, page),
    warnings: rules('Warnings', warnings, page, SHARE.warnings),
  };
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${markup(`Vertical Pairing test statement: ${clip(device.name, MAX_NAME)}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Vertical Pairing test statement</h1><span>${markup(statement.startedAt.slice(0, 10))}</span></header>
<div class="verdict exit-${exitCode}"><p class="sentence">${markup(said)}</p>${windows === '' ? '' : `<p class="windows">${markup(windows)}.</p>`}</div>
${facts(statement)}
${parts.totals}
${parts.missing}
${parts.failed}
${parts.waived}
${parts.waivers}
${parts.warnings}
${parts.repeated}
${parts.notJudged}
<footer>${markup(notice)}</footer>
</body>
</html>
`;
}

/** Lines that are still free on the page. */
class Page {
  constructor(private left: number) {}

  /** The first of `items` that fit into this share of what is left; one at least where the page has room for it. */
  take<T>(items: readonly T[], share: number, linesOf: (item: T) => number): readonly T[] {
    const allowed = this.left * share;
    let used = 0;
    let count = 0;
    for (const item of items) {
      used += linesOf(item);
      if (used > (count === 0 ? this.left : allowed)) break;
      count += 1;
      this.left -= linesOf(item);
    }
    return items.slice(0, count);
  }
}

/** Lines of a text: two at most, the style cuts what is longer. */
function textLines(text: string): number {
  return Math.min(2, Math.ceil([...text].length / LINE_CHARACTERS));
}

function facts(statement: Statement): string {
  const { device, tool } = statement;
  const entries: readonly (readonly [string, string])[] = [
    ['Device', clip(device.name, MAX_NAME)],
    ['MAC address', device.mac ?? 'not known'],
    ['Scope', `${statement.scope}${statement.strict ? ', strict' : ''}`],
    ['MUST rules', `${statement.mustPassed} of ${statement.mustApplicable} applicable passed`],
    ['Bench', `${statement.bench}, ${statement.place}`],
    ['Tool', `${tool.name} ${tool.version}`],
    ['Catalogue', statement.catalogueDigest.slice(0, 16)],
    ['Profile', statement.profileDigest?.slice(0, 16) ?? 'none'],
    ['Firmware', clip(device.firmware ?? 'not in the profile', MAX_NAME)],
    ['Waivers', waiverCount(statement)],
  ];
  return `<dl>${entries.map(([name, value]) => `<dt>${name}</dt><dd><bdi>${markup(value)}</bdi></dd>`).join('')}</dl>`;
}

function waiverCount({ waivers }: Statement): string {
  if (waivers.length === 0) return 'none';
  const last = waivers.map(({ expires }) => expires).sort()[0] ?? '';
  return `${waivers.length}, the first expires after ${last}`;
}

/** What stands between this run and `conformant`, in one line of text. */
function missing({ missing: all }: Statement, page: Page): string {
  if (all.length === 0) return '';
  const text = clip(all.join('; '), 2 * MAX_TEXT);
  page.take([text], 1, textLines);
  return `<h2>What is missing for \u201cconformant\u201d</h2>\n<p class="reason">${markup(text)}</p>`;
}

function textList(heading: string, all: readonly string[], page: Page, share: number): string {
  if (all.length === 0) return '';
  const shown = page.take(
    all.map((text) => clip(text, MAX_TEXT)),
    share,
    textLines,
  );
  const lines = shown.map((text) => `<p class="reason">${markup(text)}</p>`);
  if (all.length > shown.length) lines.push(`<p class="reason">and ${all.length - shown.length} more</p>`);
  return `<h2>${heading}</h2>\n${lines.join('\n')}`;
}

/** One row an area, the columns grouped by level; a column without a single count is left out. */
function totalsTable({ byAreaAndLevel }: Statement, page: Page): string {
  const areas = groupBy(byAreaAndLevel, ({ area }) => area);
  const columns = LEVELS.flatMap((level) =>
    COLUMNS.filter(([, key]) => sum(byAreaAndLevel, level, key) > 0).map(([title, key]) => ({ level, title, key })),
  );
  const row = (name: string, of: readonly StatementTotals[]): string => {
    const cells = columns.map(({ level, key }) => {
      const count = sum(of, level, key);
      return `<td${count === 0 ? ' class="zero"' : ''}>${count}</td>`;
    });
    return `<td>${markup(name)}</td>${cells.join('')}</tr>`;
  };
  const shown = page.take([...areas], SHARE.totals, () => 1);
  const more = areas.size - shown.length;
  const groups = [...groupBy(columns, ({ level }) => level)].map(
    ([level, group]) => `<th class="level" colspan="${group.length}">${level}</th>`,
  );
  return `<h2>Rules by area and level</h2>
<table><thead><tr><th class="level"></th>${groups.join('')}</tr>
<tr><th>area</th>${columns.map(({ title }) => `<th>${title}</th>`).join('')}</tr></thead><tbody>
${shown.map(([area, of]) => `<tr>${row(area, of)}`).join('\n')}
<tr class="total">${row(more > 0 ? `all, with ${more} more` : 'all', byAreaAndLevel)}
</tbody></table>`;
}

function sum(counts: readonly StatementTotals[], level: Level, key: keyof Totals): number {
  return counts.reduce((total, entry) => total + (entry.level === level ? (entry.totals[key] ?? 0) : 0), 0);
}

function rules(heading: string, all: readonly StatementRule[], page: Page, share: number): string {
  if (all.length === 0) return '';
  const texts = all.map((rule) => ({ rule, lines: ruleLines(rule) }));
  const shown = page.take(texts, share, ({ lines }) =>
    lines.reduce((used, { text }) => used + textLines(text), 1 + GAP_LINES),
  );
  const rest = all.slice(shown.length).map(({ id }) => id);
  const more = rest.length === 0 ? '' : `<p class="reason">and ${rest.length} more: ${markup(named(rest))}</p>`;
  const blocks = shown.map(
    ({ rule: { id, title }, lines }) =>
      `<div class="rule"><span class="title"><b>${markup(id)}</b> ${markup(title)}</span>${lines.map(lineHtml).join('')}</div>`,
  );
  return `<h2>${heading} (${all.length})</h2>\n${blocks.join('\n')}${more}`;
}

interface RuleLine {
  readonly kind: 'place' | 'seen' | 'waived' | 'remedy';
  readonly text: string;
}

function ruleLines({ findings, remedies, waived }: StatementRule): RuleLine[] {
  const [first, ...others] = findings;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const seen =
    first?.expected === undefined || first.actual === undefined
      ? (first?.text ?? '')
      : `Expected ${first.expected}; actual ${first.actual}`;
  const lines: RuleLine[] = [
    // Never more than a line of its narrow font.
    { kind: 'place', text: first?.at === undefined ? '' : clip(locationLine(first.at), 110) },
    { kind: 'seen', text: `${clip(seen, MAX_TEXT)}${more}` },
    { kind: 'waived', text: waived === undefined ? '' : clip(`Waived ${waivedText(waived)}`, MAX_TEXT) },
    { kind: 'remedy', text: clip(remedies[0] ?? '', MAX_TEXT) },
  ];
  return lines.filter(({ text }) => text !== '');
}

function lineHtml({ kind, text }: RuleLine): string {
  if (kind === 'place') return `<p class="place"><code>${markup(text)}</code></p>`;
  return `<p>${kind === 'remedy' ? '<b>Remedy:</b> ' : ''}${markup(text)}</p>`;
}

function notJudged({ notJudged: groups, totals }: Statement, page: Page): string {
  if (groups.length === 0 && totals.outOfScope === 0) return '';
  const texts = groups.map(({ verdict, reason, ids }) => ({
    verdict,
    ids,
    text: `${named(ids)}: ${clip(reason, MAX_TEXT)}`,
  }));
  const shown = page.take(texts, SHARE.notJudged, ({ verdict, text }) => textLines(`${verdict} ${text}`));
  const lines = shown.map(({ verdict, text }) => `<p class="reason"><b>${verdict}</b> ${markup(text)}</p>`);
  const rest = texts.slice(shown.length).reduce((sum, { ids }) => sum + ids.length, 0);
  if (rest > 0) lines.push(`<p class="reason">and ${rest} more, see the JSON of this statement</p>`);
  if (totals.outOfScope > 0) {
    const counted = totals.outOfScope === 1 ? '1 rule was' : `${totals.outOfScope} rules were`;
    lines.push(`<p class="reason"><b>outside the scope</b> ${counted} counted and not judged.</p>`);
  }
  return `<h2>What was not judged, and why</h2>\n${lines.join('\n')}`;
}

function named(ids: readonly RuleId[]): string {
  const rest = ids.length - MAX_IDS;
  return `${ids.slice(0, MAX_IDS).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
