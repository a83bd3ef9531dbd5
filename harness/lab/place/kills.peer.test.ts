import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { seededRandom, type RandomBytes } from '#base/random.js';
import { systemClock } from '../clock.js';
import { inFreshNamespaces } from '../testing/in-namespace.js';
import {
  describeProcess,
  interfaceNames,
  markedEnvironment,
  ownNamespaces,
  processesIn,
  processesOf,
  type RunningProcess,
} from '../testing/left-behind.js';
import { wiredProfile } from '../testing/profile.js';
import { planFor, startRecording, type Recording } from '../testing/recording.js';
import { verdictsOf } from '../testing/verdicts.js';

/** Change it to try other moments; a failure names the kill by its number. */
const SEED = 20260101;
const KILLS = 50;
const LANES = 3;
/** Nothing of a run is left this long after a part of it was killed. */
const GONE_MS = 2000;
/** One question and its pause take less on a machine that runs at all. */
const LONGEST_STEP_MS = 100;
/** Longest delay: about five sessions. */
const LATEST_MS = 500;

type Target = 'recorder' | 'recorder, bench frozen' | 'unshare' | 'PID 1' | 'bench' | 'wpa_supplicant';
const TARGETS: readonly Target[] = [
  'recorder',
  'recorder, bench frozen',
  'unshare',
  'PID 1',
  'bench',
  'wpa_supplicant',
];

interface Kill {
  readonly number: number;
  readonly target: Target;
  /** What the delay counts from: as soon as the target exists, or the first message of the device. */
  readonly from: 'birth' | 'M1';
  readonly delayMs: number;
}

interface Aftermath extends Kill {
  readonly bundleDir: string;
  /** What still runs after {@link GONE_MS}. */
  readonly left: readonly string[];
}

function plannedKills(random: RandomBytes): Kill[] {
  return Array.from({ length: KILLS }, (_, index) => {
    const [high = 0, low = 0] = random(2);
    const target = TARGETS[index % TARGETS.length] ?? 'recorder';
    const from = index % 4 === 0 ? 'birth' : 'M1';
    return { number: index + 1, target, from, delayMs: Math.floor(((high * 256 + low) / 65_536) * LATEST_MS) };
  });
}

/** Shells and set-up programs have the bench's file among their arguments too. */
const isBench = ({ name, args }: RunningProcess): boolean =>
  name === 'node' && args.some((arg) => arg.endsWith('inner.ts'));

function find(target: Target, recording: Recording, processes: readonly RunningProcess[]): RunningProcess | undefined {
  const unshare = processes.find(({ name }) => name === 'unshare');
  switch (target) {
    case 'recorder':
      return processes.find(({ pid }) => pid === recording.process.pid);
    case 'recorder, bench frozen':
    case 'bench':
      return processes.find(isBench);
    case 'unshare':
      return unshare;
    case 'PID 1':
      return processes.find(({ name, parent }) => name === 'sh' && parent === unshare?.pid);
    case 'wpa_supplicant':
      return processes.find(({ name }) => name === 'wpa_supplicant');
  }
}

/**
 * Ask until there is an answer. A stall of the whole machine counts as one step: who asks got no time then, and neither
 * did those that were to end.
 */
async function eventually<T>(ask: () => T | undefined, limitMs: number): Promise<T | undefined> {
  let askedMs = systemClock.monotonicMs();
  for (let waitedMs = 0; ;) {
    const answer = ask();
    if (answer !== undefined || waitedMs >= limitMs) return answer;
    await systemClock.sleep(10);
    const nowMs = systemClock.monotonicMs();
    waitedMs += Math.min(nowMs - askedMs, LONGEST_STEP_MS);
    askedMs = nowMs;
  }
}

function strike(target: Target, recording: Recording, victim: RunningProcess): void {
  try {
    if (target === 'recorder, bench frozen') {
      // Frozen, it does nothing about the end of its parent by itself: as if it were in a busy loop.
      process.kill(victim.pid, 'SIGSTOP');
      recording.process.kill('SIGKILL');
    } else process.kill(victim.pid, 'SIGKILL');
  } catch {
    // It ended by itself in this moment.
  }
}

