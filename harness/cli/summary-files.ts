import { rm } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { RallyError } from '#base/error.js';
import { badgeJson, badgeOf } from '#reports/badge.js';
import { summaryMarkdown } from '#reports/summary-markdown.js';
import type { RunView } from '#reports/view.js';
import { reasonOf, writeWhole } from './files.js';
import { shownPath, type WrittenReports } from './reports.js';

/** Files for a service to show and to keep, outside of the run folder. */
export interface SummaryFileOptions {
  /** Markdown. */
  readonly summary?: string;
  /** JSON of a badge. */
  readonly badge?: string;
  /** Folder in which the history of Allure reports is kept. */
  readonly history?: string;
}

/**
 * Take away what an earlier run left: a run that ends before it is judged must not be shown with another's result.
 * Throws ERR_USAGE for a file in the run folder, which holds nothing but what a run writes; ERR_DISK.
 */
export async function clearSummaries(options: SummaryFileOptions, runFolder?: string): Promise<void> {
  const { summary, badge, history } = options;
  for (const path of [summary, badge, history]) {
    if (path === undefined || runFolder === undefined || !liesIn(runFolder, path)) continue;
    throw new RallyError('ERR_USAGE', `${path} is in the folder of the run`, { remedy: 'Name one outside of it.' });
  }
  for (const file of [summary, badge]) {
    if (file === undefined) continue;
    try {
      await rm(file, { force: true });
    } catch (cause) {
      throw new RallyError('ERR_DISK', `${file} cannot be replaced: ${reasonOf(cause)}`, { cause });
    }
  }
}

function liesIn(folder: string, file: string): boolean {
  const below = relative(resolve(folder), resolve(file));
  return below === '' || !(below.startsWith('..') || isAbsolute(below));
}

/** Write what is asked for; one that fails never stops the other. */
export async function writeSummaries(view: RunView, { summary, badge }: SummaryFileOptions): Promise<WrittenReports> {
  const wanted = [
    ['Summary', summary, (): string => summaryMarkdown(view)],
    ['Badge', badge, (): string => badgeJson(badgeOf(view))],
  ] as const;
  const files: (readonly [string, string])[] = [];
  const errors: unknown[] = [];
  for (const [label, file, textOf] of wanted) {
    if (file === undefined) continue;
    try {
      await writeWhole(file, textOf());
      files.push([label, shownPath(file)]);
    } catch (error) {
      errors.push(error);
    }
  }
  return { files, errors };
}
