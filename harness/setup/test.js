#!/usr/bin/env node
/**
 * `npm test`: set up, then every check and test of the project.
 *
 *   npm test [-- [lint|unit|peer ...] [--without <text in a file name>] [--yes]]
 *
 * Peer tests run one file after the other, each in its own process: they share the machine's daemons and two cores, and
 * a crash of one must not hide the rest. Those whose work is done inside a virtual machine of one processor share
 * nothing, spend nearly half of their time waiting as the protocol demands, and go three at a time, the longest first.
 * What failed is named again at the end; the last line is `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from './machine.js';
import { missingText, requireNode, runMain, SetupError, setUp, setUpBuild } from './setup.js';

const EXIT_FAILED = 1;
const EXIT_USAGE = 4;
const PARTS = ['lint', 'unit', 'peer'];
const TEST_FOLDERS = ['.ci', 'harness', 'suites', 'reports'];
const MOCHA = [
  '--conditions=source',
  '--import',
  'tsx',
  'node_modules/mocha/bin/mocha.js',
  ...['--config', '.ci/unit.mocharc.json', '--reporter', '.ci/summary-reporter.cjs'],
];
const CHECKS = [
  { name: 'eslint', args: ['node_modules/eslint/bin/eslint.js', '.'] },
  { name: 'import ladder without stale rows', args: ['.ci/lint/stale-rows.js'] },
  { name: 'prettier', args: ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'] },
  { name: 'tsc', args: ['node_modules/typescript/bin/tsc', '--noEmit'] },
];

/**
 * Files whose work is done inside a virtual machine of their own, or for minutes in private namespaces, and how many of them
 * go side by side. `radio.peer.test.ts` is none of them: it asks for every verdict, those on times included, which a bench
 * that has to wait for its processor leaves open.
 */
const APART = /(^|\/)(radio-|vm|wired-campaign)[^/]*\.peer\.test\.ts$/;
const LANES = 3;
/** Those that take longest, in this order; what is left of a lane at the end is then short. */
const LONGEST = [
  ...['radio-campaign', 'radio-bad-input', 'radio-kills', 'wired-campaign', 'vm-variants', 'vm.peer'],
  ...['radio-others', 'radio-many'],
];

/** @typedef {{passed: number, failed: number, failures: string[]}} Counts `failures` names each that failed */
/** @typedef {(text: string) => void} Write where output goes */

/** @type {Write} */
const toScreen = (text) => process.stdout.write(text);

/** @param {readonly string[]} args @param {Write} write @param {Record<string, string>} [env] @returns {Promise<number>} exit status */
function runNode(args, write, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', write);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
}

/**
 * Run one part, print its time and counts.
 * @param {string} name @param {(write: Write) => Counts | Promise<Counts>} part @param {Write} [write]
 */
async function timed(name, part, write = toScreen) {
  const start = performance.now();
  const counts = await part(write);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const failed = counts.failed > 0 ? `, ${counts.failed} FAILED` : '';
  write(`${name}: ${counts.passed} passed${failed} (${seconds} s)\n`);
  return { ...counts, failures: counts.failures.map((failure) => `${name}: ${failure}`) };
}

/**
 * Run files side by side, each as soon as a lane is free; what a file says is printed when it is through.
 * @param {readonly string[]} files @returns {Promise<Counts[]>}
 */
async function runInLanes(files) {
  const waiting = [...files];
  /** @type {Counts[]} */
  const all = [];
  const lane = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      let said = '';
      const name = file;
      all.push(
        await timed(
          name,
          (write) => runMocha([name], write),
          (text) => (said += text),
        ),
      );
      toScreen(said);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return all;
}

/** @param {string} failure what went wrong, or nothing @returns {Counts} of one check */
function one(failure = '') {
  return failure === '' ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [failure] };
}

/** @param {{name: string, args: string[]}} check @param {Write} write @returns {Promise<Counts>} */
async function runCheck(check, write) {
  return one((await runNode(check.args, write)) === 0 ? '' : 'it found something to repair');
}

