/** Looking at the machine and running its programs; nothing here changes it. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder that holds package.json. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** An ordinary user's PATH often lacks the folders of system programs. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Is there an executable of this name on PATH or in a folder for system programs? @param {string} program */
export function hasProgram(program) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...SYSTEM_FOLDERS];
  return folders.some((folder) => {
    if (folder === '') return false;
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Run a program to its end with its output kept back.
 * @param {string} program @param {readonly string[]} args @param {Record<string, string>} [env] added to ours
 * @returns {{ok: boolean, status: number | null, stdout: string, output: string}} output is stdout and stderr together
 */
export function runQuietly(program, args, env = {}) {
  const done = spawnSync(program, args, {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const failure = done.error ? `${done.error.message}\n` : '';
  const stdout = done.stdout ?? '';
  return { ok: done.status === 0, status: done.status, stdout, output: `${stdout}${done.stderr ?? ''}${failure}` };
}

/** Words to put before a command that needs root: none as root, `sudo -n` where that works, else null. */
export function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return hasProgram('sudo') && runQuietly('sudo', ['-n', 'true']).ok ? ['sudo', '-n'] : null;
}

/** Is this file below one of the folders of libraries, e.g. that of an architecture? @param {string} file */
export function hasLibraryFile(file) {
  return readdirSync('/usr/lib').some((folder) => existsSync(path.join('/usr/lib', folder, file)));
}

/** Is this a clone with sources, not an installed package? */
export function isClone() {
  return existsSync(path.join(projectRoot, 'package-lock.json')) && existsSync(path.join(projectRoot, 'tsconfig.json'));
}

/** Is the module with this address the program that Node was started with? @param {string} moduleUrl */
export function isMainModule(moduleUrl) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(moduleUrl);
}
