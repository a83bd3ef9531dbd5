import { isAbsolute, relative, resolve } from 'node:path';
import { isRallyError } from '#base/error.js';
import { isTelling } from '#judge/trace.js';
import { formatSummary, type SummaryOptions } from '#reports/console.js';
import { junitXml } from '#reports/junit.js';
import { maskView } from '#reports/mask.js';
import { statementHtml } from '#reports/statement-html.js';
import { statementJson, statementOf } from '#reports/statement.js';
import { traceSvg } from '#reports/trace-svg.js';
import type { RunView } from '#reports/view.js';
import { writeWhole } from './files.js';
import type { RunFolder } from './run-folder.js';
import type { Terminal } from './terminal.js';

/** What was written, and what could not be. */
export interface WrittenReports {
  readonly files: readonly (readonly [label: string, path: string])[];
  readonly errors: readonly unknown[];
}

export interface ReportOptions {
  readonly signal?: AbortSignal;
  /** False: without the Allure page; its results are written all the same. */
  readonly html?: boolean;
}

/**
 * Write every report of a run into its folder. One that fails never stops the others. The HTML page takes Java some
 * seconds: it is left out when nobody wants it, or `signal` is aborted.
 */
export async function writeReports(
  view: RunView,
  folder: RunFolder,
  { signal, html = true }: ReportOptions = {},
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
  const { trace, verdicts } = maskView(view);
  if (trace !== undefined && isTelling(trace)) {
    await attempt('UUID trace', folder.trace, () => writeWhole(folder.trace, traceSvg(trace, verdicts.dut.name)));
  }
  // Loaded only here: a command that prints its verdicts and writes nothing starts faster.
  const { writeAllure, reportName } = await import('#reports/allure.js');
  const { generateHtml } = await import('#reports/allure-html.js');
  const results = await attempt('Allure results', folder.allureResults, () => writeAllure(view, folder.allureResults));
  if (html && results && signal?.aborted !== true) {
    await attempt('Report', folder.html, () =>
      generateHtml([folder.allureResults], folder.html, {
        name: reportName(view),
        ...(signal === undefined ? {} : { signal }),
      }),
    );
  }
  return { files, errors };
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
  told: Pick<SummaryOptions, 'time'> = {},
): void {
  terminal.out(formatSummary(view, { color: terminal.color, width: terminal.width, files, ...told }));
}
