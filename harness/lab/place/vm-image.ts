import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { RallyError } from '#base/error.js';
import { runProgram } from '../process.js';
import { requireProgram } from '../programs.js';
import { cpioArchive } from './cpio.js';
import { loadOrder, parseDependencies } from './modules-dep.js';
import { GUEST_INIT } from './vm-guest.js';
import { asDebianPackage, packedKernel } from './vm-kernel.js';

/** Kernel and first file system of the virtual machine. */
export interface VmImage {
  readonly kernel: string;
  readonly initramfs: string;
}

/** Debian's name for its current kernel; it depends on the package with the files. */
const KERNEL_PACKAGE = 'linux-image-amd64';
const ASK_LIMIT_MS = 60_000;
const DOWNLOAD_LIMIT_MS = 600_000;
/** An ELF file names its dynamic linker, where it needs one, within these. */
const HEAD_BYTES = 4096;
const UNPACK_LIMIT_MS = 180_000;
/** Loaded in this order, each after what it depends on. */
const MODULES = [
  '9p',
  'virtio_pci',
  '9pnet_virtio',
  'virtio_console',
  'qemu_fw_cfg',
  'af_packet',
  'ccm',
  'cmac',
  'ctr',
  'mac80211_hwsim',
];

/** Which files are kept, and how. */
const FORM = 'kernel and first file system, neither of them compressed';

/** Part of the folder's name: an image that was built otherwise is not taken for this one. */
const CONTENT = createHash('sha256')
  .update([GUEST_INIT, ...MODULES, FORM].join('\n'))
  .digest('hex')
  .slice(0, 12);

/**
 * The image, built on first use into the user's cache folder: Debian's kernel package is downloaded (70 MB); 75 MB
 * are kept. Needs no privilege. Throws RallyError ERR_PROGRAM_MISSING when it cannot be had on this machine.
 */
export async function vmImage(onStep: (step: string) => void): Promise<VmImage> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new RallyError('ERR_PROGRAM_MISSING', `there is no virtual machine for ${process.platform}-${process.arch}`, {
      remedy: 'Use a 64-bit x86 Linux machine, or place here with a radio adapter.',
    });
  const folder = imageFolder();
  const image = { kernel: join(folder, 'kernel'), initramfs: join(folder, 'initramfs') };
  if (existsSync(folder)) return image;
  requireStaticBusybox();
  onStep('building the virtual machine, once for this machine');
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'build-'));
  try {
    const unpacked = await unpackKernel(work, onStep);
    const done = join(work, 'done');
    mkdirSync(done);
    writeFileSync(join(done, basename(image.initramfs)), await buildInitramfs(unpacked));
    const boot = join(unpacked, 'boot');
    const kernel = readdirSync(boot).find((name) => name.startsWith('vmlinuz-'));
    if (kernel === undefined) throw new RallyError('ERR_INTERNAL', 'the kernel package holds no kernel');
    await unpackBootImage(join(boot, kernel), join(done, basename(image.kernel)));
    keep(done, folder);
    return image;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function imageFolder(): string {
  return join(cacheFolder(), `vm-${CONTENT}`);
}

function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'rally-conformance');
}

function keep(done: string, folder: string): void {
  try {
    renameSync(done, folder);
  } catch (error) {
    // Somebody else built it meanwhile: theirs is as good.
    if (!existsSync(folder)) throw error;
  }
}

