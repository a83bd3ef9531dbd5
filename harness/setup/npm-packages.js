/** npm packages: whether node_modules is what package-lock.json says, and how to make it so. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot, runQuietly } from './machine.js';

/**
 * Why an installed tree is not what the lock file asks for, or null when it is.
 * @param {{packages: Record<string, {version?: string, integrity?: string, optional?: boolean, link?: boolean}>}} lock
 * @param {{packages: Record<string, {version?: string, integrity?: string}>} | null} installed npm's own record in
 *   node_modules, null when there is none
 * @param {(folder: string) => boolean} folderExists takes a key such as `node_modules/chai`
 */
export function differenceFromLock(lock, installed, folderExists) {
  if (installed === null) return 'nothing is installed';
  for (const [folder, wanted] of Object.entries(lock.packages)) {
    if (folder === '' || wanted.link) continue;
    const found = installed.packages[folder];
    if (found === undefined) {
      // npm leaves out optional packages for other systems.
      if (!wanted.optional) return `${folder} is missing`;
    } else if (found.version !== wanted.version || found.integrity !== wanted.integrity) {
      return `${folder} is ${found.version}, not ${wanted.version}`;
    } else if (!folderExists(folder)) return `${folder} was deleted`;
  }
  const surplus = Object.keys(installed.packages).find((folder) => !(folder in lock.packages));
  return surplus === undefined ? null : `${surplus} is not in the lock file`;
}

/** @param {string} file */
function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Why `npm ci` is needed, or null. Throws when the lock file itself cannot be read. */
export function npmDifference() {
  const lock = readJson(path.join(projectRoot, 'package-lock.json'));
  const installed = readJson(path.join(projectRoot, 'node_modules', '.package-lock.json'));
  return differenceFromLock(lock, installed, (folder) => existsSync(path.join(projectRoot, folder)));
}

/** Number of packages the lock file names. */
export function npmPackageCount() {
  return Object.keys(readJson(path.join(projectRoot, 'package-lock.json')).packages).length - 1;
}

/** Install exactly the lock file. @returns {{ok: boolean, output: string}} */
export function installNpmPackages() {
  return runQuietly('npm', ['ci', '--no-audit', '--no-fund']);
}
