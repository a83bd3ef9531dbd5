/** Score and survivors of a mutation report (schema of mutation-testing-report-schema). */

/**
 * @typedef {{id: string, mutatorName: string, status: string, replacement?: string,
 *   location: {start: {line: number, column: number}, end: {line: number, column: number}}}} Mutant
 * @typedef {{source: string, mutants: Mutant[]}} File
 */

/** Statuses that say nothing about the tests: the mutant never ran as a program. */
const NO_PROGRAM = new Set(['CompileError', 'RuntimeError', 'Ignored', 'Pending']);

/**
 * @param {Record<string, File>} files by path
 * @returns {{killed: number, timedOut: number, survived: number, notCovered: number, noProgram: number, score: number,
 *   survivors: string[]}} score in per cent, NaN where there was no mutant
 */
export function scoreOf(files) {
  const count = { killed: 0, timedOut: 0, survived: 0, notCovered: 0, noProgram: 0 };
  const survivors = [];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const lines = source.split('\n');
    for (const mutant of mutants) {
      if (NO_PROGRAM.has(mutant.status)) count.noProgram++;
      else if (mutant.status === 'Killed') count.killed++;
      else {
        if (mutant.status === 'Timeout') count.timedOut++;
        else if (mutant.status === 'NoCoverage') count.notCovered++;
        else count.survived++;
        survivors.push(lineOf(file, lines, mutant));
      }
    }
  }
  const judged = count.killed + count.timedOut + count.survived + count.notCovered;
  return { ...count, score: (100 * count.killed) / judged, survivors };
}

/** @param {string} file @param {readonly string[]} lines @param {Mutant} mutant */
function lineOf(file, lines, { location, mutatorName, status, replacement = '' }) {
  const { start, end } = location;
  const first = (lines[start.line - 1] ?? '').slice(start.column - 1);
  const original = start.line === end.line ? first.slice(0, end.column - start.column) : `${first} ...`;
  const shortened = (text) => text.replace(/\s+/g, ' ').slice(0, 80);
  return `${file}:${start.line}:${start.column} ${status} ${mutatorName}: ${shortened(original)} -> ${shortened(replacement)}`;
}

/** @param {string} folder @param {ReturnType<typeof scoreOf>} result @returns {string[]} */
export function formatFolder(folder, result) {
  const { killed, timedOut, survived, notCovered, noProgram, score, survivors } = result;
  return [
    ...survivors,
    `${folder}: ${score.toFixed(1)} % of ${killed + timedOut + survived + notCovered} mutants killed ` +
      `(killed ${killed}, survived ${survived}, not covered ${notCovered}, timed out ${timedOut}; ${noProgram} were no program)`,
  ];
}
