import pc from 'picocolors';
import type { Verdicts } from '#judge/record.js';
import { clip, visible, wrap } from './text.js';
import { judged, NOTICE, sentenceOf } from './view.js';

/** One device of several, as the last screen shows it. */
export interface DeviceRow {
  readonly name: string;
  readonly bench: string;
  /** Null for one that was not judged. */
  readonly verdicts: Verdicts | null;
  /** What its run, or its bench, ran into. */
  readonly reason: string | null;
  readonly exitCode: number;
  readonly tookMs: number;
}

export interface DevicesOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** From the begin of the first to the end of the last. */
  readonly wallMs: number;
  readonly files: readonly (readonly [label: string, path: string])[];
}

const MIN_WIDTH = 40;
const INDENT = 5;
/** Rules named of a device; its own report has them all. */
const MAX_IDS = 6;

/** The one-screen summary of several devices, ending with a line end. Device text is made visible. */
export function formatDevices(rows: readonly DeviceRow[], { color, width, wallMs, files }: DevicesOptions): string {
  const colors = pc.createColors(color);
  const columns = Math.max(MIN_WIDTH, width);
  const paint = (exitCode: number): ((text: string) => string) => {
    if (exitCode === 0) return colors.green;
    return exitCode === 2 ? colors.yellow : colors.red;
  };
  const blocks = rows.map((row) => [
    paint(row.exitCode)(clip(`${word(row.exitCode)} ${visible(row.name)}`, columns)),
    ...detailsOf(row).flatMap((text) => wrap(text, columns - INDENT).map((line) => ' '.repeat(INDENT) + line)),
  ]);
  const slowest = Math.max(0, ...rows.map(({ tookMs }) => tookMs));
  const passed = rows.filter(({ exitCode }) => exitCode === 0).length;
  blocks.push([
    colors.bold(`${passed} of ${rows.length} devices passed`),
    `${seconds(wallMs)} in all, the slowest device ${seconds(slowest)}`,
    ...wrap(NOTICE, columns).map((line) => colors.dim(line)),
  ]);
  if (files.length > 0) blocks.push(files.map(([label, path]) => `${label}: ${visible(path)}`));
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function word(exitCode: number): string {
  if (exitCode === 0) return 'PASS';
  if (exitCode === 1) return 'FAIL';
  return exitCode === 2 ? 'OPEN' : 'ERROR';
}

function detailsOf({ verdicts, reason, bench, tookMs, exitCode }: DeviceRow): string[] {
  const lines = [`${visible(bench)}, ${seconds(tookMs)}, exit code ${exitCode}`];
  if (verdicts !== null) {
    lines.push(visible(sentenceOf(verdicts)));
    const failed = judged(verdicts).flatMap(({ id, verdict }) => (verdict === 'fail' ? [id] : []));
    const more = failed.length > MAX_IDS ? ` and ${failed.length - MAX_IDS} more` : '';
    if (failed.length > 0) lines.push(`${failed.slice(0, MAX_IDS).join(', ')}${more}`);
  }
  if (reason !== null) lines.push(visible(reason));
  else if (verdicts === null) lines.push('not judged');
  return lines;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
