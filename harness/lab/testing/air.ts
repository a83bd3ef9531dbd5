import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBundle } from '#evidence/bundle-read.js';
import type { Evidence, EvidenceKind } from '#evidence/model.js';
import { judge } from '#judge/judge.js';
import type { Verdicts } from '#judge/record.js';
import { scopeKinds } from '#judge/scope.js';
import { parseProfile } from '#profile/load.js';
import type { Profile, RadioAdapters } from '#profile/schema.js';
import { CATALOGUE } from '#suites/catalogue.js';
import type { RecordPlan } from '../job.js';
import type { RemoteResult } from '../place/remote-recording.js';
import { openVm, type VmPlace } from '../place/vm.js';
import { markedEnvironment, processesOf } from './left-behind.js';
import { lastLeftInside, noteLeftInside, type LeftInside } from './left-inside.js';

const PROFILE = new URL('../../../fixtures/profiles/radio-reference-none.yaml', import.meta.url);
/** The compiled program: from sources it takes a minute to begin. */
export const COMPILED = fileURLToPath(new URL('../../../dist/harness/lab/place/inner.js', import.meta.url));

/** Address of the device's adapter, the second of the three simulated ones. */
export const DEVICE_MAC = '02:00:00:00:01:00';

export interface AirProfileOptions {
  readonly sessions?: number;
  readonly limits?: Partial<Profile['ixit']['limits']>;
  readonly radio?: Partial<RadioAdapters>;
  /** The device is somebody else's: the bench does not start it. */
  readonly inHand?: boolean;
  /** The profile names the address of such a device unless told otherwise. */
  readonly named?: boolean;
  /** By PIN unless told otherwise. */
  readonly method?: 'pin' | 'pbc';
}

/** The conformant reference device over the air; one session unless told otherwise. */
export function airProfile(options: AirProfileOptions = {}): Profile {
  const { sessions = 1, limits, radio, inHand = false, named = true, method = 'pin' } = options;
  const whole = parseProfile(readFileSync(PROFILE, 'utf8'), 'profile');
  const { dut, radio: adapters, ...ixit } = whole.ixit;
  if (dut === undefined || adapters === undefined) throw new Error('the reference profile is of no radio bench');
  return {
    ...whole,
    ixit: {
      ...ixit,
      method,
      methods: [method],
      sessions,
      limits: { ...ixit.limits, ...limits },
      radio: { ...adapters, ...radio },
      ...(inHand ? {} : { dut }),
      ...(inHand && named ? { mac: DEVICE_MAC } : {}),
    },
  };
}

/** What a recording over the air sets out to obtain. */
export function airPlan(profile: Profile, bundleDir: string, place: RecordPlan['place'] = 'vm'): RecordPlan {
  const kinds: EvidenceKind[] = [...scopeKinds('radio', { kinds: [], sessions: 0 })];
  const { sessions } = profile.ixit;
  return { bench: 'radio', place, profile, bundleDir, sessions, scope: 'radio', kinds, toolVersion: '0.0.0' };
}

export interface AirRun {
  readonly result: RemoteResult;
  readonly evidence: Evidence;
  readonly verdicts: Verdicts;
  /** What was there when the program inside ended; null when it was killed. */
  readonly left: LeftInside | null;
  /** From the first to the last thing the bench noted, milliseconds. */
  readonly tookMs: number;
}

/** What happens beside a recording. */
export interface Beside {
  /** Shell command inside, made from the bundle folder. */
  readonly inside?: (bundleDir: string) => string;
  /** Told each step, outside. */
  readonly onStep?: (step: string) => void;
}

/** One virtual machine for many recordings over the air, its folder, and the processes that are its own. */
export class AirMachine {
  private readonly mark: string;
  private runs = 0;

  private constructor(
    private readonly vm: VmPlace,
    private readonly folder: string,
    run: string,
  ) {
    this.mark = run;
  }

  /** @param radios one each for access point, device and monitor; more are for others */
  static async boot(name: string, radios = 3): Promise<AirMachine> {
    const run = `${name}-${process.pid}`;
    Object.assign(process.env, markedEnvironment(run));
    const folder = mkdtempSync(join(tmpdir(), `rally-${name}-`));
    const vm = await openVm({ folder, radios, inner: [`--import=${noteLeftInside(folder)}`, COMPILED] });
    return new AirMachine(vm, folder, run);
  }

  /** Ids of the emulator's processes. */
  emulators(): number[] {
    return processesOf(this.mark).flatMap(({ pid, name }) => (name.startsWith('qemu') ? [pid] : []));
  }

  /** Record and judge; the bundle must be there, whatever became of the bench. */
  async record(profile: Profile, { inside, onStep }: Beside = {}): Promise<AirRun> {
    this.runs += 1;
    const bundleDir = join(this.folder, `run-${this.runs}`);
    mkdirSync(bundleDir);
    const before = lastLeftInside(this.folder);
    const result = await this.vm.record(
      {
        ...airPlan(profile, bundleDir),
        signal: new AbortController().signal,
        onProgress: ({ step }) => onStep?.(step),
      },
      inside === undefined ? {} : { beside: inside(bundleDir) },
    );
    const { evidence } = await readBundle(bundleDir);
    const verdicts = judge(CATALOGUE, profile, evidence, { scope: 'radio', strict: false });
    const left = lastLeftInside(this.folder);
    const [first, last] = [evidence.events[0], evidence.events.at(-1)];
    return {
      result,
      evidence,
      verdicts,
      left: left?.number === before?.number ? null : left,
      tookMs: Math.round((last?.monotonicMs ?? 0) - (first?.monotonicMs ?? 0)),
    };
  }

  /** End it. Returns what is left of it on this machine: nothing. */
  async close(): Promise<string[]> {
    await this.vm.close();
    const left = processesOf(this.mark).map(({ pid, name }) => `${name} ${pid}`);
    for (const name of Object.keys(markedEnvironment(''))) Reflect.deleteProperty(process.env, name);
    rmSync(this.folder, { recursive: true });
    return left;
  }
}
