#!/usr/bin/env node
/**
 * `npm run certify`: set up, then the main job with the reference device, or with the profile given after `--`.
 * Takes --yes for set-up; everything else goes to `rally-conformance run`.
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { isMainModule, projectRoot } from './machine.js';
import { missingText, requireNode, runMain, SetupError, setUp, setUpBuild } from './setup.js';

const EXIT_BROKEN = 3;
const PARENT_CHECK_MS = 250;
/** What the run is given unless the caller gives it, under the long or the short name. */
const DEFAULTS = [
  { names: ['--profile', '-p'], value: 'fixtures/profiles/reference-none.yaml' },
  { names: ['--bench'], value: 'wired' },
  { names: ['--out', '-o'], value: 'reports/out/certify' },
];
const ABOUT_REFERENCE =
  "This run tests the suite's own reference device: it says nothing about any product (npm run certify -- --profile my.yaml for yours).";

/** @param {readonly string[]} args @param {readonly string[]} names of one option */
const given = (args, names) => args.some((arg) => names.some((name) => arg === name || arg.startsWith(`${name}=`)));

/** Options of the run: ours first, without those the caller gave. @param {readonly string[]} args */
export function runArguments(args) {
  // A reference device brings its own profile.
  const wanted = given(args, ['--device']) ? DEFAULTS.slice(1) : DEFAULTS;
  const ours = wanted.filter(({ names }) => !given(args, names)).flatMap(({ names, value }) => [names[0], value]);
  return ['run', ...ours, ...args];
}

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
  if (!given(rest, DEFAULTS[0].names)) {
    const stream = rest.includes('--json') ? process.stderr : process.stdout;
    stream.write(`${ABOUT_REFERENCE}\n`);
  }
  requireNode();
  const missing = (await setUp('certify', { yes })).filter((need) => !need.optional);
  if (missing.length > 0) throw new SetupError(EXIT_BROKEN, missingText(missing));
  setUpBuild();
  return runCommandLine(runArguments(rest));
}

if (isMainModule(import.meta.url)) await runMain(certify);
