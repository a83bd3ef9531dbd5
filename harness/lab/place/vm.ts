import { mkdirSync, realpathSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { RallyError } from '#base/error.js';
import { radioPlan } from '../bench/radio-plan.js';
import { asRallyError } from '../failure.js';
import type { Progress, RecordJob } from '../job.js';
import { programPath, requireProgram, type Program } from '../programs.js';
import { nodeProgram } from '../node-program.js';
import { PlaceProcess } from './place-process.js';
import { recordRemotely, type RemoteResult } from './remote-recording.js';
import { vmImage, type VmImage } from './vm-image.js';
import { guestScript } from './vm-script.js';

/** From power-on to the first word of the program inside; seen: 10 to 20 s, on a busy machine ten times that. */
const BOOT_LIMIT_MS = 300_000;
const STOP_LIMIT_MS = 10_000;
const MEMORY_MB = 768;
/** Access point, device, monitor. */
const RADIOS = 3;
const KERNEL_ARGUMENTS = [
  'console=ttyS0',
  'panic=-1',
  // Nobody attacks it, and what keeps attackers out costs a tenth of the time.
  'mitigations=off',
  'cryptomgr.notests',
  // It is tested by waiting for interrupts in time; they come late on a busy machine, and the kernel gives up.
  'no_timer_check',
];
/** Those that run the machine, and those inside, which are the host's. */
const PROGRAMS = [
  ...['qemu-system-x86_64', 'setpriv'],
  ...['hostapd', 'wpa_supplicant', 'dnsmasq', 'iw', 'ip', 'nsenter', 'sh', 'mount', 'busybox'],
] as readonly Program[];

export interface VmOptions {
  /** All the machine may write to; the bundle folder of each job lies in it, or is it. Made where it is not there. */
  readonly folder: string;
  /** Told while the image is built, on first use. */
  readonly onProgress?: (event: Progress) => void;
  /** Simulated radios, from wlan0 on; by default one each for access point, device and monitor. */
  readonly radios?: number;
  /** Arguments of Node for the program inside; by default what this process runs, which from sources takes a minute. */
  readonly inner?: readonly string[];
}

export interface VmJobOptions {
  /** Shell command that runs beside the bench inside, e.g. to break something of it on purpose; gone with the job. */
  readonly beside?: string;
}

/**
 * A small virtual machine whose radios are the kernel's simulated ones. Its programs, this tool included, are those of
 * this machine, whose root it sees read-only. Needs no privilege.
 */
export interface VmPlace {
  /**
   * Record in it; jobs are carried out one after the other, each with a fresh program inside, fresh radios and a fresh
   * /run. A job that hangs or whose machine dies ends within its limits, what it recorded stays in its bundle folder,
   * and the next job boots again; a job whose program inside dies leaves the machine up. Never rejects.
   */
  record(job: RecordJob, options?: VmJobOptions): Promise<RemoteResult>;
  /** End the machine. Resolves when it is gone; a job that is still carried out fails. */
  close(): Promise<void>;
}

/** Everything a machine is booted from; fetched and built on first use. Throws RallyError ERR_PROGRAM_MISSING. */
export async function requireVm(onStep: (step: string) => void): Promise<VmImage> {
  for (const program of PROGRAMS) requireProgram(program);
  return vmImage(onStep);
}

/** Boot. Throws RallyError ERR_PROGRAM_MISSING, ERR_DISK. */
export async function openVm(options: VmOptions): Promise<VmPlace> {
  const image = await requireVm((step) => options.onProgress?.({ step }));
  return new Vm(image, options);
}

/** Boot for one job alone; the machine can write to its bundle folder only. Never rejects. */
export async function recordInVm(
  job: RecordJob,
  options: VmJobOptions & Pick<VmOptions, 'inner'> = {},
): Promise<RemoteResult> {
  const { inner, ...jobOptions } = options;
  try {
    // A profile that cannot be carried out is refused before anything is started.
    radioPlan(job.profile);
    const vm = await openVm({
      folder: job.bundleDir,
      onProgress: (event) => {
        job.onProgress(event);
      },
      ...(inner === undefined ? {} : { inner }),
    });
    const result = await vm.record(job, jobOptions);
    await vm.close();
    return result;
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): RemoteResult {
  return { ended: 'failed', error: asRallyError(error), errorOutput: '' };
}

function madeFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return realpathSync(path);
  } catch (cause) {
    throw new RallyError('ERR_DISK', `the folder ${path} cannot be made`, { cause });
  }
}

