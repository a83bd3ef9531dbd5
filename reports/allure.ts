import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import {
  LabelName,
  Stage,
  type Attachment,
  type Label,
  type StatusDetails,
  type StepResult,
  type TestResult,
} from 'allure-js-commons';
import { ReporterRuntime } from 'allure-js-commons/sdk/reporter';
import { RallyError } from '#base/error.js';
import { installOf } from '#judge/install.js';
import type { RuleId } from '#judge/rule.js';
import { outcomeOf, waiversIn } from '#judge/waivers.js';
import { attachmentsOf, chartAttachment, MAX_CHARTS } from './allure-attachments.js';
import { descriptionHtml, traceText } from './allure-description.js';
import { diskError } from './allure-disk.js';
import { overviewCase } from './allure-overview.js';
import { registrationsCase, stepResults } from './allure-registrations.js';
import { CATEGORIES, SEVERITY, STATUS, statusMessage } from './allure-words.js';
import { expiredWaiverCase } from './allure-waivers.js';
import { ResultsWriter } from './allure-writer.js';
import { chartsOf } from './exchange-charts.js';
import { exchangesOf } from './exchange-sequence.js';
import { lossLine } from './loss-meter.js';
import { maskView, secretMask } from './mask.js';
import { firmwareText } from './profile-words.js';
import { discoverySteps, exchangeStep, scenarioSteps } from './scenario-steps.js';
import { traceSvg } from './trace-svg.js';
import { clip, visible } from './text.js';
import { judged, reported, sentenceOf, type JudgedResult, type RunView } from './view.js';
import { idleWaivers } from './waiver-words.js';

const MAX_NAME = 200;

export interface AllureOptions {
  /** Place of the run among all that a history holds, from 1; absent without a history. */
  readonly order?: number;
}

/** What was written: the rules that have a result file. */
export interface WrittenResults {
  readonly ids: readonly RuleId[];
}

/**
 * Write Allure results of a run into `resultsDir`, which is wiped first. Statuses come from the verdicts, never from an
 * error text. File names and content depend on the view alone, so that the same run gives the same files. A rule that
 * was planned and not judged is written as broken. Throws RallyError ERR_OUTPUT_EXISTS when the folder holds anything
 * but Allure results, ERR_DISK when it cannot be written.
 */
export function writeAllure(view: RunView, resultsDir: string, options: AllureOptions = {}): WrittenResults {
  const masked = maskView(view);
  wipe(resultsDir);
  try {
    const writer = new ResultsWriter(resultsDir);
    const runtime = new ReporterRuntime({
      writer,
      environmentInfo: environment(masked),
    });
    const ids: RuleId[] = [];
    const picture = writeOverview(masked, runtime, writer);
    writeRegistrations(masked, runtime, writer);
    reported(masked.verdicts).forEach((result, index) => {
      const attachments: Attachment[] = [];
      attachmentsOf(result, masked).forEach(({ name, contentType, extension, bytes }, number) => {
        const source = `${result.id.toLowerCase()}-${number + 1}-attachment.${extension}`;
        writer.writeAttachment(source, Buffer.from(bytes));
        attachments.push({ name, type: contentType, source });
      });
      if (picture !== null && isOnIdentity(result)) attachments.push(picture);
      const start = Date.parse(masked.info.startedAt) + index;
      const uuid = runtime.startTest({ ...testResult(result, masked), attachments, start });
      runtime.stopTest(uuid, { stop: start });
      runtime.writeTest(uuid);
      ids.push(result.id);
    });
    for (const waiver of waiversIn(masked.verdicts, 'expired')) {
      const start = Date.parse(masked.info.startedAt);
      const uuid = runtime.startTest({ ...expiredWaiverCase(waiver, dutName(masked)), start });
      runtime.stopTest(uuid, { stop: start });
      runtime.writeTest(uuid);
    }
    runtime.writeEnvironmentInfo();
    writer.writeAttachment('categories.json', Buffer.from(JSON.stringify(CATEGORIES)));
    writer.writeAttachment('executor.json', Buffer.from(JSON.stringify(executor(masked, options))));
    return { ids };
  } catch (cause) {
    throw diskError(cause, `The Allure results cannot be written to ${resultsDir}`);
  }
}

