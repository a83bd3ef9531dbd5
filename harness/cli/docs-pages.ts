import { ERROR_CODES } from '#base/error-codes.js';
import { INTERPRETATIONS } from '#judge/interpretations.js';
import type { Verdicts } from '#judge/record.js';
import { profileSchemaJson } from '#profile/schema.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { renderRules } from '#suites/render-rules.js';
import { coveragePage } from './docs-coverage.js';
import { faultsPage } from './docs-faults.js';
import { document, page, table } from './docs-table.js';
import { stimuliPage } from './docs-stimuli.js';
import { observedRows } from './observed-rows.js';
import { sourceRows, type JudgedSources } from './evidence-sources.js';

/** Evidence behind {@link evidenceSourcesPage}. */
export const EVIDENCE_SOURCES_BUNDLE = 'fixtures/bundles/0.1.0-reference-dpws';

/** Evidence behind {@link observeModePage}. */
export const OBSERVED_BUNDLE = 'fixtures/bundles/0.1.0-observed-none';

/** Pages under docs/ that are made from tables in the code, by file name. */
export function docsPages(): ReadonlyMap<string, string> {
  return new Map([
    ['coverage.md', coveragePage()],
    ['errors.md', errorsPage()],
    ['faults.md', faultsPage()],
    ['interpretations.md', interpretationsPage()],
    ['profile.schema.json', `${jsonText(profileSchemaJson())}\n`],
    ['rules.md', renderRules(CATALOGUE)],
    ['stimuli.md', stimuliPage()],
  ]);
}

/** The page that says what can be judged from what; made from verdicts on a stored bundle. */
export function evidenceSourcesPage(sources: JudgedSources): string {
  return page(
    'What each source of evidence shows',
    `The same registrations (\`${EVIDENCE_SOURCES_BUNDLE}\`) judged with the same profile from the bundle of the run,
from its capture alone, and from its capture with the session keys and the PIN. Without keys the rules that look into M5
and M7 are inconclusive; nothing else depends on where the evidence comes from. Without a profile, RVP-VPI-10 is
inconclusive too. \`outside\` is what this evidence cannot show at all.`,
    sourceRows(sources),
  );
}

/** The page that says what listening alone can show; made from verdicts on a stored bundle. */
export function observeModePage(verdicts: Verdicts): string {
  return document('What listening alone shows', [
    `With \`ixit.radio.observe\` the radio bench sends nothing: an access point of somebody else registers the device, and only
the monitor listens (see \`benches/radio.md\`). WPS registers over an open association, so its frames can be read; what M5,
M7 and M8 encrypt cannot, and neither can what the device does on a network with a key. No rule fails for what is hidden:
it is inconclusive, or not run, and says why.`,
    `The verdicts are those on \`${OBSERVED_BUNDLE}\`: stock hostapd with its own WPS, and stock
wpa_supplicant. Where a rule is not applicable to that device, the table says what listening has to offer for another one.`,
    table([['rule', 'level', 'listening', 'why not more'], ...observedRows(CATALOGUE, verdicts)]),
  ]);
}

function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, { exit, summary, remedy }]) => {
    return [`\`${code}\``, String(exit), summary, remedy];
  });
  return page(
    'Errors',
    `What the tool, the bench or the command line can run into. A fault of the device is never an error: it is a finding.
Each message carries its code, which does not change. A command that ends with an error has the exit code given here.`,
    [['code', 'exit', 'what happened', 'what to do'], ...rows],
  );
}

function interpretationsPage(): string {
  const rows = [...INTERPRETATIONS].map(([key, { point, reading }]) => [key, point, reading]);
  return page(
    'Interpretations',
    'Where the sources leave room, this is how the rules read them. Rules and reports cite the key.',
    [['key', 'point', 'reading'], ...rows],
  );
}

/** Columns the formatter breaks lines at. */
const WIDTH = 120;

/** JSON as the formatter leaves it: members one a line, a list on one line where it fits. */
function jsonText(value: unknown, indent = '', before = 0): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const flat = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isPlain = value.every((item) => typeof item !== 'object' || item === null);
    if (isPlain && before + flat.length + 1 <= WIDTH) return flat;
    return `[\n${value.map((item) => `${inner}${jsonText(item, inner)}`).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => {
    const head = `${inner}${JSON.stringify(key)}: `;
    return `${head}${jsonText(member, inner, head.length)}`;
  });
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}
