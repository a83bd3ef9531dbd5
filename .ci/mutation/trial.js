/**
 * One process that tries mutants, one after the other, on request of its parent (in-process.js). Each is tried on freshly
 * loaded modules; the first test that fails ends its trial.
 *
 * Messages in: `{kind: 'prepare', root, mutated, tests}`, then `{kind: 'try', id, hints}`. Out:
 * `{kind: 'ready', failed, durationMs}` (`failed`: the test that fails without any mutant, else null), then
 * `{kind: 'tried', status, killer}` for each.
 */
import { Worker } from 'node:worker_threads';
import Mocha from 'mocha';
import { Modules } from './modules.js';

// A test that is slow on a busy machine notices nothing: only the parent, which ends this process, knows a time limit.
Mocha.Runnable.prototype.timeout = function timeout(ms) {
  return ms === undefined ? 0 : this;
};

/** What Stryker's instrumented code looks at and counts in. */
const switchboard = (globalThis.__stryker__ = {
  activeMutant: undefined,
  currentTestId: undefined,
  mutantCoverage: undefined,
  isCounting: false,
  hitCount: 0,
  hitLimit: Infinity,
});

class Silent {}

/** @param {Modules} modules @param {readonly string[]} files of tests @returns {Mocha} with their tests, newly loaded */
function freshTests(modules, files) {
  const mocha = new Mocha({ ui: 'bdd', bail: true, timeout: 0, reporter: Silent });
  mocha.cleanReferencesAfterRun(false);
  const load = modules.freshLoad();
  for (const file of files) {
    mocha.suite.emit('pre-require', globalThis, file, mocha);
    load(file);
  }
  return mocha;
}

/** @param {Mocha.Suite} suite @param {(title: string) => boolean} isWanted @returns {() => void} brings back the others */
function keepOnly(suite, isWanted) {
  const { tests } = suite;
  suite.tests = tests.filter((test) => isWanted(test.fullTitle()));
  const inside = suite.suites.map((each) => keepOnly(each, isWanted));
  return () => {
    suite.tests = tests;
    for (const bringBack of inside) bringBack();
  };
}

/**
 * @param {Mocha} mocha @param {(title: string) => boolean} isWanted
 * @returns {Promise<string | null>} title of the test that failed
 */
function failing(mocha, isWanted) {
  const bringBack = keepOnly(mocha.suite, isWanted);
  return new Promise((resolve) => {
    let failed = null;
    const runner = mocha.run(() => {
      runner.dispose();
      bringBack();
      resolve(failed);
    });
    runner.on('fail', (test) => (failed ??= test.fullTitle()));
  });
}

/** Code that runs so many times as often by its mutant as by all tests without it is in a loop that never ends. */
const HIT_FACTOR = 100;

/** After so many tests that a mutant makes endless no other is asked. */
const MOST_ENDLESS = 10;

let modules;
let files;
/** How often the tests together run the code of a mutant, by its id. @type {Map<string, number>} */
const hitsOf = new Map();
/** Tests that run the code of a mutant, by its id. @type {Map<string, Set<string>>} */
const testsOf = new Map();
/** Mutants whose code runs when a module is loaded: any test may notice them. @type {Set<string>} */
const statics = new Set();

async function prepare({ root, mutated, tests }) {
  modules = new Modules(root, mutated);
  files = tests;
  await modules.prepare(tests);
  switchboard.isCounting = true;
  const statically = (switchboard.mutantCoverage = { static: {}, perTest: {} });
  switchboard.currentTestId = undefined;
  const titles = new Set(titlesIn(freshTests(modules, files).suite));
  for (const id of Object.keys(statically.static)) statics.add(id);
  count(statically.static);
  // What a module remembers of one test would hide from the next what that one runs: each has modules of its own.
  for (const title of titles) {
    const { perTest } = (switchboard.mutantCoverage = { static: {}, perTest: {} });
    switchboard.currentTestId = undefined;
    const mocha = freshTests(modules, files);
    switchboard.currentTestId = title;
    await failing(mocha, (each) => each === title);
    const hits = perTest[title] ?? {};
    for (const id of Object.keys(hits)) testsOf.set(id, (testsOf.get(id) ?? new Set()).add(title));
    count(hits);
  }
  switchboard.isCounting = false;
  switchboard.mutantCoverage = undefined;
  const began = Date.now();
  const failed = await failing(freshTests(modules, files), () => true);
  process.send({ kind: 'ready', failed, durationMs: Date.now() - began });
}

/** @param {Mocha.Suite} suite @returns {string[]} */
function titlesIn({ tests, suites }) {
  return [...tests.map((test) => test.fullTitle()), ...suites.flatMap(titlesIn)];
}

/** @param {Readonly<Record<string, number>>} counts */
function count(counts) {
  for (const [id, hits] of Object.entries(counts)) hitsOf.set(id, (hitsOf.get(id) ?? 0) + hits);
}

/** @param {{id: string | null, hints: readonly string[]}} request */
async function attempt({ id, hints }) {
  const covering = testsOf.get(id);
  if (id !== null && !statics.has(id) && covering === undefined) return { status: 'NoCoverage' };
  const isWanted = id === null || statics.has(id) ? () => true : (title) => covering.has(title);
  switchboard.activeMutant = id ?? undefined;
  switchboard.hitLimit = HIT_FACTOR * (hitsOf.get(id) ?? 0);
  const endless = new Set();
  while (endless.size < MOST_ENDLESS) {
    switchboard.hitCount = 0;
    const answer = await outcome((title) => isWanted(title) && !endless.has(title), hints);
    if (switchboard.hitCount <= switchboard.hitLimit)
      return answer.status === 'Survived' && endless.size > 0 ? { status: 'Timeout' } : answer;
    // Past the limit the mutant throws: a test may well have failed by that, but nothing was asserted. Another one may.
    if (answer.killer === undefined) break;
    endless.add(answer.killer);
  }
  return { status: 'Timeout' };
}

/** @param {(title: string) => boolean} isWanted @param {readonly string[]} hints titles to begin with */
async function outcome(isWanted, hints) {
  try {
    const mocha = freshTests(modules, files);
    const likely = hints.filter(isWanted);
    const early = likely.length === 0 ? null : await failing(mocha, (title) => likely.includes(title));
    const killer = early ?? (await failing(mocha, (title) => isWanted(title) && !likely.includes(title)));
    return killer === null ? { status: 'Survived' } : { status: 'Killed', killer };
  } catch {
    return { status: 'RuntimeError' };
  }
}

// Without the parent nobody is there who would end a loop that never ends, in which no message arrives either.
const WATCH = `const parent = process.ppid;
setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000);`;
new Worker(WATCH, { eval: true, execArgv: [] }).unref();
process.on('disconnect', () => process.exit());

process.on('message', async (message) => {
  if (message.kind === 'prepare') await prepare(message);
  else process.send({ kind: 'tried', ...(await attempt(message)) });
});
