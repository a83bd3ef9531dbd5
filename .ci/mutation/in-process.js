/**
 * Tries mutants in one process instead of one for each static mutant: Stryker's instrumenter makes the changes, and
 * trial.js loads the rules anew and runs the tests for each. What it finds out has the form of Stryker's own report.
 */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Instrumenter } from '@stryker-mutator/instrumenter';

const TRIAL = fileURLToPath(new URL('trial.js', import.meta.url));
const NODE_ARGS = ['--conditions=source', '--import', 'tsx'];
/** Time a mutant has: so many times what all tests take without one, and as much besides as the plan says. */
const TIMEOUT_FACTOR = 3;
const TIMEOUT_MS = 30_000;
const PREPARE_MS = 600_000;
/** Tests that noticed the last changes are asked first. */
const HINTS = 3;
/** So often the unchanged program is tried again: tests must still pass in this process. */
const CHECK_EVERY = 200;

const quiet = () => {};
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet, isDebugEnabled: () => false };

/** @typedef {{id: string, fileName: string, mutatorName: string, replacement: string, location: any}} Change */

/**
 * @param {string} root absolute @param {readonly string[]} names files to change, relative to it
 * @returns {Promise<{mutated: Record<string, string>, mutants: Change[]}>}
 */
export async function instrument(root, names) {
  const files = names.map((name) => {
    return { name, mutate: true, content: readFileSync(path.join(root, name), 'utf8') };
  });
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  const result = await new Instrumenter(logger).instrument(files, options);
  const mutated = Object.fromEntries(result.files.map(({ name, content }) => [name, countingOnDemand(name, content)]));
  return { mutated, mutants: result.mutants };
}

/**
 * Counting what runs takes far longer than running it: it is done where trial.js asks for it, not when a mutant is tried.
 * @param {string} name @param {string} content instrumented
 */
function countingOnDemand(name, content) {
  const counter = 'function stryCov_9fa48() {';
  if (content.includes('stryMutAct') && !content.includes(counter))
    throw new Error(`${name}: the instrumenter counts in another way than expected`);
  return content.replace(counter, `${counter} if (!stryNS_9fa48().isCounting) return void (stryCov_9fa48 = () => {});`);
}

/** A child process that tries mutants, as an object that is asked and answers. */
class Trial {
  #child = fork(TRIAL, { execArgv: NODE_ARGS, serialization: 'advanced' });

  /** @param {object} message @param {number} timeoutMs @returns {Promise<any>} null when it took longer or ended */
  ask(message, timeoutMs) {
    return new Promise((resolve) => {
      const answered = (answer) => {
        clearTimeout(timer);
        this.#child.removeAllListeners();
        resolve(answer);
      };
      const timer = setTimeout(() => answered(null), timeoutMs);
      this.#child.once('message', answered);
      this.#child.once('exit', () => answered(null));
      this.#child.once('error', () => answered(null));
      this.#child.send(message);
    });
  }

  end() {
    this.#child.kill('SIGKILL');
  }
}

/**
 * @param {{root: string, files: readonly string[], tests: readonly string[], timeoutMs?: number,
 *   earlier?: Record<string, {source: string, mutants: object[]}>,
 *   tell?: (line: string) => void, save?: (files: Record<string, object>) => void}} plan paths relative to the root;
 *   tests run in this order; what `earlier` reports as killed, in a file that is the same, is not tried again; `save` gets
 *   what is known from time to time, so that it is not lost when the run is ended
 * @returns {Promise<Record<string, {source: string, mutants: object[]}>>} as the `files` of a report
 * @throws {Error} where a test fails without any change
 */
export async function tryMutants(plan) {
  const { root, files, tests, timeoutMs = TIMEOUT_MS, earlier = {}, tell = console.log, save = quiet } = plan;
  const { mutated, mutants: all } = await instrument(root, files);
  const killed = new Set(files.flatMap((file) => placesKilled(root, file, earlier[file])));
  const isKilled = (mutant) => killed.has(placeOf(mutant.fileName, asReported(mutant)));
  const mutants = all.filter((mutant) => !isKilled(mutant));
  const statuses = new Map(all.filter(isKilled).map(({ id }) => [id, 'Killed']));
  /** Tests that noticed the last changes of a file. @type {Map<string, string[]>} */
  const hints = new Map();
  /** @type {Trial | null} */
  let trial = null;
  let limitMs = 0;
  const start = async () => {
    trial = new Trial();
    const ready = await trial.ask({ kind: 'prepare', root, mutated, tests }, PREPARE_MS);
    if (ready === null) throw new Error('the process with the unchanged program ended, or took too long');
    if (ready.failed !== null) throw new Error(`a test fails on the unchanged program: ${ready.failed}`);
    limitMs = TIMEOUT_FACTOR * ready.durationMs + timeoutMs;
    tell(`${mutants.length} changes; the tests take ${ready.durationMs} ms`);
  };
  const known = () => Object.fromEntries(files.map((file) => [file, reported(root, file, all, statuses)]));
  const saveWhatHolds = async () => {
    const answer = await trial?.ask({ kind: 'try', id: null, hints: [] }, limitMs);
    if (answer?.status === 'Killed' || answer?.status === 'RuntimeError')
      throw new Error('the unchanged program no longer passes in this process');
    save(known());
    // A busy machine: what was found before holds, and the rest can be tried again.
    if (answer === null) throw new Error('the unchanged program took too long; what was found is kept, see --again');
  };
  try {
    for (const [index, { id, fileName }] of mutants.entries()) {
      if (trial === null) await start();
      const killers = hints.get(fileName) ?? [];
      const answer = await trial.ask({ kind: 'try', id, hints: killers }, limitMs);
      statuses.set(id, answer?.status ?? 'Timeout');
      if (answer === null) {
        trial.end();
        trial = null;
      } else if (answer.status === 'Killed')
        hints.set(fileName, [...new Set([answer.killer, ...killers])].slice(0, HINTS));
      if ((index + 1) % CHECK_EVERY !== 0 && index + 1 !== mutants.length) continue;
      tell(`${index + 1} of ${mutants.length} tried`);
      await saveWhatHolds();
    }
  } finally {
    trial?.end();
  }
  return known();
}

/** @param {string} root @param {string} file @param {readonly Change[]} mutants @param {Map<string, string>} statuses */
function reported(root, file, mutants, statuses) {
  const own = mutants.filter(({ fileName }) => fileName === file);
  return {
    language: 'typescript',
    source: readFileSync(path.join(root, file), 'utf8'),
    mutants: own.map((mutant) => ({ ...asReported(mutant), status: statuses.get(mutant.id) ?? 'Pending' })),
  };
}

/** @param {Change} change, whose lines count from 0 as its columns do */
function asReported({ id, mutatorName, replacement, location: { start, end } }) {
  const at = ({ line, column }) => ({ line: line + 1, column: column + 1 });
  return { id, mutatorName, replacement, location: { start: at(start), end: at(end) } };
}

/** Ids differ with the files that are changed together: the same change has the same text at the same place. */
const placeOf = (file, { mutatorName, replacement, location }) =>
  JSON.stringify([file, mutatorName, replacement, location]);

/** @param {string} root @param {string} file @param {{source: string, mutants: object[]} | undefined} earlier */
function placesKilled(root, file, earlier) {
  if (earlier?.source !== readFileSync(path.join(root, file), 'utf8')) return [];
  return earlier.mutants.filter(({ status }) => status === 'Killed').map((mutant) => placeOf(file, mutant));
}
