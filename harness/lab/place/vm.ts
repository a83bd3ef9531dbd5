import { mkdirSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { RallyError } from '#base/error.js';
import { radioPlan } from '../bench/radio-plan.js';
import { asRallyError } from '../failure.js';
import type { Progress, RecordJob } from '../job.js';
import { requireProgram, type Program } from '../programs.js';
import { nodeProgram } from '../node-program.js';
import type { PlaceProcess } from './place-process.js';
import { recordRemotely, type RemoteResult } from './remote-recording.js';
import { comeUp, QUIET_LIMIT_MS, type CameUp } from './vm-boot.js';
import { vmImage, type VmImage } from './vm-image.js';
import { BOOT_LIMIT_MS, startMachine } from './vm-machine.js';
import { guestScript } from './vm-script.js';

/** Access point, device, monitor. */
const RADIOS = 3;
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
  /** How long the machine may say nothing while it comes up, milliseconds; then it is booted once more. */
  readonly quietMs?: number;
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
  /** The machine that carried out the last job. */
  private served: PlaceProcess | null = null;
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
      const beganMs = performance.now();
      if (!this.machine.alive) this.machine = this.boot();
      let saidInVain = '';
      if (!this.machine.ready) {
        const { error, console } = await this.comeUp(job);
        if (error !== null)
          return { ended: error.code === 'ERR_ABORTED' ? 'aborted' : 'failed', error, errorOutput: console.trim() };
        saidInVain = console;
      } else {
        // It was ready before it was asked for: what its console said until then is no news.
        this.machine.takeErrorOutput();
      }
      this.jobs += 1;
      this.served = this.machine;
      const result = await recordRemotely({ ...job, bundleDir }, this.machine, {
        number: this.jobs,
        placeMs: Math.round(performance.now() - beganMs),
        ...(beside === undefined ? {} : { beside }),
      });
      return { ...result, errorOutput: `${saidInVain}${result.errorOutput}`.trim() };
    } catch (error) {
      return failed(error);
    }
  }

  private comeUp(job: RecordJob): Promise<CameUp> {
    const step =
      this.served === this.machine ? 'making the virtual machine ready again' : 'booting the virtual machine';
    job.onProgress({ step, waitingFor: 'the bench inside', limitMs: BOOT_LIMIT_MS });
    return comeUp({
      machine: this.machine,
      // Whoever closes the place meanwhile closes the one that comes up.
      again: () => (this.machine = this.boot()),
      quietMs: this.options.quietMs ?? QUIET_LIMIT_MS,
      limitMs: BOOT_LIMIT_MS,
      signal: job.signal,
      onProgress: (event) => {
        job.onProgress(event);
      },
    });
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
    return startMachine({ image: this.image, folder: this.folder, script, radios });
  }
}
