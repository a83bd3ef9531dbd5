/** Debian packages by apt-get: what they weigh, installing, and removing exactly what was installed. */
import { existsSync, readdirSync } from 'node:fs';
import { hasProgram, runQuietly } from './machine.js';

const ENV = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
const LISTS = '/var/lib/apt/lists';
const INSTALL = ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];

/** Does this machine have apt-get at all? */
export function isDebian() {
  return hasProgram('apt-get') && hasProgram('dpkg-query');
}

/** Command a person would type. @param {readonly string[]} packages */
export function installCommand(packages) {
  return `sudo apt-get install --no-install-recommends ${packages.join(' ')}`;
}

/** Bytes apt would fetch for these packages, or null when it cannot say. @param {readonly string[]} packages */
export function downloadBytes(packages) {
  const asked = runQuietly('apt-get', ['install', '--print-uris', '-qq', '--no-install-recommends', ...packages], ENV);
  if (!asked.ok) return null;
  return asked.stdout.split('\n').reduce((sum, line) => sum + Number(/^'.*' \S+ (\d+) /.exec(line)?.[1] ?? 0), 0);
}

function installedPackages() {
  const asked = runQuietly('dpkg-query', ['-W', '-f', '${db:Status-Abbrev} ${binary:Package}\n'], ENV);
  return new Set(
    asked.stdout
      .split('\n')
      .filter((line) => line.startsWith('ii'))
      .map((line) => line.slice(3).trim()),
  );
}

function hasPackageLists() {
  return (
    existsSync(LISTS) && readdirSync(LISTS).some((name) => name.endsWith('_Packages') || name.includes('_Packages.'))
  );
}

/** @param {readonly string[]} prefix @param {readonly string[]} args */
function aptGet(prefix, args) {
  // sudo drops the environment, so the settings travel as arguments of env.
  const settings = Object.entries(ENV).map(([name, value]) => `${name}=${value}`);
  const [program, ...rest] = [...prefix, 'env', ...settings, 'apt-get', ...args];
  return runQuietly(program, rest);
}

/**
 * Install packages, refreshing apt's lists first when there are none or when they turn out to be old.
 * @param {readonly string[]} packages @param {readonly string[]} prefix words that make a command run as root
 * @returns {{ok: boolean, output: string, added: string[]}} added: every package that was not there before, sorted
 */
export function installDebianPackages(packages, prefix) {
  const before = installedPackages();
  if (!hasPackageLists()) aptGet(prefix, ['update']);
  let done = aptGet(prefix, [...INSTALL, ...packages]);
  if (!done.ok) {
    const refreshed = aptGet(prefix, ['update']);
    done = refreshed.ok ? aptGet(prefix, [...INSTALL, ...packages]) : refreshed;
  }
  const added = [...installedPackages()].filter((name) => !before.has(name)).sort();
  return { ok: done.ok, output: done.output, added };
}

/**
 * Purge packages, but only if apt would take nothing else with them.
 * @param {readonly string[]} packages @param {readonly string[]} prefix
 * @returns {{ok: boolean, output: string}}
 */
export function removeDebianPackages(packages, prefix) {
  const here = installedPackages();
  const ours = packages.filter((name) => here.has(name));
  if (ours.length === 0) return { ok: true, output: '' };
  const rehearsal = runQuietly('apt-get', ['purge', '-s', '-q', ...ours], ENV);
  const bare = new Set(ours.map((name) => name.replace(/:.*$/, '')));
  const others = [...rehearsal.stdout.matchAll(/^(?:Purg|Remv) (\S+)/gm)]
    .map((match) => match[1].replace(/:.*$/, ''))
    .filter((name) => !bare.has(name));
  if (!rehearsal.ok || others.length > 0) {
    const reason = others.length > 0 ? `these need them now: ${others.join(' ')}\n` : rehearsal.output;
    return { ok: false, output: reason };
  }
  return aptGet(prefix, ['purge', '-y', '-q', '-o', 'DPkg::Lock::Timeout=300', ...ours]);
}
