import type { Command } from 'commander';
import { RallyError } from '#base/error.js';
import type { RunOptions } from './run-job.js';
import type { ManyOptions } from './run-many.js';

/** Options of `run` as they were given: it takes one device or several. */
export interface RunCommandOptions extends Omit<RunOptions, 'profile' | 'device'> {
  readonly profile: readonly string[];
  readonly device: readonly string[];
}

/** What is decided for all of several devices, and goes to none of them as it is. */
const OF_ALL = ['profile', 'device', 'bench', 'place', 'out', 'json', 'html'];
const OF_MODELS = ['fault', 'seed', 'sessions'];
/** What is about one device. */
const OF_ONE = ['summary', 'badge', 'history', 'dryRun', 'resume', 'rerun'];

/** Options for a run of one device. */
export function singleOf({ profile: [profile], device: [device], ...options }: RunCommandOptions): RunOptions {
  return { ...options, ...(profile === undefined ? {} : { profile }), ...(device === undefined ? {} : { device }) };
}

/** Options for a run of several devices; null where one is named, or none. Throws RallyError ERR_USAGE. */
export function manyOf(options: RunCommandOptions, command: Command): ManyOptions | null {
  const { profile: profiles, device: models, bench = 'wired', place, out, json } = options;
  // A loopback bench that is given a profile as well has always been a mistake.
  if (profiles.length + models.length < 2 || (bench === 'loopback' && profiles.length > 0)) return null;
  const strange = OF_ONE.find((name) => command.getOptionValueSource(name) === 'cli');
  if (strange !== undefined)
    throw new RallyError('ERR_USAGE', `--${strange === 'dryRun' ? 'dry-run' : strange} is for one device`, {
      remedy: 'Leave it out, or name one device.',
    });
  return {
    ...{ profiles, models, bench, ofModels: given(command, (name) => OF_MODELS.includes(name)) },
    all: given(command, (name) => ![...OF_ALL, ...OF_MODELS].includes(name)),
    ...(place === undefined ? {} : { place }),
    ...(out === undefined ? {} : { out }),
    ...(json === undefined ? {} : { json }),
  };
}

/** Options of the command line, written out once more. */
function given(command: Command, isWanted: (name: string) => boolean): string[] {
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    if (!isWanted(name) || command.getOptionValueSource(name) !== 'cli') return [];
    const flag = option.long ?? option.short ?? '';
    const value: unknown = command.getOptionValue(name);
    if (typeof value === 'boolean') return [flag];
    return [value].flat().flatMap((each) => [flag, String(each)]);
  });
}
