import { existsSync } from 'node:fs';
import { EXIT } from '#base/error-codes.js';
import { canonicalJson } from '#judge/canonical.js';
import { formatDevices } from '#reports/many-console.js';
import { judged, type RunView } from '#reports/view.js';
import { reportFailure, reportWarning } from './failure.js';
import { deviceSuites, JunitFile, unreadableSuite } from './judge-junit.js';
import type { ManyFolder } from './many-folder.js';
import type { PlannedDevice } from './many-plan.js';
import { obtainFromBundle } from './obtain.js';
import { readRecord } from './record-read.js';
import { isHarmless, shownPath } from './reports.js';
import { runFolder } from './run-folder.js';
import type { Terminal } from './terminal.js';

/** What became of one device. */
export interface DeviceOutcome {
  readonly device: PlannedDevice;
  /** Its run folder. */
  readonly path: string;
  readonly exitCode: number;
  readonly tookMs: number;
  /** What its run, or its bench, ran into. */
  readonly reason: string | null;
}

/** Above this many cases a page takes long to open: each device gets its own. */
export const MOST_CASES = 5000;

/**
 * Write the report of all devices, print what became of each. One that was not judged is named with its reason. Returns
 * exit codes of what went wrong here.
 */
export async function concludeMany(
  outcomes: readonly DeviceOutcome[],
  folder: ManyFolder,
  { wallMs, json }: { readonly wallMs: number; readonly json: boolean },
  signal: AbortSignal,
  terminal: Terminal,
): Promise<number[]> {
  const exits: number[] = [];
  const views = new Map<DeviceOutcome, RunView>();
  for (const outcome of outcomes) {
    const { record, bundle } = runFolder(outcome.path);
    if (!existsSync(record)) continue;
    try {
      const { evidence } = await obtainFromBundle(bundle);
      views.set(outcome, { ...(await readRecord(record)), evidence, bundleDir: bundle });
    } catch (error) {
      // What became of the others is told all the same.
      exits.push(reportFailure(error, terminal));
    }
  }
  const files: (readonly [string, string])[] = [];
  const attempt = async (label: string, file: string, write: () => unknown): Promise<void> => {
    try {
      await write();
      files.push([label, shownPath(file)]);
    } catch (error) {
      reportWarning(error, terminal);
      if (!isHarmless(error)) exits.push(EXIT.broken);
    }
  };
  await attempt('JUnit', folder.junit, () => {
    writeJunit(outcomes, views, folder.junit);
  });
  for (const [label, file, results, name] of pages(views, folder))
    await attempt(label, file, async () => {
      const { generateHtml } = await import('#reports/allure-html.js');
      await generateHtml(results, file, { name, signal });
    });
  if (json) terminal.out(canonicalJson([...views.values()].map(({ verdicts }) => verdicts)));
  else {
    const rows = outcomes.map((outcome) => ({
      ...{ name: outcome.device.name, bench: outcome.device.bench, reason: outcome.reason },
      ...{ tookMs: outcome.tookMs, exitCode: outcome.exitCode, verdicts: views.get(outcome)?.verdicts ?? null },
    }));
    terminal.out(formatDevices(rows, { wallMs, files, color: terminal.color, width: terminal.width }));
  }
  return exits;
}

type Page = readonly [label: string, file: string, results: readonly string[], name: string];

/**
 * One page of all devices, or one each where that would be too large, or where two devices look the same: Allure would
 * take one for an earlier try of the other.
 */
export function pages(
  views: ReadonlyMap<DeviceOutcome, Pick<RunView, 'verdicts'>>,
  { html }: Pick<ManyFolder, 'html'>,
): Page[] {
  const cases = [...views.values()].reduce((sum, { verdicts }) => sum + judged(verdicts).length, 0);
  const folders = [...views.keys()].map(({ device, path }) => ({ name: device.name, ...runFolder(path) }));
  if (folders.length === 0) return [];
  const duts = new Set([...views.values()].map(({ verdicts: { dut } }) => `${dut.name} ${dut.mac ?? ''}`));
  if (cases > MOST_CASES || duts.size < folders.length)
    return folders.map((each) => [`Report of ${each.name}`, each.html, [each.allureResults], each.name]);
  return [['Report', html, folders.map(({ allureResults }) => allureResults), `${folders.length} devices`]];
}

function writeJunit(
  outcomes: readonly DeviceOutcome[],
  views: ReadonlyMap<DeviceOutcome, RunView>,
  file: string,
): void {
  const junit = new JunitFile(file);
  for (const outcome of outcomes) {
    const view = views.get(outcome);
    const { name, folder } = outcome.device;
    if (view === undefined) {
      const message = outcome.reason ?? 'its run ended before it was judged';
      junit.add(unreadableSuite(name, { code: 'not-judged', message, remedy: 'Repair it, and run it again.' }));
    } else junit.add(deviceSuites(view, view.verdicts.dut.name === name ? null : folder));
  }
  junit.finish();
}
