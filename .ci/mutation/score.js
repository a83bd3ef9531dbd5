/** Score and survivors of a mutation report (schema of mutation-testing-report-schema). */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {{id: string, mutatorName: string, status: string, replacement?: string,
 *   location: {start: {line: number, column: number}, end: {line: number, column: number}}}} Mutant
 * @typedef {{source: string, mutants: Mutant[]}} File
 * @typedef {{file: string, mutator: string, original: string, replacement: string, line?: string, reason: string}}
 *   Explanation why no test can or need notice a mutant: its texts as the survivor's line prints them, and where that
 *   says too little which one is meant, the line of code it begins on
 * @typedef {{file: string, mutator: string, original: string, replacement: string, line: string, place: string,
 *   status: string}} Survivor
 * @typedef {{killed: number, timedOut: number, survived: number, notCovered: number, explained: number}} Count
 */

/** Statuses that say nothing about the tests: the mutant never ran as a program. */
const NO_PROGRAM = new Set(['CompileError', 'RuntimeError', 'Ignored', 'Pending']);

/** Longer texts are cut here, in the list as in the explanations. */
const TEXT_LENGTH = 80;

/** @returns {Count} */
const nothingCounted = () => ({ killed: 0, timedOut: 0, survived: 0, notCovered: 0, explained: 0 });

/** The explanations of every file in a folder, one file a room. @param {string} folder @returns {Explanation[]} */
export function explanationsIn(folder) {
  const files = readdirSync(folder).sort();
  return files.flatMap((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
}

/**
 * @param {Record<string, File>} files by path
 * @param {readonly Explanation[]} [explanations]
 * @returns {Count & {noProgram: number, score: number, files: Record<string, Count>, survivors: string[],
 *   stale: string[]}} score in per cent, NaN where there was no mutant; `survivors` are those without explanation,
 *   `stale` the explanations of these files that no survivor needs
 */
export function scoreOf(files, explanations = []) {
  const total = { ...nothingCounted(), noProgram: 0 };
  const needed = new Set();
  const survivors = [];
  /** @type {Record<string, Count>} */
  const byFile = {};
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const count = (byFile[file] = nothingCounted());
    const lines = source.split('\n');
    for (const mutant of mutants) {
      if (NO_PROGRAM.has(mutant.status)) total.noProgram++;
      else if (mutant.status === 'Killed') count.killed++;
      else {
        if (mutant.status === 'Timeout') count.timedOut++;
        else if (mutant.status === 'NoCoverage') count.notCovered++;
        else count.survived++;
        const survivor = survivorOf(file, lines, mutant);
        const explanation = explanations.find((candidate) => explains(candidate, survivor));
        if (explanation === undefined) survivors.push(formatSurvivor(survivor));
        else {
          needed.add(explanation);
          count.explained++;
        }
      }
    }
    for (const key of Object.keys(count)) total[key] += count[key];
  }
  const stale = explanations
    .filter((explanation) => Object.hasOwn(files, explanation.file) && !needed.has(explanation))
    .map(({ file, mutator, original, replacement }) => `${file} ${mutator}: ${original} -> ${replacement}`);
  return { ...total, score: rawScore(total), files: byFile, survivors, stale };
}

/** @param {Count} count */
const judgedOf = ({ killed, timedOut, survived, notCovered }) => killed + timedOut + survived + notCovered;

/** @param {Count} count */
const rawScore = (count) => (100 * count.killed) / judgedOf(count);

/** @param {Count} count */
const explainedScore = (count) => (100 * count.killed) / (judgedOf(count) - count.explained);

/** @param {string} file @param {readonly string[]} lines @param {Mutant} mutant @returns {Survivor} */
function survivorOf(file, lines, { location: { start, end }, mutatorName, status, replacement = '' }) {
  const code = lines.slice(start.line - 1, end.line);
  const line = (code[0] ?? '').trim();
  code[code.length - 1] = (code.at(-1) ?? '').slice(0, end.column - 1);
  code[0] = (code[0] ?? '').slice(start.column - 1);
  return {
    file,
    mutator: mutatorName,
    original: shortened(code.join('\n')),
    replacement: shortened(replacement),
    line,
    place: `${start.line}:${start.column}`,
    status,
  };
}

/** @param {string} text */
const shortened = (text) => text.replace(/\s+/g, ' ').slice(0, TEXT_LENGTH).trim();

/** @param {Explanation} explanation @param {Survivor} survivor */
const explains = (explanation, survivor) =>
  explanation.file === survivor.file &&
  explanation.mutator === survivor.mutator &&
  explanation.original === survivor.original &&
  explanation.replacement === survivor.replacement &&
  (explanation.line === undefined || explanation.line === survivor.line);

/** @param {Survivor} survivor */
const formatSurvivor = ({ file, place, status, mutator, original, replacement }) =>
  `${file}:${place} ${status} ${mutator}: ${original} -> ${replacement}`;

/** @param {number} score */
const percent = (score) => `${score.toFixed(1)} %`;

/** @param {string} folder @param {ReturnType<typeof scoreOf>} result @returns {string[]} */
export function formatFolder(folder, result) {
  const { killed, timedOut, survived, notCovered, explained, noProgram, survivors, stale } = result;
  return [
    ...survivors,
    ...stale.map((explanation) => `explained in vain: ${explanation}`),
    ...Object.entries(result.files).map(
      ([file, count]) => `${file}: ${percent(rawScore(count))} of ${judgedOf(count)}, explained ${count.explained}`,
    ),
    `${folder}: ${percent(result.score)} of ${judgedOf(result)} mutants killed ` +
      `(killed ${killed}, survived ${survived}, not covered ${notCovered}, timed out ${timedOut}; ${noProgram} were no program)`,
    `${folder}: ${percent(explainedScore(result))} without the ${explained} that are explained; ` +
      `${survivors.length} without explanation, ${stale.length} explained in vain`,
  ];
}
