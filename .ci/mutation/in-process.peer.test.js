import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { tryMutants } from './in-process.js';

const CODE = `import { limit } from '#lib/limit.js';
export const NAME = 'limit';
const UNUSED = 'never read';
export const isBelow = (value: number): boolean => value < limit;
export const untold = (): string => 'not called';
export function countTo(end: number): number {
  let count = 0;
  while (count < end) count++;
  return count;
}
const isUpwards = true;
export function countFrom(start: number): number {
  let count = start;
  while (count < 3) count += isUpwards ? 1 : -1;
  return count;
}
`;
const TEST = `import { countFrom, countTo, isBelow, NAME } from './code.js';
const check = (isRight: boolean): void => {
  if (!isRight) throw new Error(import.meta.url);
};
describe('code', () => {
  it('has a name', () => check(NAME === 'limit'));
  it('knows what is below', () => check(isBelow(1) && !isBelow(9)));
  it('counts', () => check(countTo(3) === 3));
  it('counts on', () => check(countFrom(1) === 3));
});
`;

const REMEMBERS = `const known = new Map<number, number>();
export function area(side: number): number {
  const found = known.get(side) ?? side * side;
  known.set(side, found);
  return found;
}
`;
const ASKS_TWICE = `import { area } from './area.js';
describe('area', () => {
  it('can be asked for', () => void area(2));
  it('is right', () => {
    if (area(2) !== 4) throw new Error(import.meta.url);
  });
});
`;

const SEARCHES = `export function seven(items: readonly number[], start: number): number {
  for (let at = start; at !== items.length; at++) if (items[at] === 7) return at;
  return -1;
}
`;
/** A step backwards goes on for ever in the first, and finds the wrong one in the second. */
const ASKS_FOR_SEVEN = `import { seven } from './find.js';
const check = (isRight: boolean): void => {
  if (!isRight) throw new Error(import.meta.url);
};
describe('seven', () => {
  it('is not there', () => check(seven([1], 0) === -1));
  it('is before the start', () => check(seven([7, 1], 1) === -1));
});
`;

/** Asks every 100 ms, for 30 s; throws where it is not so by then. @param {() => boolean} ask */
async function until(ask) {
  for (let asked = 0; asked < 300; asked++) {
    if (ask()) return;
    await sleep(100);
  }
  throw new Error('nothing came of it');
}

