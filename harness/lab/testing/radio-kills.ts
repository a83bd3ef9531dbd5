import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { seededRandom, type RandomBytes } from '#base/random.js';
import { cutViolations } from '#suites/testing/prefix-oracle.js';
import { systemClock } from '../clock.js';
import { AirMachine, airProfile, type AirRun, type Beside } from './air.js';
import { atRecord, beforePull, PULL } from './air-mishaps.js';
import { interfaceNames } from './left-behind.js';

const LIMIT_MS = 3_600_000;
/** Longest delay after a point: about one exchange. */
const LATEST_MS = 400;

/** Every second kill falls into an exchange; the others fall anywhere. */
const EARLY_EVERY = 2;
/** Of those, on a machine that runs slowly at the wrong moment. */
const FEWEST_WITHIN = 0.5;

type Target = 'hostapd' | 'access point' | 'monitor' | 'program inside' | 'QEMU';

/** Points of a run: what the recording holds, and what the bench says then. An exchange goes on for a while after these. */
const EARLY_POINTS = [
  ['M1 received', 'M1 received'],
  ['M3 received', 'M3 received'],
  ['M5 received', 'M5 received'],
] as const;
const POINTS = [
  ['session-start', 'session 1 of 2'],
  ...EARLY_POINTS,
  ['M7 received', 'M7 received'],
  ['WSC_DONE received', 'WSC_DONE received'],
  ['"state":"associated"', 'the device is associated with the network it was given'],
  ['"state":"handshake"', 'the device knows the network key'],
] as const;

/** What is killed, and how often; QEMU comes last, since the machine has to boot again after it. */
export type Kills = readonly (readonly [Target, number])[];

interface Kill {
  readonly number: number;
  readonly target: Target;
  readonly after: (typeof POINTS)[number];
  readonly delayMs: number;
}

const ALL_ADAPTERS = ['wlan0 managed', 'wlan1 managed', 'wlan2 managed'];
/** Adapters that a bench which lived on has to put back; null where it did not. */
const PUT_BACK: Readonly<Record<Target, readonly string[] | null>> = {
  hostapd: ALL_ADAPTERS,
  'access point': ALL_ADAPTERS.slice(1),
  monitor: ALL_ADAPTERS.slice(0, 2),
  'program inside': null,
  QEMU: null,
};

/** What to do before, and then. */
const STRIKES: Readonly<Record<Exclude<Target, 'QEMU'>, readonly [string, string]>> = {
  hostapd: ['pid=$(pidof hostapd)', 'kill -9 "$pid"'],
  'access point': [beforePull('wlan0'), PULL],
  monitor: [beforePull('wlan2'), PULL],
  'program inside': ['pid=$(pidof -s node)', 'kill -9 "$pid"'],
};

/** What the bench said last of where it was. */
function reachedBy({ evidence }: AirRun): string {
  const last = evidence.events.findLast(({ kind }) => kind === 'progress' || kind === 'join')?.detail;
  return [last?.['step'], last?.['state']].filter((each) => typeof each === 'string').join();
}

function plannedKills(wanted: Kills, random: RandomBytes): Kill[] {
  const targets = wanted.flatMap(([target, count]) => Array.from({ length: count }, () => target));
  return targets.map((target, index) => {
    const [point = 0, delay = 0] = random(2);
    const isEarly = index % EARLY_EVERY === 0;
    const points = isEarly ? EARLY_POINTS : POINTS;
    const after = points[point % points.length] ?? POINTS[0];
    return { number: index + 1, target, after, delayMs: isEarly ? 0 : Math.floor((delay / 256) * LATEST_MS) };
  });
}

/**
 * Tests that kill parts of a radio bench in a virtual machine of their own, at moments drawn from `seed`: another seed tries
 * other moments, and a failure names the kill by its number.
 */
