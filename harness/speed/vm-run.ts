import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { timesOf } from '#cli/times.js';
import { readBundle } from '#evidence/bundle-read.js';
import { obstacle } from '#lab/obstacle.js';
import { rounded, type Figure } from './figure.js';
import { measure } from './measured.js';

const MAIN = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const PROFILE = fileURLToPath(new URL('../../../fixtures/profiles/radio-reference-none.yaml', import.meta.url));

/**
 * The whole main job over simulated air, from the command to the last report, beside the waits nobody can shorten: while
 * the device scans, associates and takes its address, as that very run noted them. No figure where there is no virtual
 * machine; `progress` is then told why. Only the compiled program can be measured.
 *
 * @param folder where the run goes; removing it is up to the caller
 */
export async function vmRunFigures(folder: string, progress: (step: string) => void): Promise<Figure[]> {
  const reason = await obstacle('vm', progress);
  if (reason !== null) {
    progress(`a run in the virtual machine is left out: ${reason}`);
    return [];
  }
  progress('a run in the virtual machine');
  const out = join(folder, 'vm');
  const args = [MAIN, 'run', '--bench', 'radio', '--place', 'vm', '--profile', PROFILE, '--out', out];
  const { seconds } = await measure({ file: process.execPath, args, exits: [0] });
  const waitsMs = timesOf((await readBundle(out)).evidence)?.waitsMs ?? 0;
  const waits = waitsMs / 1000;
  return [
    {
      name: 'two methods over simulated air, beside the waits of protocol and device',
      ours: rounded(seconds),
      peer: rounded(waits),
      ratio: waits === 0 ? null : rounded(seconds / waits),
      unit: 's',
      aim: null,
      met: null,
    },
  ];
}