class Vm implements VmPlace {
  private readonly folder: string;
  private machine: PlaceProcess;
  private jobs = 0;
  private closed = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly image: VmImage,
    private readonly options: VmOptions,
  ) {
    this.folder = madeFolder(options.folder);
    this.machine = this.boot();
  }

  record(job: RecordJob, options: VmJobOptions = {}): Promise<RemoteResult> {
    const turn = this.turn.then(() => this.carryOut(job, options));
    this.turn = turn;
    return turn;
  }

  async close(): Promise<void> {
    this.closed = true;
    // Nothing in it is worth saving: what it recorded was written through.
    if (this.machine.alive) this.machine.kill();
    await this.machine.ended;
  }

  private async carryOut(job: RecordJob, { beside }: VmJobOptions): Promise<RemoteResult> {
    try {
      radioPlan(job.profile);
      const bundleDir = this.shared(job.bundleDir);
      if (!this.machine.alive) this.machine = this.boot();
      if (!this.machine.ready) {
        const step = this.jobs === 0 ? 'booting the virtual machine' : 'making the virtual machine ready again';
        job.onProgress({ step, waitingFor: 'the bench inside', limitMs: BOOT_LIMIT_MS });
      }
      this.jobs += 1;
      return await recordRemotely({ ...job, bundleDir }, this.machine, {
        number: this.jobs,
        tellPlaceTime: true,
        ...(beside === undefined ? {} : { beside }),
      });
    } catch (error) {
      return failed(error);
    }
  }

  /** The bundle folder as the machine sees it. Throws RallyError ERR_DISK for one it cannot write to. */
  private shared(bundleDir: string): string {
    const below = relative(resolve(this.options.folder), resolve(bundleDir));
    if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below))
      throw new RallyError('ERR_DISK', `the virtual machine cannot write to ${bundleDir}`, {
        context: { folder: this.folder },
      });
    return join(this.folder, below);
  }

  private boot(): PlaceProcess {
    if (this.closed) throw new RallyError('ERR_BENCH_DIED', 'the virtual machine was closed');
    const { radios = RADIOS, inner = nodeProgram(import.meta.url, './inner') } = this.options;
    const script = guestScript([process.execPath, ...inner], process.cwd(), radios);
    const qemu = [requireProgram('qemu-system-x86_64'), ...qemuArguments(this.image, this.folder, script, radios)];
    const child = spawn(requireProgram('setpriv'), ['--pdeathsig', 'KILL', ...qemu], {
      // A group of its own: an interrupt at the terminal reaches the bench through the abort signal only.
      detached: true,
      // Standard input and output are the console; descriptor 3 is the channel to the program inside.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, PATH: programPath(), LC_ALL: 'C' },
    });
    const channel = child.stdio[3] as Duplex;
    return new PlaceProcess({
      name: 'the virtual machine',
      child,
      input: channel,
      output: channel,
      errors: [child.stdout as Readable, child.stderr as Readable],
      readyLimitMs: BOOT_LIMIT_MS,
      stopLimitMs: STOP_LIMIT_MS,
      letGo: () => {
        channel.destroy();
      },
      explain: (said, status) =>
        new RallyError('ERR_BENCH_DIED', `the virtual machine did not come up (${status})`, { context: { said } }),
    });
  }
}

function qemuArguments({ kernel, initramfs }: VmImage, folder: string, script: string, radios: number): string[] {
  const shared = (tag: string, path: string, more: string): string[] => [
    '-virtfs',
    // QEMU reads a doubled comma as one.
    `local,path=${path.replaceAll(',', ',,')},mount_tag=${tag},security_model=none,${more}`,
  ];
  // The kernel's command line has room for 2 KB, too little for paths.
  const item = (name: string, text: string): string[] => [
    '-fw_cfg',
    `name=opt/rally/${name},string=${Buffer.from(text).toString('base64')}`,
  ];
  return [
    // One processor: two of an emulated machine wait for each other wherever the machine below has other things to do.
    ...['-accel', 'tcg', '-cpu', 'max', '-smp', '1', '-m', String(MEMORY_MB)],
    ...['-nodefaults', '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot', '-nic', 'none'],
    ...['-kernel', kernel, '-initrd', initramfs],
    ...['-append', [...KERNEL_ARGUMENTS, `RALLY_RADIOS=${radios}`].join(' ')],
    ...item('bundle', folder),
    ...item('script', script),
    ...shared('host', '/', 'readonly=on,multidevs=remap'),
    ...shared('bundle', folder, 'multidevs=remap'),
    ...['-device', 'virtio-serial-pci', '-chardev', 'socket,id=channel,fd=3'],
    ...['-device', 'virtserialport,chardev=channel'],
  ];
}
