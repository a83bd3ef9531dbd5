import type { Comparison, RuleMove, Side } from '#judge/comparison.js';
import { comparisonSentence, MOVE_HEADINGS, moveGroups, namedIds, waiverChangeText } from './comparison.js';
import { STYLE } from './statement-html.js';
import { markup } from './text.js';
import { NOTICE } from './view.js';

/** What a comparison has and a statement does not. */
const OWN_STYLE = `
table { table-layout: fixed; }
td, th, th:first-child { text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.caution { margin: 5pt 0 0; padding: 4pt 8pt; border-left: 4pt solid #d48806; background: #fffbe6; font-weight: 600; }
.digest { font: 7.5pt/1.3 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
`;

const SIDES: Columns = [
  ['', 14],
  ['before', 43],
  ['after', 43],
];
const CHANGES: Columns = [
  ['', 24],
  ['before', 38],
  ['after', 38],
];
const MOVES: Columns = [
  ['rule', 34],
  ['before', 12],
  ['after', 12],
  ['reason', 42],
];
const REVISIONS: Columns = [
  ['rule', 40],
  ['revision before', 30],
  ['after', 30],
];

/** A comparison as a page of its own. Nothing is loaded from anywhere, and what a device says stays text. */
export function comparisonHtml(comparison: Comparison): string {
  const { before, after, cautions, regressions, stillFailing } = comparison;
  const counted =
    stillFailing.length === 0
      ? ''
      : `<h2>Still failing (${stillFailing.length})</h2><p>${markup(stillFailing.join(', '))}</p>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${markup(`Comparison of two runs: ${after.device}`)}</title>
<style>${STYLE}${OWN_STYLE}</style>
</head>
<body>
<header><h1>Comparison of two runs</h1><span>${markup(`${before.startedAt.slice(0, 10)} to ${after.startedAt.slice(0, 10)}`)}</span></header>
${cautions.map((caution) => `<p class="caution"><bdi>${markup(caution)}</bdi></p>`).join('\n')}
<div class="verdict exit-${regressions.length > 0 ? 1 : 0}"><p class="sentence">${markup(comparisonSentence(comparison))}</p></div>
${table(SIDES, sideRows(before, after))}
${changes(comparison)}
${MOVE_HEADINGS.map(([move, heading]) => moves(heading, comparison[move])).join('\n')}
${waivers(comparison)}
${counted}
${revised(comparison)}
<footer>${markup(NOTICE)}</footer>
</body>
</html>
`;
}

function sideRows(before: Side, after: Side): string[][] {
  const row = (name: string, of: (side: Side) => string): string[] => [name, of(before), of(after)];
  return [
    row('Device', ({ device }) => device),
    row('MAC address', ({ mac }) => mac ?? 'not known'),
    row('Started', ({ startedAt }) => startedAt),
    row('Scope', ({ scope }) => scope),
    row('Result', ({ sentence }) => sentence),
  ];
}

function waivers({ waiverChanges: all }: Comparison): string {
  if (all.length === 0) return '';
  const items = all.map((change) => `<li><bdi>${markup(waiverChangeText(change))}</bdi></li>`);
  return `<h2>Waivers that changed (${all.length})</h2>\n<ul>${items.join('')}</ul>`;
}

function changes({ changes: all }: Comparison): string {
  if (all.length === 0) return '';
  const rows = all.map(({ what, before, after }) => [what, before, after]);
  return `<h2>What else changed (${all.length})</h2>\n${table(CHANGES, rows)}`;
}

function moves(heading: string, all: readonly RuleMove[]): string {
  if (all.length === 0) return '';
  const rows = moveGroups(all).map(({ before, after, reason, rules }) => {
    const [first] = rules;
    const named =
      rules.length === 1
        ? `${first?.id ?? ''} ${first?.title ?? ''}`
        : namedIds(
            rules.map(({ id }) => id),
            rules.length,
          );
    return [named, before, after, reason];
  });
  return `<h2>${heading} (${all.length})</h2>\n${table(MOVES, rows)}`;
}

function revised({ revisedRules }: Comparison): string {
  if (revisedRules.length === 0) return '';
  const rows = revisedRules.map(({ id, before, after }) => [id, String(before), String(after)]);
  return `<h2>Revised rules (${revisedRules.length})</h2>\n${table(REVISIONS, rows)}`;
}

/** Columns and how much of the page each takes, in percent. */
type Columns = readonly (readonly [title: string, share: number])[];

function table(columns: Columns, rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => {
    const digest = /^[0-9a-f]{64}$/.test(text) ? ' class="digest"' : '';
    return `<td${digest}><bdi>${markup(text)}</bdi></td>`;
  };
  const head = columns.map(([title, share]) => `<th style="width: ${share}%">${title}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map(cell).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}