export function describeKills(title: string, wanted: Kills, seed: number): void {
  describe(title, function () {
    this.timeout(LIMIT_MS);
    const kills = plannedKills(wanted, seededRandom(seed));
    const runs = new Map<Kill, AirRun>();
    const interfaces = interfaceNames();
    let left: readonly string[];

    function strike({ target, after, delayMs }: Kill, machine: AirMachine): Beside {
      const [text, step] = after;
      if (target !== 'QEMU') {
        const [prepare, blow] = STRIKES[target];
        const delayed = delayMs === 0 ? blow : `sleep ${delayMs / 1000}; ${blow}`;
        return { inside: (bundleDir) => atRecord(bundleDir, text, prepare, delayed) };
      }
      let struck = false;
      return {
        onStep: (said) => {
          if (said !== step || struck) return;
          struck = true;
          void systemClock.sleep(delayMs).then(() => {
            for (const pid of machine.emulators()) process.kill(pid, 'SIGKILL');
          });
        },
      };
    }

    before(async () => {
      const machine = await AirMachine.boot(`radio-kills-${seed}`);
      try {
        for (const kill of kills) {
          const run = await machine.record(airProfile({ sessions: 2 }), strike(kill, machine));
          runs.set(kill, run);
          const { target, after, delayMs } = kill;
          const closings = run.evidence.exchanges.map(({ closing }) => closing).join(', ');
          console.log(
            `      ${kill.number}: ${target} ${delayMs} ms after ${after[1]}: ${reachedBy(run)}, ${run.result.error?.code ?? ''}, exchanges: ${closings || 'none'}, ${run.tookMs} ms`,
          );
        }
      } finally {
        left = await machine.close();
      }
    });

    const describeKill = ({ number, target, after, delayMs }: Kill): string =>
      `kill ${number} of ${target} ${delayMs} ms after ${after[1]} (seed ${seed})`;

    it('end the run as a failure of ours', () => {
      expect(runs.size).to.equal(wanted.reduce((sum, [, count]) => sum + count, 0));
      for (const [kill, { result, evidence, verdicts }] of runs) {
        expect(result.ended, describeKill(kill)).to.equal('failed');
        expect(evidence.benchFailure, describeKill(kill)).not.to.equal(null);
        expect(verdicts.exitCode, describeKill(kill)).to.equal(3);
      }
    });

    it('leave bundles whose verdicts blame nobody and judge no exchange before its end', () => {
      const violations = [...runs].flatMap(([kill, { evidence, verdicts }]) =>
        cutViolations(evidence, verdicts).map((text) => `${describeKill(kill)}: ${text}`),
      );
      expect(violations).to.deep.equal([]);
      const open = [...runs.values()].filter(({ evidence }) =>
        evidence.exchanges.some(({ closing }) => closing === 'open'),
      );
      console.log(`      ${open.length} kills within an exchange`);
      const early = Math.ceil(kills.length / EARLY_EVERY);
      expect(open.length, 'kills within an exchange').to.be.at.least(Math.floor(early * FEWEST_WITHIN));
    });

    it('leave the adapters as they were, wherever the bench lived on', () => {
      for (const [kill, run] of runs) {
        const putBack = PUT_BACK[kill.target];
        const { number = 0, ...found } = run.left ?? {};
        const wanted = { interfaces: putBack, programs: [], folders: [] };
        if (putBack === null) expect(number, describeKill(kill)).to.equal(0);
        else {
          expect(found, describeKill(kill)).to.deep.include(wanted);
          expect(run.left?.namespaces, describeKill(kill)).not.to.include('rally-dut');
        }
      }
    });

    it('leave no emulator, interface or file on this machine', () => {
      expect(left).to.deep.equal([]);
      expect(interfaceNames()).to.deep.equal(interfaces);
      for (const file of ['/run/rally', '/run/netns/rally-dut', '/run/netns/pulled'])
        expect(existsSync(file), file).to.equal(false);
    });
  });
}
