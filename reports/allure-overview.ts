import { LabelName, Severity, Stage, Status, type Attachment, type Label, type TestResult } from 'allure-js-commons';
import { installOf, type InstallPath, type InstallStep, type StepState } from '#judge/install.js';
import { INSTALL_STEPS } from '#judge/install-steps.js';
import type { Trace, TraceRow } from '#judge/trace.js';
import { STATE_WORDS } from './install-words.js';
import { sourceText } from './sources.js';
import { clip, markup, visible } from './text.js';
import { agreementText, isParting, originText, traceResults } from './trace-words.js';
import type { RunView } from './view.js';

export const OVERVIEW_NAME = 'What Windows would do, and the UUID trace';
const ID = 'overview';
/** Its place in the trees, which are in the order of names: before the areas. */
export const PLACE = 'At a glance';
const MAX_TEXT = 300;
const MAX_MESSAGE = 500;

const STATUS = {
  installs: Status.PASSED,
  none: Status.PASSED,
  stops: Status.FAILED,
  'not-known': undefined,
} as const;

/**
 * The case before those of the rules: the installation step by step, and where the identities part. It retells the
 * verdicts, so it fails where a rule does that stops Windows, and is no verdict of its own.
 */
export function overviewCase(view: RunView, trace: Trace, dut: string, picture: Attachment): Partial<TestResult> {
  const { paths, sentence } = installOf(view.verdicts, trace);
  const worst = (['stops', 'not-known', 'none', 'installs'] as const).find((end) =>
    paths.some((path) => path.end === end),
  );
  const status = STATUS[worst ?? 'not-known'];
  const labels: Label[] = [
    { name: LabelName.EPIC, value: PLACE },
    { name: LabelName.FEATURE, value: PLACE },
    { name: LabelName.PARENT_SUITE, value: dut },
    { name: LabelName.SUITE, value: PLACE },
    { name: LabelName.PACKAGE, value: ID },
    { name: LabelName.SEVERITY, value: Severity.CRITICAL },
  ];
  return {
    uuid: ID,
    name: OVERVIEW_NAME,
    fullName: ID,
    titlePath: [dut, PLACE],
    testCaseId: ID,
    stage: Stage.FINISHED,
    ...(status === undefined ? {} : { status }),
    statusDetails: status === Status.PASSED ? {} : { message: clip(visible(sentence), MAX_MESSAGE) },
    descriptionHtml: `${installHtml(paths, sentence)}\n${traceHtml(trace)}`,
    parameters: [{ name: 'dut', value: dut }],
    labels,
    attachments: [picture],
  };
}

function installHtml(paths: readonly InstallPath[], sentence: string): string {
  const [first] = paths;
  if (first === undefined) return '';
  const head = ['Windows', ...paths.map(({ transport }) => transport ?? 'without a transport')];
  const rows = first.steps.map(({ id, number }) => {
    const steps = paths.flatMap((path) => path.steps.filter((step) => step.id === id));
    const titles = new Set(steps.map(({ title }) => title));
    const title = titles.size === 1 ? [...titles].join('') : INSTALL_STEPS.find((step) => step.id === id)?.title;
    return `<tr><th>${number}. ${markup(title ?? '')}</th>${steps.map(stepCell).join('')}</tr>`;
  });
  return [
    `<h4>What Windows would do</h4>\n<p><b>${markup(sentence)}.</b></p>`,
    `<table><thead><tr>${head.map((each) => `<th>${markup(each)}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody></table>`,
    reasonsHtml(paths),
  ].join('\n');
}

function stepCell({ state, because }: InstallStep): string {
  const ids = because.map(({ id }) => id);
  const named =
    ids.length === 0 ? '' : ` (${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ` and ${ids.length - 3} more` : ''})`;
  const text = `${STATE_WORDS[state]}${named}`;
  return `<td>${state === 'stops' ? `<b>${markup(text)}</b>` : markup(text)}</td>`;
}

const TOLD: readonly StepState[] = ['stops', 'at-risk'];

/** The rules behind what stops Windows or is at risk, each reason once, with their clauses. */
function reasonsHtml(paths: readonly InstallPath[]): string {
  const reasons = new Map(
    paths.flatMap(({ steps }) =>
      steps
        .filter(({ state }) => TOLD.includes(state))
        .flatMap(({ because }) => because.map((each) => [`${each.id} ${each.reason}`, each])),
    ),
  );
  const items = [...reasons.values()].map(({ id, reason, source }) => {
    const cited = source.map(sourceText).join('; ');
    return `<li><b>${markup(id)}</b> ${markup(clip(reason, MAX_TEXT))} (${markup(cited)})</li>`;
  });
  return items.length === 0 ? '' : `<ul>${items.join('')}</ul>`;
}

function traceHtml(trace: Trace): string {
  const results = traceResults(trace).map(({ text }) => `<li>${markup(text)}</li>`);
  const rows = trace.rows.map((row) => {
    const agreement = markup(agreementText(row, isParting(trace, row)));
    const told = row.agreement === 'parts' ? `<b>${agreement}</b>` : agreement;
    const lines = sightingLines(row).map(markup).join('<br>');
    return `<tr><td><b>${markup(row.place)}</b></td><td>${lines}</td><td>${told}</td></tr>`;
  });
  const head = ['Identity', 'As sent, and where', 'Beside what M1 promises'];
  const promises = trace.promises.map(({ transport, expected, problem }) => {
    const told = expected === null ? `cannot be told: ${problem}` : `Windows waits for ${expected}`;
    return `<li>${markup(`${transport}: ${told}`)}</li>`;
  });
  return [
    '<h4>UUID trace</h4>',
    `<ul>${[...promises, ...results].join('')}</ul>`,
    `<table><thead><tr>${head.map((each) => `<th>${each}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody></table>`,
    trace.unlisted > 0 ? `<p>and ${trace.unlisted} more identities that are not listed</p>` : '',
  ].join('\n');
}

/** As it was sent; the UUID in it where that is not what it reads; where and when it was first seen. */
function sightingLines({ sent, uuid, count, at, timeMs }: TraceRow): string[] {
  const isRead = uuid !== null && sent.includes(uuid);
  const times = count > 1 ? `, ${count} times` : '';
  return [
    sent,
    ...(isRead ? [] : [uuid === null ? 'no UUID in it' : `the UUID ${uuid}`]),
    `${originText(at)}, ${new Date(timeMs).toISOString()}${times}`,
  ];
}
