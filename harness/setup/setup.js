#!/usr/bin/env node
/**
 * Set-up: npm packages, the compiled tree and Debian packages for one of the two jobs. Plain JavaScript without
 * dependencies, because it runs before anything is installed. Silent when there is nothing to do.
 *
 *   node harness/setup/setup.js --for certify|test [--yes | --check]
 *   node harness/setup/setup.js --remove
 *
 * What stays inside the project's folder is installed without a question when nobody is there to ask; what changes the
 * system needs a yes: from the person at the terminal, by --yes, or by the variable CI.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { build, buildIsStale } from './build.js';
import {
  downloadBytes,
  installCommand,
  installDebianPackages,
  isDebian,
  removeDebianPackages,
} from './debian-packages.js';
import { readLedger, record, writeLedger } from './ledger.js';
import { hasLibraryFile, hasProgram, isClone, isMainModule, projectRoot, rootPrefix } from './machine.js';
import { NEEDS } from './needs.js';
import { installNpmPackages, npmDifference, npmPackageCount } from './npm-packages.js';

const EXIT_BROKEN = 3;
const EXIT_USAGE = 4;
const EXIT_ABORTED = 130;
const LOWEST_NODE = 20;

/** Set-up could not do its part: `exitCode` is what the command should end with. */
export class SetupError extends Error {
  /** @param {number} exitCode @param {string} message */
  constructor(exitCode, message) {
    super(message);
    this.name = 'SetupError';
    this.exitCode = exitCode;
  }
}

const say = (text) => process.stderr.write(`${text}\n`);
const unique = (values) => [...new Set(values)];

/** @typedef {import('./needs.js').Need} Need */
/** @param {readonly Need[]} needs */
const packagesOf = (needs) => unique(needs.map((need) => need.debian));

/** @typedef {{npm: string | null, missing: Need[], packages: string[]}} Plan npm: why it is needed */

/** @param {'certify' | 'test'} job @returns {Need[]} */
const missingFor = (job) => NEEDS[job].filter((need) => !isMet(need));

/** @param {Need} need */
const isMet = ({ program, file }) => (file === undefined ? hasProgram(program) : hasLibraryFile(file));

/** What is to be done for a job. @param {'certify' | 'test'} job @returns {Plan} */
function planFor(job, programs = true) {
  const missing = programs ? missingFor(job) : [];
  return { npm: isClone() ? npmDifference() : null, missing, packages: packagesOf(missing) };
}

/** @param {string} job @param {Plan} plan */
function describePlan(job, plan) {
  const lines = [`Set-up for ${job}:`];
  if (plan.npm !== null) {
    lines.push(`  npm     ${npmPackageCount()} packages of package-lock.json into node_modules (${plan.npm})`);
  }
  if (plan.packages.length > 0) {
    const bytes = isDebian() ? downloadBytes(plan.packages) : null;
    const size = bytes === null ? '' : ` (${Math.ceil(bytes / 1e6)} MB to fetch)`;
    lines.push(`  Debian  ${plan.packages.join(' ')}${size}`);
    for (const need of plan.missing) lines.push(`          ${need.program}: ${need.use}`);
  }
  return lines.join('\n');
}

/** May the system be changed? @param {{yes: boolean}} options @returns {Promise<boolean>} */
async function consent(options) {
  if (options.yes || isSet(process.env.CI)) return true;
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The end of input, or Ctrl-C, closes the terminal without an answer.
  const closed = new Promise((resolve) => terminal.once('close', () => resolve('')));
  const answer = await Promise.race([terminal.question('Go ahead? [y/N] '), closed]);
  terminal.close();
  if (/^y(es)?$/i.test(answer.trim())) return true;
  throw new SetupError(EXIT_ABORTED, 'Nothing was installed. (ERR_ABORTED)');
}

/** @param {string | undefined} value */
const isSet = (value) => value !== undefined && value !== '' && value !== '0' && value !== 'false';

function setUpNpm() {
  say('Installing npm packages ...');
  const done = installNpmPackages();
  if (!done.ok) throw new SetupError(EXIT_BROKEN, `${done.output}npm ci failed; its output is above. (ERR_SETUP)`);
  record({ folders: ['node_modules'] });
}

/**
 * @param {readonly Need[]} missing @param {readonly string[]} prefix words that make a command run as root
 */
function setUpDebian(missing, prefix) {
  const done = installed(packagesOf(missing), prefix);
  const needed = packagesOf(missing.filter((need) => !need.optional));
  // One package that cannot be had must not keep the others away.
  if (!done && needed.length > 0 && needed.length < packagesOf(missing).length) installed(needed, prefix);
}

/** @param {readonly string[]} packages @param {readonly string[]} prefix */
function installed(packages, prefix) {
  say(`Installing Debian packages: ${packages.join(' ')} ...`);
  const done = installDebianPackages(packages, prefix);
  if (done.added.length > 0) record({ debian: done.added });
  if (!done.ok) say(`${done.output}apt-get failed; its output is above. By hand:\n  ${installCommand(packages)}`);
  return done.ok;
}

/** Why Debian packages cannot be installed from here, or null. @param {readonly string[] | null} prefix */
function debianObstacle(prefix) {
  if (!isDebian()) return 'This is not a Debian system. What the programs are called in Debian:';
  return prefix === null ? 'This user may not install Debian packages. Have them installed with:' : null;
}