/** Peer tests start the compiled command line. @param {Write} write @returns {Counts} */
function compile(write) {
  try {
    setUpBuild();
    return one();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    write(`${error.message}\n`);
    return one(error.message);
  }
}

/**
 * Run test files in one mocha process. A process that ends without counts, without a test, or with a status that
 * contradicts its counts is one failure more.
 * @param {readonly string[]} files @param {Write} write @returns {Promise<Counts>}
 */
async function runMocha(files, write) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rally-test-'));
  const summary = path.join(folder, 'summary.json');
  try {
    const status = await runNode([...MOCHA, ...files], write, { RALLY_SUMMARY: summary });
    const nothing = { passed: 0, failed: 0, failures: [] };
    const counts = existsSync(summary) ? JSON.parse(readFileSync(summary, 'utf8')) : nothing;
    if (counts.failed > 0 || (status === 0 && counts.passed > 0)) return counts;
    const failure = `mocha ended with status ${status} after ${counts.passed} tests`;
    write(`${failure}: ${files.join(' ')}\n`);
    return { ...counts, failed: 1, failures: [failure] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Test files below the project, sorted. @param {(file: string) => boolean} wanted */
function testFiles(wanted) {
  return TEST_FOLDERS.flatMap((folder) =>
    readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.join(folder, file),
    ),
  )
    .filter((file) => /\.test\.[jt]s$/.test(file) && wanted(file))
    .sort();
}

/** @param {readonly string[]} files */
function longestFirst(files) {
  const long = LONGEST.flatMap((part) => files.filter((file) => file.includes(part)));
  return [...new Set([...long, ...files])];
}

const isPeer = (file) => /\.peer\.test\.[jt]s$/.test(file);

/** @param {readonly string[]} parts @param {readonly string[]} without @param {import('./needs.js').Need[]} missing */
async function runParts(parts, without, missing) {
  /** @type {Counts[]} */
  const all = [];
  if (parts.includes('lint'))
    for (const check of CHECKS) all.push(await timed(check.name, (write) => runCheck(check, write)));
  if (parts.includes('unit')) {
    all.push(
      await timed('unit tests', (write) =>
        runMocha(
          testFiles((file) => !isPeer(file)),
          write,
        ),
      ),
    );
  }
  if (parts.includes('peer') && missing.length > 0) {
    all.push(await timed('peer tests did not run', () => one(missingText(missing))));
  } else if (parts.includes('peer')) {
    all.push(await timed('build', compile));
    const isLeftOut = (file) => without.some((text) => file.includes(text));
    const files = testFiles(isPeer);
    for (const file of files.filter(isLeftOut)) console.log(`${file}: left out by --without`);
    const wanted = files.filter((file) => !isLeftOut(file));
    for (const file of wanted.filter((each) => !APART.test(each))) {
      all.push(await timed(file, (write) => runMocha([file], write)));
    }
    all.push(...(await runInLanes(longestFirst(wanted.filter((file) => APART.test(file))))));
  }
  return all;
}

/** @param {readonly string[]} args */
function parse(args) {
  const parts = [];
  const without = [];
  let yes = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    const value = args[at + 1];
    if (PARTS.includes(arg)) parts.push(arg);
    else if (arg === '--yes') yes = true;
    else if (arg === '--without' && value !== undefined) {
      without.push(value);
      at++;
    } else
      throw new SetupError(
        EXIT_USAGE,
        `npm test does not know "${arg}"; its parts are ${PARTS.join(', ')}. (ERR_USAGE)`,
      );
  }
  return { parts: parts.length > 0 ? parts : PARTS, without, yes };
}

await runMain(async (args) => {
  const { parts, without, yes } = parse(args);
  requireNode();
  const start = performance.now();
  const missing = await setUp('test', { yes, programs: parts.includes('peer') });
  const counts = await runParts(parts, without, missing);
  const total = (key) => counts.reduce((sum, each) => sum + each[key], 0);
  for (const failure of counts.flatMap(({ failures }) => failures)) console.log(`FAILED  ${failure}`);
  console.log(`all parts: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
  return total('failed') > 0 || total('passed') === 0 ? EXIT_FAILED : 0;
});