const PICTURE: Attachment = { name: 'UUID trace', type: 'image/svg+xml', source: 'uuid-trace-attachment.svg' };

/** The case of the overview and its picture, which other cases show as well; null for a run without a trace. */
function writeOverview(view: RunView, runtime: ReporterRuntime, writer: ResultsWriter): Attachment | null {
  const { trace } = view;
  if (trace === undefined) return null;
  writer.writeAttachment(PICTURE.source, Buffer.from(traceSvg(trace, view.verdicts.dut.name)));
  const start = Date.parse(view.info.startedAt);
  const uuid = runtime.startTest({ ...overviewCase(view, trace, dutName(view), PICTURE), start });
  runtime.stopTest(uuid, { stop: start });
  runtime.writeTest(uuid);
  return PICTURE;
}

/** The case that retells the run, with a chart of each exchange; none for a view without evidence. */
function writeRegistrations(view: RunView, runtime: ReporterRuntime, writer: ResultsWriter): void {
  const { evidence } = view;
  if (evidence === undefined) return;
  const charts = chartsOf(view).map((chart): Attachment => {
    const { name, contentType, extension, bytes } = chartAttachment(chart);
    const source = `exchange-${chart.exchange.number}-attachment.${extension}`;
    writer.writeAttachment(source, Buffer.from(bytes));
    return { name, type: contentType, source };
  });
  const start = Date.parse(view.info.startedAt);
  const retold = registrationsCase(evidence, dutName(view), charts, secretMask(evidence));
  const uuid = runtime.startTest({ ...retold, start });
  runtime.stopTest(uuid, { stop: start });
  runtime.writeTest(uuid);
}

/** True for a rule on the identities that failed or warns: its repair begins where they part. */
function isOnIdentity({ id, verdict, warning }: JudgedResult): boolean {
  return (verdict === 'fail' || warning) && /^RVP-(UID|TUU|DISC)-/.test(id);
}

function testResult(result: JudgedResult, view: RunView): Partial<TestResult> {
  const { area, clause, id, title, level, verdict, warning } = result;
  const outcome = outcomeOf(result) ?? verdict;
  const status = STATUS[outcome];
  const message = statusMessage(result);
  const failing = verdict === 'fail' || warning;
  const statusDetails: StatusDetails = {};
  if (message !== null) statusDetails.message = message;
  if (failing) statusDetails.trace = traceText(result, view.evidence);
  const dut = dutName(view);
  const labels: Label[] = [
    { name: LabelName.EPIC, value: area },
    { name: LabelName.FEATURE, value: clause },
    { name: LabelName.STORY, value: id },
    { name: LabelName.PARENT_SUITE, value: dut },
    { name: LabelName.SUITE, value: area },
    { name: LabelName.SUB_SUITE, value: clause },
    { name: LabelName.PACKAGE, value: `${area}.${clause}` },
    { name: LabelName.SEVERITY, value: SEVERITY[level] },
    { name: LabelName.TAG, value: warning && outcome !== 'waived' ? 'warning' : outcome },
    { name: LabelName.TAG, value: level },
    ...(result.repeated === undefined ? [] : [{ name: LabelName.TAG, value: 'repeated' }]),
    { name: 'level', value: level },
    { name: 'verdict', value: outcome },
  ];
  return {
    uuid: id.toLowerCase(),
    name: `${id} ${title}`,
    fullName: `${area}/${clause}/${id}`,
    titlePath: [dut, area, clause],
    testCaseId: id,
    stage: Stage.FINISHED,
    ...(status === undefined ? {} : { status }),
    statusDetails,
    descriptionHtml: descriptionHtml(result, view.evidence),
    steps: failing ? stepsOf(result, view) : [],
    // Not excluded: keeps two devices in one report apart, else one hides among the retries of the other.
    parameters: [{ name: 'dut', value: dut }],
    labels,
  };
}

