import { mkdirSync, realpathSync } from 'node:fs';
import { spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { RallyError } from '#base/error.js';
import { radioPlan } from '../bench/radio-plan.js';
import { asRallyError } from '../failure.js';
import type { RecordJob } from '../job.js';
import { programPath, requireProgram } from '../programs.js';
import { innerArguments } from './inner-arguments.js';
import { RemoteRecording, type RemoteResult } from './remote-recording.js';
import { vmImage, type VmImage } from './vm-image.js';

/** From power-on to the first word of the program inside; seen: 10 to 20 s, on a busy machine three times that. */
const BOOT_LIMIT_MS = 180_000;
const MEMORY_MB = 768;
/** Access point, device, monitor. */
const RADIOS = 3;
/** Programs inside; they are the host's. */
const PROGRAMS = ['hostapd', 'wpa_supplicant', 'dnsmasq', 'iw', 'ip', 'nsenter', 'sh', 'busybox'] as const;

export interface VmOptions {
  /** Shell command that runs beside the bench inside, e.g. to break something of it on purpose. */
  readonly beside?: string;
  /** Arguments of Node for the program inside; by default what this process runs, which from sources takes a minute. */
  readonly inner?: readonly string[];
}

/**
 * Record in a small virtual machine whose radios are the kernel's simulated ones. Its programs, this tool included, are
 * those of this machine, whose root it sees read-only; it can write to the bundle folder alone. Needs no privilege.
 * Never rejects.
 */
export async function recordInVm(job: RecordJob, options: VmOptions = {}): Promise<RemoteResult> {
  try {
    const recording = await boot(job, options);
    return await recording.result;
  } catch (error) {
    return { ended: 'failed', error: asRallyError(error), errorOutput: '' };
  }
}

/** Throws RallyError ERR_PROGRAM_MISSING or ERR_PROFILE_INVALID. */
async function boot(job: RecordJob, options: VmOptions): Promise<RemoteRecording> {
  // A profile that cannot be carried out is refused before anything is started.
  radioPlan(job.profile);
  for (const program of PROGRAMS) requireProgram(program);
  const qemu = requireProgram('qemu-system-x86_64');
  const setpriv = requireProgram('setpriv');
  const image = await vmImage((step) => {
    job.onProgress({ step });
  });
  mkdirSync(job.bundleDir, { recursive: true });
  const bundleDir = realpathSync(job.bundleDir);
  const child = spawn(
    setpriv,
    ['--pdeathsig', 'KILL', qemu, ...qemuArguments(image, bundleDir, guestScript(options))],
    {
      // A group of its own: an interrupt at the terminal reaches the bench through the abort signal only.
      detached: true,
      // Standard input and output are the console; descriptor 3 is the channel to the program inside.
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, PATH: programPath(), LC_ALL: 'C' },
    },
  );
  const channel = child.stdio[3] as Duplex;
  job.onProgress({ step: 'booting the virtual machine', waitingFor: 'the bench inside', limitMs: BOOT_LIMIT_MS });
  return new RemoteRecording({ ...job, bundleDir }, child, {
    name: 'the virtual machine',
    input: channel,
    output: channel,
    errors: [child.stdout as Readable, child.stderr as Readable],
    readyLimitMs: BOOT_LIMIT_MS,
    letGo: () => {
      channel.destroy();
    },
    explain: (said, status) =>
      new RallyError('ERR_BENCH_DIED', `the virtual machine did not come up (${status})`, { context: { said } }),
  });
}

function qemuArguments({ kernel, initramfs }: VmImage, bundleDir: string, script: string): string[] {
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
    ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', String(MEMORY_MB)],
    ...['-nodefaults', '-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot', '-nic', 'none'],
    ...['-kernel', kernel, '-initrd', initramfs],
    ...['-append', `console=ttyS0 quiet panic=-1 RALLY_RADIOS=${RADIOS}`],
    ...item('bundle', bundleDir),
    ...item('script', script),
    ...shared('host', '/', 'readonly=on,multidevs=remap'),
    ...shared('bundle', bundleDir, 'multidevs=remap'),
    ...['-device', 'virtio-serial-pci', '-chardev', 'socket,id=channel,fd=3'],
    ...['-device', 'virtserialport,chardev=channel'],
  ];
}

/** Runs in the machine, in the host's root; descriptor 3 is the channel. */
function guestScript({ beside = ':', inner = innerArguments() }: VmOptions): string {
  const words = [process.execPath, ...inner].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return [
    `export PATH='${programPath()}' HOME=/run LC_ALL=C TMPDIR=/run XDG_CACHE_HOME=/run`,
    `cd '${process.cwd().replaceAll("'", "'\\''")}'`,
    'mkfifo /run/rally/orders',
    'cat <&3 >/run/rally/orders &',
    `(${beside}) 3<&- &`,
    `${words.join(' ')} </run/rally/orders >&3`,
    '',
  ].join('\n');
}
