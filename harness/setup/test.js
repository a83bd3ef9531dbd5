#!/usr/bin/env node
/**
 * `npm test`: set up, then every check and test of the project.
 *
 *   npm test [-- [lint|unit|peer ...] [--without <text in a file name>] [--yes]]
 *
 * Peer tests run one file after the other, each in its own process: they share the machine's daemons and two cores, and
 * a crash of one must not hide the rest. The last line is `N passed, N failed`.
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

/** @typedef {{passed: number, failed: number}} Counts */

/** @param {readonly string[]} args @param {Record<string, string>} [env] @returns {Promise<number>} exit status */
function runNode(args, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
}

/** Run one part, print its time and counts. @param {string} name @param {() => Counts | Promise<Counts>} part */
async function timed(name, part) {
  const start = performance.now();
  const counts = await part();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const failed = counts.failed > 0 ? `, ${counts.failed} FAILED` : '';
  console.log(`${name}: ${counts.passed} passed${failed} (${seconds} s)`);
  return counts;
}

/** @param {{name: string, args: string[]}} check @returns {Promise<Counts>} */
async function runCheck(check) {
  const ok = (await runNode(check.args)) === 0;
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

/** Peer tests start the compiled command line. @returns {Counts} */
function compile() {
  try {
    setUpBuild();
    return { passed: 1, failed: 0 };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.log(error.message);
    return { passed: 0, failed: 1 };
  }
}

/**
 * Run test files in one mocha process. A process that ends without counts, without a test, or with a status that
 * contradicts its counts is one failure more.
 * @param {readonly string[]} files @returns {Promise<Counts>}
 */
async function runMocha(files) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'rally-test-'));
  const summary = path.join(folder, 'summary.json');
  try {
    const status = await runNode([...MOCHA, ...files], { RALLY_SUMMARY: summary });
    const counts = existsSync(summary) ? JSON.parse(readFileSync(summary, 'utf8')) : { passed: 0, failed: 0 };
    if (counts.failed > 0 || (status === 0 && counts.passed > 0)) return counts;
    console.log(`mocha ended with status ${status} after ${counts.passed} tests: ${files.join(' ')}`);
    return { ...counts, failed: 1 };
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

const isPeer = (file) => /\.peer\.test\.[jt]s$/.test(file);

/** @param {readonly string[]} parts @param {readonly string[]} without @param {import('./needs.js').Need[]} missing */
async function runParts(parts, without, missing) {
  /** @type {Counts[]} */
  const all = [];
  if (parts.includes('lint')) for (const check of CHECKS) all.push(await timed(check.name, () => runCheck(check)));
  if (parts.includes('unit')) {
    all.push(await timed('unit tests', () => runMocha(testFiles((file) => !isPeer(file)))));
  }
  if (parts.includes('peer') && missing.length > 0) {
    const text = missingText(missing);
    all.push(await timed(`peer tests did not run. ${text}`, () => ({ passed: 0, failed: 1 })));
  } else if (parts.includes('peer')) {
    all.push(await timed('build', compile));
    for (const file of testFiles(isPeer)) {
      if (without.some((text) => file.includes(text))) console.log(`${file}: left out by --without`);
      else all.push(await timed(file, () => runMocha([file])));
    }
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
  console.log(`all parts: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
  return total('failed') > 0 || total('passed') === 0 ? EXIT_FAILED : 0;
});
