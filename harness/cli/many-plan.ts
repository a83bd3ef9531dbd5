import { RallyError } from '#base/error.js';
import type { Profile } from '#profile/schema.js';
import { folderName } from './run-folder.js';
import type { TargetOptions } from './target.js';

/** One of several devices of a run. */
export interface PlannedDevice {
  /** As its profile calls it, or its reference model; another one of the name gets a number. */
  readonly name: string;
  /** Folder of its own run inside the folder of them all. */
  readonly folder: string;
  /** What no other device may use at the same time, in words. Devices of one bench take turns. */
  readonly bench: string;
  /** Options of `run` that say which device it is and how it is reached. */
  readonly args: readonly string[];
}

/** A device that was named: its profile, or a reference device of the loopback bench. */
export type NamedDevice =
  { readonly file: string; readonly profile: Profile } | { readonly model: string; readonly args: readonly string[] };

/**
 * Which devices run where. A device that is started by its bench has a sandbox, a virtual machine or a process of its
 * own, so it shares nothing; those on adapters or ports of this machine share a bench when they share an interface.
 *
 * @param bench of profiles that name none themselves
 * @param place of all profiles; by default that of the bench
 */
export function planDevices(
  named: readonly NamedDevice[],
  { bench, place }: Pick<TargetOptions, 'bench' | 'place'>,
): PlannedDevice[] {
  const names = new Set<string>();
  const folders = new Set<string>();
  const shared: Set<string>[] = [];
  return named.map((device) => {
    const name = unused('model' in device ? device.model : device.profile.device.name, names, ' ');
    const folder = unused(folderName(name), folders, '-');
    if ('model' in device)
      return {
        ...{ name, folder, bench: `loopback, for ${name} alone` },
        args: ['--bench', 'loopback', '--device', device.model, ...device.args],
      };
    const { file, profile } = device;
    const own = profile.ixit.bench ?? bench;
    if (own === 'loopback')
      throw new RallyError('ERR_USAGE', `${file} cannot be tested on the loopback bench`, {
        remedy: 'Name wired or radio as ixit.bench in the profile; reference devices are named with --device.',
      });
    return {
      ...{ name, folder, bench: benchOf(profile, own, name, shared, place) },
      args: ['--bench', own, '--profile', file, ...(place === undefined ? [] : ['--place', place])],
    };
  });
}

function benchOf(
  { ixit }: Profile,
  bench: 'wired' | 'radio',
  name: string,
  shared: Set<string>[],
  place: TargetOptions['place'],
): string {
  const { radio, dut, interface: port } = ixit;
  const isHere =
    place === 'here' || (place === undefined && (bench === 'radio' ? dut === undefined : port !== undefined));
  const interfaces = bench === 'radio' ? [radio?.ap, radio?.monitor, dut?.interface] : [port];
  const used = interfaces.filter((each) => each !== undefined);
  if (!isHere || used.length === 0) return `${bench}, for ${name} alone`;
  const known = shared.find((each) => used.some((one) => each.has(one))) ?? new Set<string>();
  if (known.size === 0) shared.push(known);
  for (const each of used) known.add(each);
  return `${bench}, ${[...known][0] ?? ''}`;
}

function unused(name: string, taken: Set<string>, separator: string): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}${separator}${number}`;
  taken.add(free);
  return free;
}
