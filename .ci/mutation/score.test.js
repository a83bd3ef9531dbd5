import assert from 'node:assert/strict';
import { formatFolder, scoreOf } from './score.js';

const at = (line, column, endColumn) => ({ start: { line, column }, end: { line, column: endColumn } });
const mutant = (status, location = at(1, 1, 2), replacement = 'x') => {
  return { id: '1', mutatorName: 'Block', status, replacement, location };
};

describe('mutation score', () => {
  it('counts a mutant that timed out or was never run against the tests', () => {
    const statuses = ['Killed', 'Killed', 'Killed', 'Survived', 'NoCoverage', 'Timeout'];
    const result = scoreOf({ 'a.ts': { source: 'a', mutants: statuses.map((status) => mutant(status)) } });
    assert.deepEqual(
      [result.killed, result.survived, result.notCovered, result.timedOut, result.score],
      [3, 1, 1, 1, 50],
    );
  });

  it('leaves out what was no program', () => {
    const mutants = [mutant('Killed'), mutant('CompileError'), mutant('RuntimeError'), mutant('Ignored')];
    const result = scoreOf({ 'a.ts': { source: 'a', mutants } });
    assert.deepEqual([result.score, result.noProgram], [100, 3]);
  });

  it('lists every survivor with its place and what was changed', () => {
    const source = 'first\nif (a < b) return;\n';
    const result = scoreOf({ 'a.ts': { source, mutants: [mutant('Survived', at(2, 5, 10), 'a <= b')] } });
    assert.deepEqual(result.survivors, ['a.ts:2:5 Survived Block: a < b -> a <= b']);
    const [first, last] = formatFolder('harness/a', result);
    assert.equal(first, result.survivors[0]);
    assert.match(last, /^harness\/a: 0\.0 % of 1 mutants killed \(killed 0, survived 1, /);
  });
});
