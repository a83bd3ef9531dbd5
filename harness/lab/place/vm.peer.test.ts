import { mkdtempSync, readFileSync, rmSync, symlinkSync, mkdirSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readBundle } from '#evidence/bundle-read.js';
import type { Evidence } from '#evidence/model.js';
import { judge } from '#judge/judge.js';
import { parseProfile } from '#profile/load.js';
import type { Profile } from '#profile/schema.js';
import { CATALOGUE } from '#suites/catalogue.js';
import type { RecordJob } from '../job.js';
import { findProgram, RADIO_PROGRAM_PACKAGES, PROGRAM_PACKAGES, type Program } from '../programs.js';
import { record } from '../session.js';
import { processesOf } from '../testing/left-behind.js';
import { untilWritten } from '../testing/until-written.js';
import { openVm, type VmPlace } from './vm.js';

const PROFILE = new URL('../../../fixtures/profiles/radio-reference-none.yaml', import.meta.url);
/** The compiled program: from sources it takes a minute to begin. */
const COMPILED = [fileURLToPath(new URL('../../../dist/harness/lab/place/inner.js', import.meta.url))];
const LIMIT_MS = 240_000;
const MARK = 'RALLY_TEST_RUN';
/** So many that what a test breaks after the first M3 breaks in the middle of the run. */
const SESSIONS = 8;
/** A machine that comes up has said something within this time. */
const QUIET_MS = 8000;
/** One that is stopped can be given up sooner. */
const STOPPED_MS = 1500;
const QEMU_LIMIT_MS = 20_000;
/** Its interface goes with hostapd: which of the two is noticed first is up to the kernel. */
const ACCESS_POINT_GONE = /^ERR_(INTERFACE|DAEMON|SOCKET)$/;

