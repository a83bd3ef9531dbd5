import { mkdir, rm } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { isRallyError, RallyError } from '#base/error.js';
import { isTelling } from '#judge/trace.js';
import { formatSummary, type SummaryOptions } from '#reports/console.js';
import type { RunHistory } from '#reports/allure-history.js';
import { chartsOf, type ExchangeChart } from '#reports/exchange-charts.js';
import { junitXml } from '#reports/junit.js';
import { maskView } from '#reports/mask.js';
import { statementHtml } from '#reports/statement-html.js';
import { statementJson, statementOf } from '#reports/statement.js';
import { traceSvg } from '#reports/trace-svg.js';
import type { RunView } from '#reports/view.js';
import { reasonOf, writeWhole } from './files.js';
import type { RunFolder } from './run-folder.js';
import type { Terminal } from './terminal.js';

/** What was written, and what could not be. */
export interface WrittenReports {
  readonly files: readonly (readonly [label: string, path: string])[];
  readonly errors: readonly unknown[];
}

export interface ReportOptions {
  /** The HTML page takes Java some seconds: it is left out when this is aborted. */
  readonly signal?: AbortSignal;
  /** False: without the Allure page; its results are written all the same. */
  readonly html?: boolean;
  /** Folder with the history of earlier reports. */
  readonly history?: string;
  /** False for a run that says nothing of the device: it is shown beside earlier ones and leaves no trace there. */
  readonly isKept?: boolean;
}

/** Write every report of a run into its folder. One that fails never stops the others. */
export async function writeReports(
  view: RunView,
  folder: RunFolder,
  { signal, html = true, history, isKept = true }: ReportOptions = {},
): Promise<WrittenReports> {
  const files: (readonly [string, string])[] = [];
  const errors: unknown[] = [];
  const attempt = async (label: string, file: string, write: () => unknown): Promise<boolean> => {
    try {
      await write();
      files.push([label, shownPath(file)]);
      return true;
    } catch (error) {
      errors.push(error);
      return false;
    }
  };
  await attempt('JUnit', folder.junit, () => writeWhole(folder.junit, junitXml([view])));
  const statement = statementOf(view);
  await attempt('Statement', folder.statementHtml, async () => {
    await writeWhole(folder.statementJson, statementJson(statement));
    await writeWhole(folder.statementHtml, statementHtml(statement));
  });
  const masked = maskView(view);
  const { trace, verdicts } = masked;
  if (trace !== undefined && isTelling(trace)) {
    await attempt('UUID trace', folder.trace, () => writeWhole(folder.trace, traceSvg(trace, verdicts.dut.name)));
  }
  const charts = chartsOf(masked);
  if (charts.length > 0) await attempt('Message sequences', folder.sequences, () => writeCharts(charts, folder));
  // Loaded only here: a command that prints its verdicts and writes nothing starts faster.
  const { writeAllure, reportName } = await import('#reports/allure.js');
  const { generateHtml } = await import('#reports/allure-html.js');
  const { keepHistory, offerHistory, readHistory } = await import('#reports/allure-history.js');
  const run = `${view.info.startedAt} ${view.verdicts.dut.mac ?? view.verdicts.dut.name}`;
  let before: RunHistory | null = null;
  try {
    if (history !== undefined) before = readHistory(history, run);
  } catch (error) {
    errors.push(error);
  }
  const results = await attempt('Allure results', folder.allureResults, () => {
    writeAllure(view, folder.allureResults, before === null ? {} : { order: before.order });
    if (before !== null) offerHistory(folder.allureResults, before);
  });
  if (!html || !results || signal?.aborted === true) return { files, errors };
  let left: ReadonlyMap<string, string> = new Map();
  await attempt('Report', folder.html, async () => {
    const name = reportName(view);
    left = await generateHtml([folder.allureResults], folder.html, {
      name,
      ...(signal === undefined ? {} : { signal }),
    });
  });
  if (history !== undefined && before !== null && isKept && left.size > 0) {
    const earlier = before;
    await attempt('History', history, () => keepHistory(history, run, earlier, left));
  }
  return { files, errors };
}

/** The chart of each exchange, and none of another judgement. */
async function writeCharts(charts: readonly ExchangeChart[], { sequences }: RunFolder): Promise<void> {
  try {
    await rm(sequences, { recursive: true, force: true });
    await mkdir(sequences);
  } catch (cause) {
    throw new RallyError('ERR_DISK', `${sequences} cannot be written: ${reasonOf(cause)}`, { cause });
  }
  for (const { exchange, svg } of charts) await writeWhole(join(sequences, `exchange-${exchange.number}.svg`), svg);
}

/** A path as a person reads it: from the current folder when it lies below that, else whole. */
export function shownPath(path: string): string {
  const below = relative('', path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? resolve(path) : below;
}

/** A machine without Java, or an aborted page, leaves the judgement as it is; anything else that failed is broken. */
export function isHarmless(error: unknown): boolean {
  return isRallyError(error, 'ERR_JAVA_MISSING') || isRallyError(error, 'ERR_ABORTED');
}

/** The one-screen summary, last on stdout. */
export function printSummary(
  view: Omit<RunView, 'bundleDir'>,
  files: WrittenReports['files'],
  terminal: Terminal,
  told: Pick<SummaryOptions, 'time' | 'parts'> = {},
): void {
  terminal.out(formatSummary(view, { color: terminal.color, width: terminal.width, files, ...told }));
}