/** Compile the sources if dist/ is older than they are. Throws {@link SetupError} with the compiler's output. */
export function setUpBuild() {
  if (!isClone() || !buildIsStale()) return;
  const done = build();
  if (!done.ok) throw new SetupError(EXIT_BROKEN, `${done.output}The sources do not compile. (ERR_SETUP)`);
  record({ folders: ['dist'] });
}

/**
 * Install what a job needs, as far as that is possible and allowed.
 * @param {'certify' | 'test'} job @param {{yes?: boolean, programs?: boolean}} [options] programs: false leaves the
 *   system alone and looks after the project's folder only
 * @returns {Promise<Need[]>} programs that are still missing
 */
export async function setUp(job, options = {}) {
  const plan = planFor(job, options.programs);
  if (plan.npm === null && plan.packages.length === 0) return missingFor(job);
  say(describePlan(job, plan));
  const prefix = plan.packages.length > 0 ? rootPrefix() : null;
  const obstacle = plan.packages.length > 0 ? debianObstacle(prefix) : null;
  const installs = plan.packages.length > 0 && obstacle === null;
  const allowed = plan.npm !== null || installs ? await consent({ yes: options.yes === true }) : false;
  if (plan.npm !== null) setUpNpm();
  if (installs && allowed) setUpDebian(plan.missing, prefix);
  else if (plan.packages.length > 0) {
    const reason =
      obstacle ?? 'Nobody is there to ask, so no Debian package is installed. Add --yes or set CI, or run:';
    say(`${reason}\n  ${installCommand(plan.packages)}`);
  }
  return missingFor(job);
}

/** One line for programs that are missing, with the code the command line uses. @param {readonly Need[]} missing */
export function missingText(missing) {
  const programs = unique(missing.map((need) => need.program)).join(', ');
  return `Missing: ${programs}. Install them with: ${installCommand(unique(missing.map((need) => need.debian)))} (ERR_PROGRAM_MISSING)`;
}

/** Say what set-up would do. @param {'certify' | 'test'} job @returns {number} exit code: 0 nothing to do */
function check(job) {
  const plan = planFor(job);
  const stale = isClone() && (plan.npm !== null || buildIsStale());
  if (plan.npm === null && plan.packages.length === 0 && !stale) {
    console.log(`Everything for ${job} is there.`);
    return 0;
  }
  console.log(describePlan(job, plan));
  if (stale) console.log('  dist    is to be compiled');
  return EXIT_BROKEN;
}

/** Take away what set-up recorded. @returns {number} exit code */
function remove() {
  const ledger = readLedger();
  for (const folder of ledger.folders) rmSync(path.join(projectRoot, folder), { recursive: true, force: true });
  if (ledger.folders.length > 0) console.log(`Removed ${ledger.folders.join(', ')}.`);
  writeLedger({ ...ledger, folders: [] });
  if (ledger.debian.length === 0) {
    if (ledger.folders.length === 0) console.log('Set-up has installed nothing here.');
    return 0;
  }
  const prefix = rootPrefix();
  const done =
    prefix === null
      ? { ok: false, output: 'This user may not remove Debian packages.\n' }
      : removeDebianPackages(ledger.debian, prefix);
  if (!done.ok) {
    say(`${done.output}The Debian packages stay. By hand:\n  sudo apt-get purge ${ledger.debian.join(' ')}`);
    return EXIT_BROKEN;
  }
  writeLedger({ version: 1, debian: [], folders: [] });
  console.log(`Removed ${ledger.debian.length} Debian packages.`);
  return 0;
}

/** Refuse a Node that is too old, before anything else fails in a stranger way. */
export function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < LOWEST_NODE) {
    throw new SetupError(
      EXIT_BROKEN,
      `Node ${LOWEST_NODE} or newer is needed; this is ${process.version}. (ERR_SETUP)`,
    );
  }
}

/** @param {readonly string[]} args @returns {Promise<number>} exit code */
async function main(args) {
  const usage = 'Usage: setup.js --for certify|test [--yes | --check], or setup.js --remove (ERR_USAGE)';
  const rest = [...args];
  const take = (word) => {
    const at = rest.indexOf(word);
    return at >= 0 && rest.splice(at, 1).length === 1;
  };
  const [yes, onlyCheck, removing] = [take('--yes'), take('--check'), take('--remove')];
  const job = take('--for') ? rest.shift() : undefined;
  const valid = rest.length === 0 && (removing ? job === undefined : job === 'certify' || job === 'test');
  if (!valid || (yes && onlyCheck)) throw new SetupError(EXIT_USAGE, usage);
  requireNode();
  if (removing) return remove();
  if (onlyCheck) return check(job);
  const missing = await setUp(job, { yes });
  setUpBuild();
  if (missing.every((need) => need.optional)) return 0;
  say(missingText(missing.filter((need) => !need.optional)));
  return EXIT_BROKEN;
}

/** Run a command's main function and turn a {@link SetupError} into its text and exit code. */
export async function runMain(command) {
  try {
    process.exitCode = await command(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = error.exitCode;
  }
}

if (isMainModule(import.meta.url)) await runMain(main);
