import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { seededRandom } from '#base/random.js';
import {
  describeProcess,
  interfaceNames,
  markedEnvironment,
  ownNamespaces,
  processesIn,
  processesOf,
  type RunningProcess,
} from '#lab/testing/left-behind.js';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(PROJECT, 'dist/harness/cli/main.js');
/** Change it to try other moments; a failure names the kill by its number. */
const SEED = 20260202;
/** With the fifty kills inside the sandbox place, every process from npm down to the supplicant is struck. */
const KILLS = 12;
const GONE_MS = 2000;
const LONGEST_STEP_MS = 100;
const START_LIMIT_MS = 60_000;
const LATEST_MS = 400;

type Target = 'npm' | 'certify' | 'command line';
const TARGETS: readonly Target[] = ['npm', 'certify', 'command line'];

function victimOf(target: Target, processes: readonly RunningProcess[]): RunningProcess | undefined {
  const runs = (file: string) => (process: RunningProcess) =>
    process.name === 'node' && process.args.some((argument) => argument.endsWith(file));
  switch (target) {
    case 'npm':
      return processes.find(({ name, args }) => name.startsWith('npm') || args.some((arg) => arg.endsWith('/npm')));
    case 'certify':
      return processes.find(runs('harness/setup/certify.js'));
    case 'command line':
      return processes.find(runs('harness/cli/main.js'));
  }
}

/** Start `npm run certify`, strike one process of it in the middle of the recording, and say what is left 2 s later. */
async function killOnce(number: number, delayMs: number, folder: string): Promise<readonly string[]> {
  const target = TARGETS[number % TARGETS.length] ?? 'npm';
  const mark = `cli-kills-${process.pid}-${number}`;
  const out = join(folder, `run-${number}`);
  const npm = spawn('npm', ['run', 'certify', '--', '--profile', join(folder, 'long.yaml'), '--out', out], {
    cwd: PROJECT,
    env: { ...process.env, ...markedEnvironment(mark), TMPDIR: join(folder, 'tmp') },
    stdio: 'ignore',
    detached: true,
  });
  npm.unref();
  const capture = join(out, 'bundle', 'capture.pcapng');
  const endMs = Date.now() + START_LIMIT_MS;
  while (!(existsSync(capture) && readFileSync(capture).length > 4000)) {
    if (Date.now() > endMs) throw new Error(`kill ${number}: the recording never began`);
    await sleep(20);
  }
  await sleep(delayMs);
  const own = ownNamespaces();
  const before = processesOf(mark);
  const namespaces = new Set(before.flatMap((process) => process.namespaces).filter((name) => !own.has(name)));
  const victim = victimOf(target, before);
  expect(victim, `kill ${number}: no ${target} among ${before.map(({ name }) => name).join(', ')}`).not.to.equal(
    undefined,
  );
  if (victim !== undefined) process.kill(victim.pid, 'SIGKILL');
  let left = before;
  let askedMs = performance.now();
  // A stall of the whole machine counts as one step: nobody could end in it.
  for (let waitedMs = 0; left.length > 0 && waitedMs < GONE_MS;) {
    await sleep(25);
    left = [...processesOf(mark), ...processesIn(namespaces)];
    const nowMs = performance.now();
    waitedMs += Math.min(nowMs - askedMs, LONGEST_STEP_MS);
    askedMs = nowMs;
  }
  return left.map((process) => `${target}: ${describeProcess(process)}`);
}

describe('npm run certify, killed', function () {
  this.timeout(240_000);
  let folder: string;
  const left: string[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rally-cli-kills-'));
    mkdirSync(join(folder, 'tmp'));
    const profile = readFileSync(join(PROJECT, 'fixtures/profiles/reference-none.yaml'), 'utf8');
    writeFileSync(join(folder, 'long.yaml'), profile.replace('sessions: 2', 'sessions: 1000'));
    const random = seededRandom(SEED);
    for (let number = 1; number <= KILLS; number += 1)
      left.push(...(await killOnce(number, Math.floor(((random(1)[0] ?? 0) / 256) * LATEST_MS), folder)));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it(`leaves no process and no namespace ${GONE_MS} ms later`, () => {
    expect(left).to.deep.equal([]);
  });

  it('leaves no interface and no file outside the folder of its run', () => {
    expect(interfaceNames()).not.to.include.members(['rally0']);
    expect(interfaceNames()).not.to.include.members(['dut0']);
    expect(readdirSync(join(folder, 'tmp'))).to.deep.equal([]);
    const runs = Array.from({ length: KILLS }, (_, index) => `run-${index + 1}`);
    expect(
      readdirSync(folder)
        .filter((name) => !runs.includes(name))
        .sort(),
    ).to.deep.equal(['long.yaml', 'tmp']);
  });

  it('leaves bundles that are judged with 2 or 3', async () => {
    for (let number = 1; number <= KILLS; number += 1) {
      const judge = spawn(process.execPath, [MAIN, 'judge', join(folder, `run-${number}`)], { stdio: 'ignore' });
      const status = await new Promise((resolve) => judge.once('exit', resolve));
      expect(status, `kill ${number}`).to.be.oneOf([2, 3]);
    }
  });
});
