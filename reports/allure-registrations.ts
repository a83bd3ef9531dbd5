import {
  LabelName,
  Severity,
  Stage,
  Status,
  type Attachment,
  type Label,
  type StepResult,
  type TestResult,
} from 'allure-js-commons';
import type { Evidence } from '#evidence/model.js';
import { PLACE } from './allure-overview.js';
import { outcomeOf, titleOf } from './exchange-sequence.js';
import { lossLine, lossSource } from './loss-meter.js';
import { scenarioSteps, type ScenarioStep } from './scenario-steps.js';
import { clip, markup, visible } from './text.js';

export const REGISTRATIONS_NAME = 'What was done, step by step, and each exchange message by message';
const ID = 'registrations';
const MAX_NAME = 300;
/** Exchanges and losses that are listed. */
const MAX_LISTED = 100;

/**
 * The case that retells the run: its steps with their times, how each exchange ended, what the capture lost, and the
 * charts. No verdict of its own: it is unknown where an exchange did not end with WSC_Done.
 */
export function registrationsCase(
  evidence: Evidence,
  dut: string,
  charts: readonly Attachment[],
  mask: (text: string) => string,
): Partial<TestResult> {
  const unfinished = evidence.exchanges.filter(({ closing }) => closing !== 'done');
  const labels: Label[] = [
    { name: LabelName.EPIC, value: PLACE },
    { name: LabelName.FEATURE, value: PLACE },
    { name: LabelName.PARENT_SUITE, value: dut },
    { name: LabelName.SUITE, value: PLACE },
    { name: LabelName.PACKAGE, value: ID },
    { name: LabelName.SEVERITY, value: Severity.NORMAL },
  ];
  const message = `Registrations: ${unfinished.length} of ${evidence.exchanges.length} without WSC_Done`;
  return {
    uuid: ID,
    name: REGISTRATIONS_NAME,
    fullName: ID,
    titlePath: [dut, PLACE],
    testCaseId: ID,
    stage: Stage.FINISHED,
    ...(unfinished.length === 0 ? { status: Status.PASSED } : {}),
    statusDetails: unfinished.length === 0 ? {} : { message },
    descriptionHtml: `${exchangesHtml(evidence)}\n${lossHtml(evidence)}`,
    parameters: [{ name: 'dut', value: dut }],
    labels,
    attachments: [...charts],
    steps: stepResults(scenarioSteps(evidence), mask),
  };
}

/** Steps as Allure shows them; names are text without secrets. */
export function stepResults(steps: readonly ScenarioStep[], mask: (text: string) => string): StepResult[] {
  return steps.map(({ name, startMs, stopMs, outcome, steps: inner }) => {
    const step: StepResult = {
      name: clip(visible(mask(name)), MAX_NAME),
      stage: Stage.FINISHED,
      statusDetails: {},
      steps: stepResults(inner, mask),
      attachments: [],
      parameters: [],
      start: Math.round(startMs),
      stop: Math.round(stopMs),
    };
    if (outcome !== 'unknown') step.status = outcome === 'broken' ? Status.BROKEN : Status.PASSED;
    return step;
  });
}

function exchangesHtml(evidence: Evidence): string {
  const { exchanges } = evidence;
  const rows = exchanges
    .slice(0, MAX_LISTED)
    .map(
      (exchange) => `<tr><th>${markup(titleOf(exchange, evidence))}</th><td>${markup(outcomeOf(exchange))}</td></tr>`,
    );
  if (exchanges.length > rows.length)
    rows.push(`<tr><th>and ${exchanges.length - rows.length} more</th><td></td></tr>`);
  const table = rows.length === 0 ? '<p>No exchange was seen.</p>' : `<table><tbody>${rows.join('\n')}</tbody></table>`;
  return `<h4>Exchanges</h4>\n${table}`;
}

function lossHtml(evidence: Evidence): string {
  const rows = evidence.losses
    .slice(0, MAX_LISTED)
    .map((loss) => `<tr><td>${loss.count}</td><th>${lossSource(loss)}</th><td>${markup(loss.text)}</td></tr>`);
  const table = rows.length === 0 ? '' : `<table><tbody>${rows.join('\n')}</tbody></table>`;
  return `<h4>Capture-loss meter</h4>\n<p>${markup(lossLine(evidence))}</p>${table}`;
}
