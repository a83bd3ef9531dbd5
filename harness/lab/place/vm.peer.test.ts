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
import { recordInVm } from './vm.js';

const PROFILE = new URL('../../../fixtures/profiles/radio-reference-none.yaml', import.meta.url);
/** The compiled program: from sources it takes a minute to begin. */
const COMPILED = [fileURLToPath(new URL('../../../dist/harness/lab/place/inner.js', import.meta.url))];
const LIMIT_MS = 240_000;
const MARK = 'RALLY_TEST_RUN';
/** So many that what a test breaks after the first M3 breaks in the middle of the run. */
const SESSIONS = 8;
/** Its interface goes with hostapd: which of the two is noticed first is up to the kernel. */
const ACCESS_POINT_GONE = /^ERR_(INTERFACE|DAEMON|SOCKET)$/;

describe('virtual machine', function () {
  this.timeout(LIMIT_MS);
  const run = `vm-${process.pid}`;
  let folder: string;
  let profile: Profile;

  before(() => {
    process.env[MARK] = run;
  });

  after(() => {
    Reflect.deleteProperty(process.env, MARK);
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-vm-'));
    const whole = parseProfile(readFileSync(PROFILE, 'utf8'), 'profile');
    profile = { ...whole, ixit: { ...whole.ixit, sessions: SESSIONS } };
  });

  afterEach(() => {
    // QEMU is gone with everything in it, whatever happened.
    expect(processesOf(run)).to.deep.equal([]);
    rmSync(folder, { recursive: true });
  });

  function job(signal: AbortSignal, onStep: (step: string) => void = () => undefined): RecordJob {
    return {
      bench: 'radio',
      place: 'vm',
      profile,
      bundleDir: join(folder, 'bundle'),
      sessions: SESSIONS,
      scope: 'radio',
      kinds: ['m1', 'exchange', 'keys', 'frames', 'join', 'profile'],
      toolVersion: '0.0.0',
      signal,
      onProgress: ({ step }) => {
        onStep(step);
      },
    };
  }

  /** What was recorded, after making sure that nobody blames the device for it. */
  async function blameless(): Promise<Evidence> {
    const { evidence } = await readBundle(join(folder, 'bundle'));
    const { results } = judge(CATALOGUE, profile, evidence, { scope: 'radio', strict: false });
    expect(results.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).to.deep.equal([]);
    return evidence;
  }

  /** Shell command that waits inside until the recording holds `text`, then does something. */
  const when = (text: string, command: string): string =>
    `until grep -q '${text}' '${join(folder, 'bundle', 'events.jsonl')}' 2>/dev/null; do sleep 0.05; done; ${command}`;

  for (const [what, command, code] of [
    ['the adapter of the access point is pulled', 'iw dev wlan0 del', ACCESS_POINT_GONE],
    ['the monitor is pulled', 'iw dev wlan2 del', /^ERR_INTERFACE$/],
    ['hostapd is killed', 'kill -9 $(pidof hostapd)', ACCESS_POINT_GONE],
  ] as const) {
    it(`ends the bench, and blames nobody else, when ${what} after M3`, async () => {
      const result = await recordInVm(job(new AbortController().signal), {
        inner: COMPILED,
        beside: when('M3 received', command),
      });
      expect(result.ended, result.errorOutput).to.equal('failed');
      expect(result.error?.code).to.match(code);
      const evidence = await blameless();
      expect(evidence.benchFailure?.code).to.match(code);
    });
  }

  it('keeps what was recorded when QEMU is killed after M3', async () => {
    const result = await recordInVm(
      job(new AbortController().signal, (step) => {
        if (step !== 'M3 received') return;
        for (const { pid, name } of processesOf(run)) if (name.startsWith('qemu')) process.kill(pid, 'SIGKILL');
      }),
      { inner: COMPILED },
    );
    expect(result.ended).to.equal('failed');
    expect(result.error?.code).to.equal('ERR_BENCH_DIED');
    const evidence = await blameless();
    expect(evidence.benchFailure?.code).to.equal('ERR_BENCH_DIED');
  });

  it('closes the bundle when it is aborted, and is gone', async () => {
    const abort = new AbortController();
    const result = await recordInVm(
      job(abort.signal, (step) => {
        if (step === 'M1 received') abort.abort(new Error('enough'));
      }),
      { inner: COMPILED },
    );
    expect(result.ended).to.equal('aborted');
    expect((await blameless()).benchFailure?.code).to.equal('ERR_ABORTED');
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
      const { ended, error } = await record(job(new AbortController().signal));
      expect(ended).to.equal('failed');
      expect(error?.code, error?.message).to.equal('ERR_PROGRAM_MISSING');
      expect(error?.remedy).to.include('qemu-system-x86');
    } finally {
      process.env['PATH'] = PATH ?? '';
    }
    expect(existsSync(join(folder, 'bundle'))).to.equal(false);
  });
});
