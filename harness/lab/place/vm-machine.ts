import { spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { RallyError } from '#base/error.js';
import { programPath, requireProgram } from '../programs.js';
import { PlaceProcess } from './place-process.js';
import type { VmImage } from './vm-image.js';

/** From power-on to the first word of the program inside, as long as there are signs of life; seen: 6 to 60 s. */
export const BOOT_LIMIT_MS = 300_000;
/** Seen: 2 s; on a very busy machine 12 s. */
const STOP_LIMIT_MS = 30_000;
const MEMORY_MB = 768;
const KERNEL_ARGUMENTS = [
  'console=ttyS0',
  'panic=-1',
  // Nobody attacks it, and what keeps attackers out costs a tenth of the time.
  'mitigations=off',
  'cryptomgr.notests',
  // It is tested by waiting for interrupts in time; they come late on a busy machine, and the kernel gives up.
  'no_timer_check',
];

export interface MachineOptions {
  readonly image: VmImage;
  /** All it may write to. */
  readonly folder: string;
  /** Shell script that runs in it. */
  readonly script: string;
  readonly radios: number;
}

/** Power a machine on. What its console says is what it writes besides reports. Throws RallyError ERR_PROGRAM_MISSING. */
export function startMachine(options: MachineOptions): PlaceProcess {
  const qemu = [requireProgram('qemu-system-x86_64'), ...qemuArguments(options)];
  const child = spawn(requireProgram('setpriv'), ['--pdeathsig', 'KILL', ...qemu], {
    // A group of its own: an interrupt at the terminal reaches the bench through the abort signal only.
    detached: true,
    // Standard output is the console; descriptor 3 is the channel to the program inside.
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

function qemuArguments({ image, folder, script, radios }: MachineOptions): string[] {
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
    ...['-kernel', image.kernel, '-initrd', image.initramfs],
    ...['-append', [...KERNEL_ARGUMENTS, `RALLY_RADIOS=${radios}`].join(' ')],
    ...item('bundle', folder),
    ...item('script', script),
    ...shared('host', '/', 'readonly=on,multidevs=remap'),
    ...shared('bundle', folder, 'multidevs=remap'),
    ...['-device', 'virtio-serial-pci', '-chardev', 'socket,id=channel,fd=3'],
    ...['-device', 'virtserialport,chardev=channel'],
  ];
}
