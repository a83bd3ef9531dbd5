import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { RallyError } from '#base/error.js';
import { inspectInterface, type InterfaceState } from '../link/interface.js';
import { runProgram } from '../process.js';
import { requireProgram } from '../programs.js';
import type { Closing } from './radio-closing.js';
import type { RadioPlan } from './radio-plan.js';

const COMMAND_LIMIT_MS = 10_000;

/** Run `ip`; throws RallyError ERR_DAEMON with what it said. */
export function ip(...args: readonly string[]): Promise<string> {
  return runProgram(requireProgram('ip'), args, COMMAND_LIMIT_MS);
}

/** Run `iw`; throws RallyError ERR_DAEMON with what it said. */
export function iw(...args: readonly string[]): Promise<string> {
  return runProgram(requireProgram('iw'), args, COMMAND_LIMIT_MS);
}

/** A Wi-Fi interface this bench may take. Throws RallyError ERR_INTERFACE with the reason. */
export async function requireAdapter(name: string, key: string): Promise<InterfaceState> {
  const state = await inspectInterface(name);
  const reason =
    state === null
      ? `there is no interface ${name}`
      : !isWireless(name)
        ? `${name} is not a Wi-Fi interface`
        : state.defaultRoute
          ? `${name} has the default route of this machine`
          : null;
  if (state !== null && reason === null) return state;
  throw new RallyError('ERR_INTERFACE', `${key}: ${reason ?? name}`, {
    context: { interface: name },
    remedy: `Name a Wi-Fi interface that nothing else uses in ${key} (iw dev lists them).`,
  });
}

/** Name of the radio (`phy0`) an interface belongs to. Throws RallyError ERR_INTERFACE. */
export function radioOf(name: string): string {
  try {
    return readFileSync(`/sys/class/net/${name}/phy80211/name`, 'latin1').trim();
  } catch (cause) {
    throw new RallyError('ERR_INTERFACE', `${name} is not a Wi-Fi interface`, { cause, context: { interface: name } });
  }
}

/** Radio and driver of an interface, e.g. `phy0, driver`, and the driver's name; as much of it as can be told. */
export function adapterText(name: string): string {
  const told: string[] = [];
  try {
    told.push(radioOf(name));
    told.push(`driver ${basename(readlinkSync(`/sys/class/net/${name}/device/driver`))}`);
  } catch {
    // A monitor that is yet to be made has no radio; a virtual radio has no driver.
  }
  return told.join(', ');
}

function isWireless(name: string): boolean {
  try {
    return radioOf(name) !== '';
  } catch {
    return false;
  }
}

/**
 * Set up the monitor: an adapter of its own is switched to monitor mode and to the channel; a name that is not there yet
 * becomes a second interface of the access point's adapter, which follows its channel. Closing puts it back.
 */
export async function setUpMonitor({ radio, frequencyMhz }: RadioPlan, closing: Closing): Promise<void> {
  const { ap, monitor } = radio;
  if (ap !== undefined && (await inspectInterface(monitor)) === null) {
    closing.add(async () => {
      await iw('dev', monitor, 'del');
    }, `iw dev ${monitor} del`);
    await iw('dev', ap, 'interface', 'add', monitor, 'type', 'monitor');
    await ip('link', 'set', monitor, 'up');
    return;
  }
  await requireAdapter(monitor, 'ixit.radio.monitor');
  closing.add(() => makeManaged(monitor), managedAgain(monitor));
  await ip('link', 'set', monitor, 'down');
  await iw('dev', monitor, 'set', 'type', 'monitor');
  await ip('link', 'set', monitor, 'up');
  await iw('dev', monitor, 'set', 'freq', String(frequencyMhz));
}

/**
 * See to it that closing puts the access point's adapter back, and takes its second interface away: hostapd does both,
 * unless it was killed.
 */
export function putBackAccessPoint(ap: string, second: string, closing: Closing): void {
  closing.add(
    async () => {
      if ((await inspectInterface(second)) !== null) await iw('dev', second, 'del');
      await makeManaged(ap);
    },
    `iw dev ${second} del; ${managedAgain(ap)}`,
  );
}

async function makeManaged(name: string): Promise<void> {
  await ip('link', 'set', name, 'down');
  await iw('dev', name, 'set', 'type', 'managed');
}

/** The same as a shell command; names of interfaces hold nothing that a shell would take for something else. */
function managedAgain(name: string): string {
  return `ip link set ${name} down; iw dev ${name} set type managed`;
}
