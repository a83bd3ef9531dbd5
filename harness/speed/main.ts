import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT } from '#base/error-codes.js';
import { reportFailure } from '#cli/failure.js';
import { processTerminal } from '#cli/terminal.js';
import { requireProgram } from '#lab/programs.js';
import { figureTable, type Figure } from './figure.js';
import { judgingFigures } from './judging.js';
import { streamFigures } from './stream-memory.js';
import { turnaroundFigure } from './turnaround.js';
import { vmRunFigures } from './vm-run.js';

/**
 * `npm run speed`: each figure beside that of another program, measured in the same run.
 *
 *   --json    a list of figures instead of the table
 *   --memory  the memory of a capture of 5 GB instead
 *   --vm      a run in the virtual machine only
 *   --quick   small sizes, and no virtual machine: shows that it works, not how fast
 */

const SIZES = {
  full: { frames: 500_000, keyedExchanges: 2000, rounds: 3, runs: 50, shortMegabytes: 50, longMegabytes: 5000 },
  quick: { frames: 4000, keyedExchanges: 4, rounds: 1, runs: 2, shortMegabytes: 1, longMegabytes: 10 },
};

/** Without one of these there is nothing to compare with. */
const PROGRAMS = ['tshark', 'hostapd', 'wpa_supplicant', 'ip', 'mount', 'setpriv', 'sh', 'unshare'] as const;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    quick: { type: 'boolean' },
    memory: { type: 'boolean' },
    vm: { type: 'boolean' },
  },
});
const sizes = values.quick === true ? SIZES.quick : SIZES.full;

function progress(step: string): void {
  process.stderr.write(`${step} ...\n`);
}

async function figures(): Promise<Figure[]> {
  if (values.memory === true) return streamFigures(sizes, progress);
  const folder = mkdtempSync(join(tmpdir(), 'rally-speed-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // The captures weigh some hundred megabytes: they go however this ends.
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(EXIT.aborted));
  if (values.vm === true) return vmRunFigures(folder, progress);
  for (const program of PROGRAMS) requireProgram(program);
  const judging = await judgingFigures(folder, sizes, progress);
  const air = values.quick === true ? [] : await vmRunFigures(folder, progress);
  return [...judging, await turnaroundFigure(sizes.runs, progress), ...air];
}

try {
  const all = await figures();
  process.stdout.write(values.json === true ? `${JSON.stringify(all, undefined, 2)}\n` : figureTable(all));
} catch (error) {
  process.exitCode = reportFailure(error, processTerminal(false));
}
