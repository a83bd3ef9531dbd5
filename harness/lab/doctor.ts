import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ERROR_CODES } from '#base/error-codes.js';
import type { RallyError } from '#base/error.js';
import type { Profile } from '#profile/schema.js';
import { probeControl } from './doctor-control.js';
import { probeRadio } from './doctor-radio.js';
import { asRallyError } from './failure.js';
import { requirePort } from './link/interface.js';
import { mayOpenPacketSockets } from './link/packet-socket.js';
import { loadLibc } from './link/libc.js';
import { mayMakeNamespaces, namespacesOff } from './place/namespaces.js';
import { runProgram } from './process.js';
import { findProgram, PROGRAM_PACKAGES, RADIO_PROGRAM_PACKAGES, requireProgram, type Program } from './programs.js';

/** One thing the tool needs on this machine. `remedy` where it is not as it should be. */
export interface Probe {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

const NODE_MAJOR = 20;
const TRY_LIMIT_MS = 5000;
/** A run with reports takes some 10 MB; less than this left is asking for trouble. */
const FREE_BYTES = 200 * 1024 * 1024;

/**
 * Look at everything a run on this machine needs and touch nothing. With a profile that names an Ethernet port, that
 * port is looked at too, and packet sockets must work outside the sandbox.
 *
 * @param outFolder where runs are to be written; it need not exist yet
 */
export async function probe(profile: Profile | null, outFolder = 'runs'): Promise<Probe[]> {
  const port = profile?.ixit.interface;
  const namespaces = await probeNamespaces();
  return [
    probeNode(),
    await probeNativeModule(),
    ...Object.entries(PROGRAM_PACKAGES).map(([program, debianPackage]) =>
      probeProgram(program as Program, debianPackage),
    ),
    namespaces,
    await probePacketSockets(port !== undefined, namespaces.ok),
    ...(port === undefined ? [] : [await probeInterface(port)]),
    ...(await probeRadioBench(profile)),
    ...probeControl(profile),
    probeDisk(outFolder),
  ];
}

/** What the radio bench needs besides: its programs, and the adapters, unless the virtual machine brings them. */
async function probeRadioBench(profile: Profile | null): Promise<Probe[]> {
  if (profile?.ixit.radio === undefined) return [];
  const programs = Object.entries(RADIO_PROGRAM_PACKAGES).map(([program, debianPackage]) =>
    probeProgram(program as Program, debianPackage),
  );
  return profile.ixit.dut === undefined ? [...programs, ...(await probeRadio(profile.ixit.radio))] : programs;
}

function probeNode(): Probe {
  const ok = Number.parseInt(process.versions.node, 10) >= NODE_MAJOR;
  const remedy = `Install Node.js ${NODE_MAJOR} or newer.`;
  return { name: 'node', ok, detail: process.version, ...(ok ? {} : { remedy }) };
}

async function probeNativeModule(): Promise<Probe> {
  return attempt('native module', 'koffi is loaded', async () => {
    await loadLibc();
  });
}

function probeProgram(program: Program, debianPackage: string): Probe {
  const file = findProgram(program);
  if (file !== null) return { name: program, ok: true, detail: file };
  const remedy =
    program === 'java'
      ? ERROR_CODES.ERR_JAVA_MISSING.remedy
      : `Run node harness/setup/setup.js, or: apt-get install ${debianPackage}`;
  return { name: program, ok: false, detail: `not installed (Debian package ${debianPackage})`, remedy };
}

/** Whether there can be a sandbox. */
export async function probeNamespaces(): Promise<Probe> {
  const asRoot = mayMakeNamespaces();
  const flags = asRoot ? '-nm' : '-Urnm';
  const works = asRoot ? 'as root' : 'as an ordinary user';
  return attempt('namespaces', `can be made ${works}`, async () => {
    const unshare = requireProgram('unshare');
    try {
      await runProgram(unshare, [flags, '--fork', '--pid', 'sh', '-c', 'mount -t tmpfs rally /run'], TRY_LIMIT_MS);
    } catch (error) {
      throw namespacesOff(asRallyError(error).message);
    }
  });
}

async function probePacketSockets(neededHere: boolean, sandboxWorks: boolean): Promise<Probe> {
  const here = await attempt('packet sockets', 'may be opened', mayOpenPacketSockets);
  if (here.ok || neededHere || !sandboxWorks) return here;
  return { name: here.name, ok: true, detail: 'may be opened in the sandbox' };
}

async function probeInterface(name: string): Promise<Probe> {
  return attempt(`interface ${name}`, 'an Ethernet port with carrier and without default route', async () => {
    await requirePort(name);
  });
}

function probeDisk(outFolder: string): Probe {
  const name = 'disk';
  const remedy = 'Free space, or name another folder with --out.';
  const folder = existingAncestor(resolve(outFolder));
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return { name, ok: false, detail: `${folder} is not writable`, remedy };
  }
  const { bavail, bsize } = statfsSync(folder);
  const ok = bavail * bsize >= FREE_BYTES;
  const detail = `${Math.floor((bavail * bsize) / 1024 / 1024)} MB free at ${folder}`;
  return { name, ok, detail, ...(ok ? {} : { remedy }) };
}

function existingAncestor(folder: string): string {
  try {
    accessSync(folder, constants.F_OK);
    return folder;
  } catch {
    const parent = dirname(folder);
    return parent === folder ? folder : existingAncestor(parent);
  }
}

/** Probe by trying: what `work` throws or returns instead is the finding. */
async function attempt(name: string, good: string, work: () => Promise<void>): Promise<Probe> {
  try {
    await work();
    return { name, ok: true, detail: good };
  } catch (error) {
    const { message, remedy }: RallyError = asRallyError(error);
    return { name, ok: false, detail: message, remedy };
  }
}