describe('fifty kills', function () {
  this.timeout(120_000);
  const run = `kills-${process.pid}`;
  let folder: string;
  let aftermaths: readonly Aftermath[];

  async function killOnce(kill: Kill): Promise<Aftermath> {
    const { number, target, from, delayMs } = kill;
    const mark = `${run}-${number}`;
    const bundleDir = join(folder, `bundle-${number}`);
    const env = { ...markedEnvironment(mark), TMPDIR: join(folder, 'tmp') };
    let spoke = false;
    const recording = startRecording(planFor(wiredProfile({ sessions: 1000 }), bundleDir), {
      env,
      onProgress: (step) => {
        spoke ||= step === 'M1 received';
      },
    });
    const due = await eventually(() => {
      const there = from === 'M1' ? spoke : find(target, recording, processesOf(mark)) !== undefined;
      return there ? true : undefined;
    }, 20_000);
    expect(due, `kill ${number}: ${target} was never due`).to.equal(true);
    await systemClock.sleep(delayMs);
    const own = ownNamespaces();
    const namespaces = new Set(
      processesOf(mark)
        .flatMap((process) => process.namespaces)
        .filter((namespace) => !own.has(namespace)),
    );
    await eventually(() => {
      const processes = processesOf(mark);
      const victim = find(target, recording, processes);
      if (victim === undefined) return processes.length === 0 ? true : undefined;
      strike(target, recording, victim);
      // A supplicant that was being replaced is no loss to the bench: strike until it is one.
      return target === 'wpa_supplicant' ? undefined : true;
    }, 20_000);
    const left = await eventually(() => {
      const rest = [...processesOf(mark), ...processesIn(namespaces)];
      return rest.length === 0 ? ([] as RunningProcess[]) : undefined;
    }, GONE_MS);
    const rest = left ?? [...processesOf(mark), ...processesIn(namespaces)];
    return { ...kill, bundleDir, left: rest.map(describeProcess) };
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rally-kills-'));
    mkdirSync(join(folder, 'tmp'));
    const kills = plannedKills(seededRandom(SEED));
    const done: Aftermath[] = [];
    const lane = async (): Promise<void> => {
      for (let kill = kills.shift(); kill !== undefined; kill = kills.shift()) done.push(await killOnce(kill));
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    aftermaths = done;
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it(`leave no process and no namespace ${GONE_MS} ms later`, () => {
    expect(aftermaths).to.have.length(KILLS);
    expect(aftermaths.filter(({ left }) => left.length > 0)).to.deep.equal([]);
  });

  it('leave no network interface and no temporary file', () => {
    expect(interfaceNames()).not.to.include.members(['rally0']);
    expect(interfaceNames()).not.to.include.members(['dut0']);
    for (const file of ['/run/rally', '/run/netns/dut']) expect(existsSync(file), file).to.equal(false);
    // Run from sources, Node's loader keeps its cache there.
    expect(readdirSync(join(folder, 'tmp')).filter((name) => !name.startsWith('tsx-'))).to.deep.equal([]);
    const bundles = aftermaths.map(({ number }) => `bundle-${number}`);
    expect(readdirSync(folder).filter((name) => name !== 'tmp' && !bundles.includes(name))).to.deep.equal([]);
  });

  it('leave bundles that are judged as incomplete or broken, never as passed or failed', async () => {
    const begun = aftermaths.filter(({ bundleDir }) => existsSync(join(bundleDir, 'run.json')));
    expect(begun.length).to.be.above(KILLS / 2);
    for (const { number, target, bundleDir } of begun) {
      const { exitCode, totals } = await verdictsOf(bundleDir, wiredProfile());
      expect(exitCode, `kill ${number} of ${target}`).to.be.oneOf([2, 3]);
      expect(totals.fail, `kill ${number} of ${target}`).to.equal(0);
    }
  });
});

describe('a recording', function () {
  this.timeout(30_000);

  it('writes nothing outside its folder: all else may be read-only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rally-read-only-'));
    mkdirSync(join(folder, 'tmp'));
    try {
      // Every mount but the kernel's own file systems and this folder, with the options it has.
      const readOnly = [
        `mount --bind ${folder} ${folder}`,
        'cut -d " " -f 5,6 /proc/self/mountinfo | while read -r point options; do',
        `case $point in /proc*|/sys*|/dev*|${folder}) continue;; esac`,
        'mount -o "remount,bind,ro,${options#r[wo],}" "$point"',
        'done',
        `if touch ${tmpdir()}/rally-not-read-only 2>/dev/null; then exit 99; fi`,
      ].join('\n');
      const recording = startRecording(planFor(wiredProfile({ sessions: 2 }), join(folder, 'bundle')), {
        prefix: inFreshNamespaces(readOnly),
        env: { TMPDIR: join(folder, 'tmp') },
      });
      expect(await recording.end, recording.errorOutput()).to.deep.equal({ ended: 'complete' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