/** False also for a process that has ended and waits to be asked how. @param {number} pid */
function isAlive(pid) {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('mutants in one process', function () {
  this.timeout(120_000);
  let folder;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rally-mutants-'));
    mkdirSync(path.join(folder, 'lib'));
    const imports = { '#lib/*.js': { source: './lib/*.ts' } };
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module', imports }));
    writeFileSync(path.join(folder, 'lib', 'limit.ts'), 'export const limit: number = 5;\n');
    writeFileSync(path.join(folder, 'code.ts'), CODE);
  });

  after(() => rmSync(folder, { recursive: true }));

  const run = (test, more = {}) => {
    writeFileSync(path.join(folder, 'code.test.ts'), test);
    const plan = { root: folder, files: ['code.ts'], tests: ['code.test.ts'], timeoutMs: 2000, tell: () => {} };
    return tryMutants({ ...plan, ...more });
  };

  it('are noticed, or not, or run into the time limit, by what they change', async () => {
    const lines = [];
    const { 'code.ts': file } = await run(TEST, { tell: (line) => lines.push(line) });
    assert.equal(file.source, CODE);
    const told = file.mutants.map(({ status, replacement, location: { start } }) => {
      return `${start.line}:${start.column} ${replacement.replace(/\s+/g, ' ')} ${status}`;
    });
    assert.deepEqual(told, [
      '2:21 "" Killed',
      '3:16 "" Survived',
      '4:24 () => undefined Killed',
      '4:52 true Killed',
      '4:52 false Killed',
      '4:52 value <= limit Survived',
      '4:52 value >= limit Killed',
      '5:23 () => undefined Survived',
      '5:37 "" NoCoverage',
      '6:46 {} Killed',
      '8:10 false Killed',
      '8:10 count <= end Killed',
      '8:10 count >= end Killed',
      '8:23 count-- Timeout',
      '11:19 false Timeout',
      '12:50 {} Killed',
      '14:10 false Killed',
      '14:10 count <= 3 Killed',
      '14:10 count >= 3 Killed',
      '14:21 count -= isUpwards ? 1 : -1 Timeout',
      '14:46 +1 NoCoverage',
    ]);
    const starts = lines.filter((line) => line.includes('changes; the tests take'));
    assert.equal(
      starts.length,
      2,
      'a loop that runs its change ends by that, and the process goes on; the other ends it',
    );
  });

  it('are tried again only where they were not noticed before, and the file is the same', async () => {
    const namesAlone = TEST.replaceAll(/^ {2}it\('(?!has a name).*\n/gm, '');
    const earlier = await run(TEST.replace("check(NAME === 'limit')", '{}'));
    const statusesOf = ({ 'code.ts': file }) => file.mutants.map(({ status }) => status);
    const again = await run(namesAlone, { earlier });
    assert.deepEqual(
      statusesOf(again).map((status) => status === 'Killed'),
      statusesOf(earlier).map((status, index) => status === 'Killed' || index === 0),
    );
    const changed = { 'code.ts': { ...earlier['code.ts'], source: `${CODE}\n` } };
    const anew = await run(namesAlone, { earlier: changed });
    assert.equal(statusesOf(anew).filter((status) => status === 'Killed').length, 1);
  });

  it('are noticed by a test for which an earlier one has left the answer', async () => {
    writeFileSync(path.join(folder, 'area.ts'), REMEMBERS);
    writeFileSync(path.join(folder, 'area.test.ts'), ASKS_TWICE);
    const { 'area.ts': file } = await run(TEST, { files: ['area.ts'], tests: ['area.test.ts'] });
    const product = file.mutants.filter(({ replacement }) => replacement === 'side / side');
    assert.deepEqual(
      product.map(({ status }) => status),
      ['Killed'],
    );
  });

  it('are noticed by a test that asserts, though another is never done', async () => {
    writeFileSync(path.join(folder, 'find.ts'), SEARCHES);
    writeFileSync(path.join(folder, 'find.test.ts'), ASKS_FOR_SEVEN);
    const { 'find.ts': file } = await run(TEST, { files: ['find.ts'], tests: ['find.test.ts'] });
    const backwards = file.mutants.filter(({ replacement }) => replacement === 'at--');
    assert.deepEqual(
      backwards.map(({ status }) => status),
      ['Killed'],
    );
  });

  it('are none in a file of types', async () => {
    writeFileSync(path.join(folder, 'types.ts'), 'export interface Size {\n  readonly bytes: number;\n}\n');
    const found = await run(TEST, { files: ['types.ts', 'area.ts'], tests: ['area.test.ts'] });
    assert.deepEqual(found['types.ts'].mutants, []);
  });

  it('are left to no process when the one that asks for them is killed', async () => {
    const told = path.join(folder, 'pid');
    const runner = `import { tryMutants } from ${JSON.stringify(new URL('in-process.js', import.meta.url).href)};
await tryMutants({ root: ${JSON.stringify(folder)}, files: ['code.ts'], tests: ['code.test.ts'] });`;
    const endless = `import { writeFileSync } from 'node:fs';
import { NAME } from './code.js';
describe('code', () => {
  it('is never done', () => {
    writeFileSync(${JSON.stringify(told)}, String(process.pid));
    while (NAME !== '');
  });
});
`;
    writeFileSync(path.join(folder, 'code.test.ts'), endless);
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', runner], { stdio: 'inherit' });
    const pidTold = () => (existsSync(told) ? Number(readFileSync(told, 'utf8')) : 0);
    try {
      await until(() => pidTold() > 0);
      parent.kill('SIGKILL');
      await until(() => !isAlive(pidTold()));
    } finally {
      parent.kill('SIGKILL');
      if (pidTold() > 0 && isAlive(pidTold())) process.kill(pidTold(), 'SIGKILL');
    }
  });

  it('are not tried where a test fails without them', async () => {
    await assert.rejects(run(TEST.replace('=== 3', '=== 4')), /a test fails on the unchanged program: code counts$/);
  });
});
