import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ERROR_CODES } from '#base/error-codes.js';
import type { RadioAdapters } from '#profile/schema.js';
import { iw, radioOf, requireAdapter } from './bench/radio-adapters.js';
import { driverFact } from './bench/radio-drivers.js';
import { asRallyError } from './failure.js';
import { inspectInterface } from './link/interface.js';

/** One finding on the adapters of the radio bench; the same shape as any other probe. */
interface RadioProbe {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

/** Look at the adapters a profile names, and touch nothing. */
export async function probeRadio(radio: RadioAdapters): Promise<RadioProbe[]> {
  const { ap, monitor } = radio;
  const isShared = ap !== undefined && (await inspectInterface(monitor)) === null;
  return [
    ...(ap === undefined ? [] : [await probeAdapter('access point', ap, 'AP')]),
    await probeAdapter('monitor', isShared ? ap : monitor, 'monitor'),
    probeRfkill(),
    await probeManager(ap ?? monitor),
    // Who only listens sends nothing, so no rules bind it.
    ...(ap === undefined ? [] : [await probeRegulatory(radio)]),
  ];
}

async function probeAdapter(role: string, name: string, mode: string): Promise<RadioProbe> {
  try {
    await requireAdapter(name, `ixit.radio (${role})`);
    const modes = supportedModes(await iw('phy', radioOf(name), 'info'));
    if (modes.includes(mode)) return { name: role, ok: true, detail: `${name} can be ${mode}${driverText(name)}` };
    return {
      name: role,
      ok: false,
      detail: `${name} cannot be ${mode}; it can be ${modes.join(', ')}`,
      remedy: `Use an adapter whose driver has the mode ${mode} (docs/benches/radio.md).`,
    };
  } catch (error) {
    const { message, remedy } = asRallyError(error);
    return { name: role, ok: false, detail: message, remedy };
  }
}

/** The driver of an adapter, and what is known of it. */
function driverText(name: string): string {
  let driver: string;
  try {
    driver = basename(readlinkSync(`/sys/class/net/${name}/device/driver`));
  } catch {
    return '';
  }
  const remark = driverFact(driver)?.remark;
  return ` (driver ${driver}${remark === undefined ? '' : `: ${remark}`})`;
}

/** Modes in the output of `iw phy <name> info`. */
export function supportedModes(info: string): string[] {
  const list = /Supported interface modes:\n((?:\s+\* .*\n)+)/.exec(info)?.[1] ?? '';
  return list
    .split('\n')
    .map((line) => line.replace(/^\s+\* /, '').trim())
    .filter((mode) => mode !== '');
}

function probeRfkill(root = '/sys/class/rfkill'): RadioProbe {
  const blocked = readFolder(root).flatMap((entry) => {
    const field = (name: string): string => readText(join(root, entry, name));
    const [soft, hard] = [field('soft') === '1', field('hard') === '1'];
    return field('type') === 'wlan' && (soft || hard) ? [{ name: field('name'), hard }] : [];
  });
  const [first] = blocked;
  if (first === undefined) return { name: 'rfkill', ok: true, detail: 'no radio is switched off' };
  return {
    name: 'rfkill',
    ok: false,
    detail: `${blocked.map(({ name }) => name).join(', ')} switched off`,
    remedy: first.hard ? 'Switch the radio on by its key or switch.' : 'Switch it on: rfkill unblock wlan',
  };
}

/** NetworkManager takes an interface back within seconds unless it was told not to. */
async function probeManager(name: string): Promise<RadioProbe> {
  const state = await inspectInterface(name);
  const managed = /^managed=true$/m.test(readText(`/run/NetworkManager/devices/${state?.index ?? 0}`));
  if (!managed) return { name: 'NetworkManager', ok: true, detail: `does not hold ${name}` };
  return {
    name: 'NetworkManager',
    ok: false,
    detail: `holds ${name}`,
    remedy: `Have it let go: nmcli device set ${name} managed no`,
  };
}

async function probeRegulatory({ country, band }: RadioAdapters): Promise<RadioProbe> {
  const name = 'radio rules';
  try {
    const set = /^country (\w\w):/m.exec(await iw('reg', 'get'))?.[1] ?? '00';
    if (band === '2.4' || set !== '00' || country !== undefined)
      return { name, ok: true, detail: `of country ${country ?? set}` };
    return {
      name,
      ok: false,
      detail: 'no country is set, so nothing may begin to send at 5 GHz',
      remedy: 'Put the country in ixit.radio.country, e.g. DE (Debian package wireless-regdb has the rules).',
    };
  } catch (error) {
    return { name, ok: false, detail: asRallyError(error).message, remedy: ERROR_CODES.ERR_PROGRAM_MISSING.remedy };
  }
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A kernel without rfkill switches nothing off.
    return [];
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1').trim();
  } catch {
    return '';
  }
}