/** One machine for all of it; it is booted again only after it was killed. */
describe('virtual machine', function () {
  this.timeout(LIMIT_MS);
  const run = `vm-${process.pid}`;
  let folder: string;
  let bundleDir: string;
  let profile: Profile;
  let vm: VmPlace;
  let steps: string[];

  before(async () => {
    process.env[MARK] = run;
    folder = mkdtempSync(join(tmpdir(), 'rally-vm-'));
    vm = await openVm({ folder, inner: COMPILED, quietMs: QUIET_MS });
  });

  after(async () => {
    await vm.close();
    Reflect.deleteProperty(process.env, MARK);
    // QEMU is gone with everything in it, whatever happened.
    expect(processesOf(run)).to.deep.equal([]);
    rmSync(folder, { recursive: true });
  });

  beforeEach(() => {
    bundleDir = mkdtempSync(join(folder, 'bundle-'));
    steps = [];
    const whole = parseProfile(readFileSync(PROFILE, 'utf8'), 'profile');
    profile = { ...whole, ixit: { ...whole.ixit, sessions: SESSIONS } };
  });

  function job(signal = new AbortController().signal, onStep: (step: string) => void = () => undefined): RecordJob {
    return {
      bench: 'radio',
      place: 'vm',
      profile,
      bundleDir,
      sessions: profile.ixit.sessions,
      scope: 'radio',
      kinds: ['m1', 'exchange', 'keys', 'frames', 'join', 'profile'],
      toolVersion: '0.0.0',
      signal,
      onProgress: ({ step }) => {
        steps.push(step);
        onStep(step);
      },
    };
  }

  const qemu = (): number[] => processesOf(run).flatMap(({ pid, name }) => (name.startsWith('qemu') ? [pid] : []));

  /** Stop the machine that has just been powered on, long before it can be ready. */
  function stopBooting(): void {
    const limitMs = performance.now() + QEMU_LIMIT_MS;
    let pids: number[] = [];
    while (pids.length === 0 && performance.now() < limitMs) pids = qemu();
    expect(pids).to.have.lengthOf(1);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
  }

  /** What was recorded, after making sure that nobody blames the device for it. */
  async function blameless(): Promise<Evidence> {
    const { evidence } = await readBundle(bundleDir);
    const { results } = judge(CATALOGUE, profile, evidence, { scope: 'radio', strict: false });
    expect(results.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).to.deep.equal([]);
    return evidence;
  }

  /** Shell command that waits inside until the recording holds `text`, then does something. */
  const when = (text: string, command: string): string =>
    `${untilWritten(join(bundleDir, 'events.jsonl'), text)}; ${command}`;

  it('carries out a whole job', async () => {
    profile = { ...profile, ixit: { ...profile.ixit, sessions: 1 } };
    const { ended, errorOutput } = await vm.record(job());
    expect(ended, errorOutput).to.equal('complete');
    expect((await blameless()).exchanges.map(({ closing }) => closing)).to.deep.equal(['done']);
    expect(steps).to.include('booting the virtual machine');
  });

  for (const [what, command, code, told] of [
    ['the adapter of the access point is pulled', 'iw dev wlan0 del', ACCESS_POINT_GONE, ACCESS_POINT_GONE],
    ['the monitor is pulled', 'iw dev wlan2 del', /^ERR_INTERFACE$/, /^ERR_INTERFACE$/],
    ['hostapd is killed', 'kill -9 $(pidof hostapd)', ACCESS_POINT_GONE, ACCESS_POINT_GONE],
    ['the program inside is killed', 'kill -9 $(pidof node)', /^ERR_BENCH_DIED$/, /^ERR_BENCH_DIED$/],
  ] as const) {
    it(`ends the bench, and blames nobody else, when ${what} after M3`, async () => {
      const result = await vm.record(job(), { beside: when('M3 received', command) });
      expect(result.ended, result.errorOutput).to.equal('failed');
      expect(result.error?.code).to.match(told);
      const evidence = await blameless();
      expect(evidence.benchFailure?.code).to.match(code);
      // The machine itself is as good as new.
      expect(steps).not.to.include('booting the virtual machine');
    });
  }

  it('closes the bundle when it is aborted', async () => {
    const abort = new AbortController();
    const { ended } = await vm.record(
      job(abort.signal, (step) => {
        if (step === 'M1 received') abort.abort(new Error('enough'));
      }),
    );
    expect(ended).to.equal('aborted');
    expect((await blameless()).benchFailure?.code).to.equal('ERR_ABORTED');
  });

  it('refuses a bundle folder it cannot write to', async () => {
    const { ended, error } = await vm.record({ ...job(), bundleDir: '/run/elsewhere' });
    expect(ended).to.equal('failed');
    expect(error?.code).to.equal('ERR_DISK');
  });

  it('keeps what was recorded when QEMU is killed after M3, and boots again, twice where it has to', async () => {
    const before = qemu();
    expect(before).to.have.lengthOf(1);
    const result = await vm.record(
      job(undefined, (step) => {
        if (step === 'M3 received') for (const pid of qemu()) process.kill(pid, 'SIGKILL');
      }),
    );
    expect(result.ended).to.equal('failed');
    expect(result.error?.code).to.equal('ERR_BENCH_DIED');
    expect((await blameless()).benchFailure?.code).to.equal('ERR_BENCH_DIED');

    rmSync(bundleDir, { recursive: true });
    profile = { ...profile, ixit: { ...profile.ixit, sessions: 1 } };
    steps = [];
    const next = await vm.record(
      job(undefined, (step) => {
        if (step === 'booting the virtual machine') stopBooting();
      }),
    );
    expect(next.ended, `${next.error?.message ?? ''}\n${next.errorOutput}`).to.equal('complete');
    expect(steps[1]).to.match(/^the virtual machine said nothing for \d+ ms .*: booting it once more$/);
    expect(qemu()).to.have.lengthOf(1).and.not.to.deep.equal(before);
    expect((await blameless()).benchFailure).to.equal(null);
  });

  it('fails when no machine comes up, says what its console said and what to do, and leaves none', async () => {
    await vm.close();
    const mute = await openVm({ folder, inner: COMPILED, quietMs: STOPPED_MS });
    const result = await mute.record(
      job(undefined, (step) => {
        if (step.includes('boot')) stopBooting();
      }),
    );
    expect(steps).to.have.lengthOf(2);
    expect(result.ended).to.equal('failed');
    expect(result.error?.code).to.equal('ERR_TIMEOUT');
    expect(result.error?.message).to.match(
      /said nothing for \d+ ms when it came up and was ended, twice; its console said (?:nothing|last: .+) \(ERR_TIMEOUT\)$/,
    );
    expect(result.error?.remedy).to.include('--bench wired');
    expect(qemu()).to.deep.equal([]);
  });

  it('leaves no machine when it is closed while it boots once more', async () => {
    const mute = await openVm({ folder, inner: COMPILED, quietMs: STOPPED_MS });
    const closed: Promise<void>[] = [];
    const { ended } = await mute.record(
      job(undefined, (step) => {
        if (step === 'booting the virtual machine') stopBooting();
        else closed.push(mute.close());
      }),
    );
    expect(ended).to.equal('failed');
    expect(closed).to.have.lengthOf(1);
    await Promise.all(closed);
    expect(qemu()).to.deep.equal([]);
  });

  it('is not begun without QEMU, whose package is named', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const program of Object.keys({ ...PROGRAM_PACKAGES, ...RADIO_PROGRAM_PACKAGES }) as Program[]) {
      const file = findProgram(program);
      if (file !== null && !program.startsWith('qemu')) symlinkSync(file, join(bin, program));
    }
    const { PATH } = process.env;
    process.env['PATH'] = bin;
    try {
      const { ended, error } = await record({ ...job(), bundleDir: join(folder, 'never') });
      expect(ended).to.equal('failed');
      expect(error?.code, error?.message).to.equal('ERR_PROGRAM_MISSING');
      expect(error?.remedy).to.include('qemu-system-x86');
    } finally {
      process.env['PATH'] = PATH ?? '';
    }
    expect(existsSync(join(folder, 'never'))).to.equal(false);
  });
});