/** Rules on what the device is found by on its network. */
const ON_DISCOVERY = /^RVP-(?:UID|SSDP|DESC|WSD|MEX|DISC|PNPX)-/;

/** How what a failed rule judges came to be, step by step: the exchanges it is on, or the search for the device. */
function stepsOf(result: JudgedResult, { evidence }: RunView): StepResult[] {
  if (evidence === undefined) return [];
  const steps = exchangesOf(result, evidence).slice(0, MAX_CHARTS).map(exchangeStep);
  if (steps.length === 0 && ON_DISCOVERY.test(result.id)) steps.push(...discoverySteps(scenarioSteps(evidence)));
  return stepResults(steps, secretMask(evidence));
}

function dutName(view: RunView): string {
  const { name, mac } = view.verdicts.dut;
  return clip(visible(mac === null ? name : `${name} (${mac})`), MAX_NAME);
}

function environment(view: RunView): Record<string, string> {
  const { info, verdicts } = view;
  const { totals } = verdicts;
  const entries: [string, string][] = [
    ['Result', sentenceOf(verdicts)],
    ...(view.trace === undefined ? [] : [['On Windows', installOf(verdicts, view.trace).sentence] as [string, string]]),
    ['Device', dutName(view)],
    ['Scope', `${verdicts.scope}${verdicts.strict ? ', strict' : ''}`],
    [
      'Rules',
      `${judged(verdicts).length} judged of ${verdicts.planned.length} planned, ${totals.outOfScope} outside the scope`,
    ],
    ['Bench', `${info.bench}, ${info.place}`],
    ['Started', info.startedAt],
    ...(view.evidence === undefined ? [] : [['Capture loss', lossLine(view.evidence)] as [string, string]]),
    ['Tool', `${info.tool.name} ${info.tool.version}`],
    ['Firmware', firmwareText(info) ?? 'not in the profile'],
    ['Catalogue', verdicts.catalogueDigest],
    ['Profile', verdicts.profileDigest ?? 'none'],
    ...idleWaivers(verdicts).map(([{ rule }, text]): [string, string] => [`Waiver ${rule}`, text]),
    ...Object.entries(info.environment),
  ];
  return Object.fromEntries(entries.map(([key, value]) => [visible(key), visible(value)]));
}

function executor(view: RunView, { order }: AllureOptions): Record<string, string | number> {
  const { tool, bench } = view.info;
  return {
    name: `${tool.name} ${tool.version}`,
    type: 'rally-conformance',
    buildName: `bench ${bench}, scope ${view.verdicts.scope}`,
    reportName: reportName(view),
    ...(order === undefined ? {} : { buildOrder: order }),
  };
}

/** Name in the head of the report. */
export function reportName(view: RunView): string {
  return clip(`Vertical Pairing: ${visible(view.verdicts.dut.name)}`, MAX_NAME);
}

const OWN_FILES =
  /^(?:[\w-]+-(?:result|container|globals)\.json|[\w-]+-attachment(?:\.\w+)?|(?:categories|executor)\.json|environment\.properties|history|\.allure-write-.*\.tmp)$/;

function wipe(resultsDir: string): void {
  try {
    mkdirSync(resultsDir, { recursive: true });
    const entries = readdirSync(resultsDir);
    const foreign = entries.find((entry) => !OWN_FILES.test(entry));
    if (foreign !== undefined) {
      throw new RallyError('ERR_OUTPUT_EXISTS', `${resultsDir} holds ${visible(foreign)}, which is no Allure result`);
    }
    for (const entry of entries) rmSync(path.join(resultsDir, entry), { recursive: true });
  } catch (cause) {
    throw diskError(cause, `The folder ${resultsDir} cannot be prepared`);
  }
}