async function unpackKernel(work: string, onStep: (step: string) => void): Promise<string> {
  try {
    const asked = await runProgram(
      requireProgram('apt-cache'),
      ['depends', '--no-recommends', '--no-suggests', KERNEL_PACKAGE],
      ASK_LIMIT_MS,
    );
    const name = /^ +Depends: (linux-image-\S+)$/m.exec(asked)?.[1];
    if (name === undefined) throw new RallyError('ERR_PROGRAM_MISSING', `apt knows no package ${KERNEL_PACKAGE}`);
    onStep(`downloading ${name}`);
    // apt-get download writes to its working folder only.
    const script = 'cd "$1" && exec "$2" download -q "$3"';
    const args = ['-c', script, 'rally', work, requireProgram('apt-get'), name];
    await runProgram(requireProgram('sh'), args, DOWNLOAD_LIMIT_MS);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new RallyError('ERR_PROGRAM_MISSING', `the kernel of the virtual machine cannot be downloaded: ${said}`, {
      cause,
      context: { package: KERNEL_PACKAGE },
      remedy: `Refresh the package lists (apt-get update), so that apt-get download finds ${KERNEL_PACKAGE}.`,
    });
  }
  const file = readdirSync(work).find((entry) => entry.endsWith('.deb'));
  if (file === undefined) throw new RallyError('ERR_INTERNAL', 'apt-get download left no package');
  const unpacked = join(work, 'unpacked');
  await runProgram(requireProgram('dpkg-deb'), ['-x', join(work, file), unpacked], UNPACK_LIMIT_MS);
  return unpacked;
}

/**
 * The kernel itself, of 60 MB, out of the image that unpacks itself: an emulated machine takes three seconds for that. The
 * image as it is where that cannot be done.
 */
async function unpackBootImage(image: string, kernel: string): Promise<void> {
  const packed = packedKernel(readFileSync(image));
  if (packed !== null) {
    const wrapped = `${kernel}.deb`;
    writeFileSync(wrapped, asDebianPackage(packed));
    const args = ['-c', 'exec "$1" --fsys-tarfile "$2" >"$3"', 'rally', requireProgram('dpkg-deb'), wrapped, kernel];
    await runProgram(requireProgram('sh'), args, UNPACK_LIMIT_MS);
    rmSync(wrapped);
    if (statSync(kernel).size !== packed.lengthBytes)
      throw new RallyError('ERR_INTERNAL', `the kernel has ${statSync(kernel).size} bytes, not ${packed.lengthBytes}`);
  } else renameSync(image, kernel);
}

/** The package busybox brings one that needs the C library, and there is none where it is to run. */
function requireStaticBusybox(): string {
  const busybox = requireProgram('busybox');
  if (readFileSync(busybox).subarray(0, HEAD_BYTES).includes('/ld-linux'))
    throw new RallyError('ERR_PROGRAM_MISSING', `${busybox} is not linked statically`, {
      remedy: 'Install the one that is: apt-get install busybox-static',
    });
  return busybox;
}

async function buildInitramfs(unpacked: string): Promise<Uint8Array> {
  const busybox = requireStaticBusybox();
  // Where /usr is merged packages keep their modules there.
  const base = [unpacked, join(unpacked, 'usr')].find((folder) => existsSync(join(folder, 'lib/modules')));
  const [release] = base === undefined ? [] : readdirSync(join(base, 'lib/modules'));
  if (base === undefined || release === undefined)
    throw new RallyError('ERR_INTERNAL', 'the kernel package holds no modules');
  await runProgram(busybox, ['depmod', '-b', base, release], UNPACK_LIMIT_MS);
  const root = join(base, 'lib/modules', release);
  const order = loadOrder(parseDependencies(readFileSync(join(root, 'modules.dep'), 'utf8')), MODULES);
  const archive = cpioArchive([
    { path: 'init', bytes: Buffer.from(GUEST_INIT), executable: true },
    { path: 'bin/busybox', bytes: readFileSync(busybox), executable: true },
    {
      path: 'modules/order',
      bytes: Buffer.from(`${order.map((file) => basename(file)).join('\n')}\n`),
      executable: false,
    },
    ...order.map((file) => ({
      path: `modules/${basename(file)}`,
      bytes: readFileSync(join(root, file)),
      executable: false,
    })),
  ]);
  // As it is: an emulated machine takes longer to unpack it than to copy it.
  return archive;
}
