import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '#base/error-codes.js';
import { nodeProgram } from '#lab/node-program.js';
import { ManagedProcess } from '#lab/process.js';
import { visible } from '#reports/text.js';
import { worstExit } from './failure.js';
import { catchInterruption } from './interruption.js';
import { prepareManyFolder } from './many-folder.js';
import { planDevices, type NamedDevice, type PlannedDevice } from './many-plan.js';
import { concludeMany, type DeviceOutcome } from './many-report.js';
import { loadProfile } from './profile-file.js';
import type { TargetOptions } from './target.js';
import type { Terminal } from './terminal.js';

/** `run` of several devices. */
export interface ManyOptions extends Pick<TargetOptions, 'bench' | 'place'> {
  readonly profiles: readonly string[];
  /** Reference models of the loopback bench. */
  readonly models: readonly string[];
  /** Options that go to each of them, as they were given. */
  readonly all: readonly string[];
  /** Options that go to the reference devices only. */
  readonly ofModels: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

/** A device that is being ended has this long to put its bench back and to judge what was recorded. */
const END_GRACE_MS = 60_000;
/** Characters kept of what a device's run says: its first error stands among them. */
const MOST_SAID = 64 * 1024;
const ERROR_LINE = /^error: (.*)$/m;

/**
 * Test several devices: each in a process and a folder of its own, those on different benches side by side, those on one
 * bench in turn. A bench that failed with one device is out of service for the next. One report of all is written.
 * Returns the worst exit code.
 */
export async function runMany(options: ManyOptions, terminal: Terminal): Promise<number> {
  const named: NamedDevice[] = [];
  for (const file of options.profiles) named.push({ file, profile: await loadProfile(file, terminal) });
  for (const model of options.models) named.push({ model, args: options.ofModels });
  const devices = planDevices(named, options);
  const folder = await prepareManyFolder(options.out, devices);
  const interruption = catchInterruption(terminal);
  const beganMs = performance.now();
  try {
    const benches = new Map<string, PlannedDevice[]>();
    for (const device of devices) benches.set(device.bench, [...(benches.get(device.bench) ?? []), device]);
    const outcomes = await Promise.all(
      [...benches.values()].map((turn) => inTurn(turn, folder.path, options, interruption.signal, terminal)),
    );
    const inOrder = devices.flatMap((device) => outcomes.flat().filter((outcome) => outcome.device === device));
    const wallMs = performance.now() - beganMs;
    const exits = await concludeMany(
      inOrder,
      folder,
      { wallMs, json: options.json === true },
      interruption.signal,
      terminal,
    );
    return worstExit([...exits, ...inOrder.map(({ exitCode }) => exitCode)]);
  } finally {
    interruption.release();
  }
}

/** The devices of one bench, one after the other. */
async function inTurn(
  devices: readonly PlannedDevice[],
  folder: string,
  options: ManyOptions,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<DeviceOutcome[]> {
  const outcomes: DeviceOutcome[] = [];
  let broken: string | null = null;
  for (const device of devices) {
    const outcome: DeviceOutcome = signal.aborted
      ? notBegun(device, folder, EXIT.aborted, 'the run was aborted')
      : broken === null
        ? await runOne(device, folder, options, signal, terminal)
        : notBegun(device, folder, EXIT.broken, `the bench ${device.bench} is out of service: ${broken}`);
    outcomes.push(outcome);
    if (outcome.exitCode === EXIT.broken) broken ??= `${device.name}: ${outcome.reason ?? 'the bench failed'}`;
  }
  return outcomes;
}

function notBegun(device: PlannedDevice, folder: string, exitCode: number, reason: string): DeviceOutcome {
  return { device, path: join(folder, device.folder), exitCode, tookMs: 0, reason };
}

async function runOne(
  device: PlannedDevice,
  folder: string,
  { all }: ManyOptions,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<DeviceOutcome> {
  const path = join(folder, device.folder);
  const beganMs = performance.now();
  const tell = (text: string): void => {
    terminal.err(`${visible(device.name)}: ${visible(text)}\n`);
  };
  tell(`begun (${device.bench})`);
  let said = '';
  const child = ManagedProcess.start({
    name: device.name,
    file: process.execPath,
    args: [...nodeProgram(import.meta.url, './main'), 'run', ...device.args, ...all, '--no-html', '--out', path],
    onOutput: (chunk) => (said = (said + Buffer.from(chunk).toString('utf8')).slice(0, MOST_SAID)),
  });
  const end = (): void => void child.stop(END_GRACE_MS);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const { code } = await child.exited;
  signal.removeEventListener('abort', end);
  const [, error] = ERROR_LINE.exec(said) ?? [];
  const reason = error ?? (existsSync(path) ? null : said.trim());
  const tookMs = performance.now() - beganMs;
  const exitCode = code ?? EXIT.broken;
  tell(`ended after ${(tookMs / 1000).toFixed(1)} s, exit code ${exitCode}${reason === null ? '' : `: ${reason}`}`);
  return { device, path, exitCode, tookMs, reason };
}
