#!/usr/bin/env node
/**
 * `npm run certify`: set up, then the main job with the reference device, or with the profile given after `--`.
 * Takes --yes for set-up; everything else goes to `rally-conformance run`.
 */
import { spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { isMainModule, projectRoot } from './machine.js';
import { missingText, requireNode, runMain, SetupError, setUp, setUpBuild } from './setup.js';

const EXIT_BROKEN = 3;
const PARENT_CHECK_MS = 250;
/**
 * What the run is given unless the caller gives it, under the long or the short name: by the place it is in.
 * @typedef {'vm' | 'sandbox' | 'here'} Place
 * @type {Readonly<Record<Place, readonly {names: string[], value: string}[]>>}
 */
const DEFAULTS = {
  vm: [
    { names: ['--profile', '-p'], value: 'fixtures/profiles/radio-reference-dpws.yaml' },
    { names: ['--bench'], value: 'radio' },
  ],
  sandbox: [
    { names: ['--profile', '-p'], value: 'fixtures/profiles/reference-none.yaml' },
    { names: ['--bench'], value: 'wired' },
  ],
  here: [
    { names: ['--bench'], value: 'loopback' },
    { names: ['--device'], value: 'sensor' },
  ],
};
const OUT = { names: ['--out', '-o'], value: 'reports/out/certify' };
/** Who says one of these has decided where the run is to be. */
const DECIDING = ['--profile', '-p', '--bench', '--device', '--place'];
const ABOUT_REFERENCE =
  "This run tests the suite's own reference device: it says nothing about any product (npm run certify -- --profile my.yaml for yours).";

/** @param {readonly string[]} args @param {readonly string[]} names of one option */
const given = (args, names) => args.some((arg) => names.some((name) => arg === name || arg.startsWith(`${name}=`)));

/** Options of the run: ours first, without those the caller gave. @param {readonly string[]} args @param {Place} place */
export function runArguments(args, place) {
  // A reference device brings its own profile.
  const wanted = [...DEFAULTS[place], OUT].filter(
    ({ names }) => !(names.includes('--profile') && given(args, ['--device'])),
  );
  const ours = wanted.filter(({ names }) => !given(args, names)).flatMap(({ names, value }) => [names[0], value]);
  return ['run', ...ours, ...args];
}

/**
 * Where the reference device is tested: over simulated air in the virtual machine, else by wire in the sandbox, else in
 * this process; what is in the way of the better ones is said.
 * @param {(text: string) => void} tell @returns {Place}
 */
function choosePlace(tell) {
  const program = path.join(projectRoot, 'dist', 'harness', 'cli', 'best-place.js');
  const asked = spawnSync(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  if (asked.status !== 0) throw new SetupError(EXIT_BROKEN, 'No place for the run was found. (ERR_SETUP)');
  const { place, why } = JSON.parse(asked.stdout);
  tell(placeLine(place, why));
  return place;
}

/** What is said of the place. @param {Place} place @param {{vm?: string, sandbox?: string}} why not the better ones */
export function placeLine(place, why) {
  if (place === 'vm') return 'Over simulated air, in a virtual machine: push button, then PIN.';
  const noVm = `no virtual machine (${why.vm})`;
  return place === 'sandbox'
    ? `By wire, in private namespaces: ${noVm}.`
    : `In this process alone: ${noVm}, no private namespaces (${why.sandbox}).`;
}

/** Where a run is to be whose caller has decided something of it. @param {readonly string[]} args @returns {Place} */
const decidedPlace = (args) => (/--bench[ =]radio( |$)/.test(args.join(' ')) ? 'vm' : 'sandbox');

/**
 * Run the command line and wait. It must not outlive the command that a person or a CI job ends: the kernel ends it with
 * us, and we end it with npm. No event tells of a parent's death, so that one is looked for.
 * @returns {Promise<number>} its exit code
 */
function runCommandLine(args) {
  const main = path.join(projectRoot, 'dist', 'harness', 'cli', 'main.js');
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', process.execPath, main, ...args], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    // Nobody is there to read a summary; what was recorded is on the disk and can be judged later.
    child.kill('SIGKILL');
  }, PARENT_CHECK_MS);
  // The terminal sends Ctrl-C to the child too; its exit code is waited for.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearInterval(watch);
      resolve(status ?? 128 + os.constants.signals[signal]);
    });
  });
}

/** @param {readonly string[]} args @returns {Promise<number>} exit code */
async function certify(args) {
  const yes = args.includes('--yes');
  const rest = args.filter((arg) => arg !== '--yes');
  const stream = rest.includes('--json') ? process.stderr : process.stdout;
  const tell = (text) => stream.write(`${text}\n`);
  if (!given(rest, ['--profile', '-p'])) tell(ABOUT_REFERENCE);
  requireNode();
  const missing = (await setUp('certify', { yes })).filter((need) => !need.optional);
  if (missing.length > 0) throw new SetupError(EXIT_BROKEN, missingText(missing));
  setUpBuild();
  const place = given(rest, DECIDING) ? decidedPlace(rest) : choosePlace(tell);
  return runCommandLine(runArguments(rest, place));
}

if (isMainModule(import.meta.url)) await runMain(certify);
