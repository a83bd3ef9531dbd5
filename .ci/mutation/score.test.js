import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { explanationsIn, formatFolder, scoreOf } from './score.js';

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
    const [first, file, raw, explained] = formatFolder('harness/a', result);
    assert.equal(first, result.survivors[0]);
    assert.equal(file, 'a.ts: 0.0 % of 1, explained 0');
    assert.match(raw, /^harness\/a: 0\.0 % of 1 mutants killed \(killed 0, survived 1, /);
    assert.match(explained, /^harness\/a: 0\.0 % without the 0 that are explained; 1 without explanation, 0 /);
  });

  const source = 'if (a < b) return;\nwhile (a < b) {\n  a++;\n}\n';
  const mutants = [mutant('Survived', at(1, 5, 10), 'a <= b'), mutant('Timeout', at(2, 8, 13), 'a <= b')];
  const explanation = { file: 'a.ts', mutator: 'Block', original: 'a < b', replacement: 'a <= b', reason: 'the same' };

  it('takes an explanation for every survivor of its content, and for one line where it names that', () => {
    const files = { 'a.ts': { source, mutants: [...mutants, mutant('Killed')] } };
    const both = scoreOf(files, [explanation]);
    assert.deepEqual([both.score.toFixed(1), both.explained, both.survivors, both.stale], ['33.3', 2, [], []]);
    assert.match(formatFolder('a', both).at(-1), /^a: 100\.0 % without the 2 that are explained; 0 without /);
    const one = scoreOf(files, [{ ...explanation, line: 'while (a < b) {' }]);
    assert.deepEqual(one.survivors, ['a.ts:1:5 Survived Block: a < b -> a <= b']);
  });

  it('names explanations that no survivor of the judged files needs', () => {
    const files = { 'a.ts': { source, mutants } };
    const vain = [
      { ...explanation, mutator: 'Equality' },
      { ...explanation, original: 'a > b' },
      { ...explanation, replacement: 'a > b' },
      { ...explanation, line: 'a++;' },
    ];
    const result = scoreOf(files, [...vain, { ...explanation, file: 'elsewhere.ts' }]);
    assert.equal(result.survivors.length, 2);
    assert.deepEqual(result.stale[0], 'a.ts Equality: a < b -> a <= b');
    assert.equal(result.stale.length, vain.length);
    assert.ok(formatFolder('a', result).includes('explained in vain: a.ts Equality: a < b -> a <= b'));
  });

  it('puts code of several lines on one line, cut at 80 characters', () => {
    const location = { start: { line: 2, column: 15 }, end: { line: 4, column: 2 } };
    const result = scoreOf({ 'a.ts': { source, mutants: [mutant('Survived', location, '{'.repeat(81))] } });
    assert.deepEqual(result.survivors, [`a.ts:2:15 Survived Block: { a++; } -> ${'{'.repeat(80)}`]);
  });

  it('has explanations in the form that is looked up, each once', () => {
    const explanations = explanationsIn(fileURLToPath(new URL('survivors', import.meta.url)));
    const seen = new Set();
    for (const { file, mutator, original, replacement, line, reason, ...rest } of explanations) {
      for (const text of [file, mutator, original, replacement, reason]) assert.equal(typeof text, 'string');
      assert.ok(reason.length > 10, `${file}: ${original}`);
      assert.deepEqual(rest, {});
      const code = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
      if (line !== undefined)
        assert.ok(
          code.split('\n').some((other) => other.trim() === line),
          `${file}: ${line}`,
        );
      const key = [file, mutator, original, replacement, line].join('\0');
      assert.ok(!seen.has(key), key);
      seen.add(key);
    }
  });
});
