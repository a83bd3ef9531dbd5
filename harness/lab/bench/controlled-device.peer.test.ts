import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { readBundle } from '#evidence/bundle-read.js';
import { BUNDLE_FILES } from '#evidence/run-json.js';
import { controlSchema } from '#profile/control.js';
import type { Profile } from '#profile/schema.js';
import { programPath } from '../programs.js';
import { SOURCE_NODE } from '../testing/in-namespace.js';
import { wiredProfile } from '../testing/profile.js';
import { machineWithPort, PORT } from '../testing/real-port.js';
import { planFor, startRecording, type RecordingEnd } from '../testing/recording.js';
import { verdictsOf } from '../testing/verdicts.js';

const DEVICE = fileURLToPath(new URL('../testing/console-device.ts', import.meta.url));

describe('wired bench with a device on a serial console', function () {
  this.timeout(90_000);
  let folder: string;
  let bundleDir: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-control-'));
    bundleDir = join(folder, 'bundle');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A device that nobody touches, whose PIN only its console tells. */
  function profile(sessions: number, steps: readonly unknown[]): Profile {
    const { ics, ixit, ...rest } = wiredProfile({ port: PORT, sessions });
    const { pin, ...others } = ixit;
    const control = controlSchema.parse({
      console: { path: join(folder, 'console') },
      powerCycle: { by: 'serial', steps: [{ send: 'reset', expect: '^ready$' }] },
      startWps: { pin: { by: 'serial', steps } },
      betweenSessions: ['powerCycle'],
    });
    expect(pin).to.be.a('string');
    return { ...rest, ics: { ...ics, pinKind: 'dynamic' }, ixit: { ...others, control } };
  }

  async function recordWith(tested: Profile): Promise<RecordingEnd> {
    const device = JSON.stringify(wiredProfile().ixit.dut);
    const machine = machineWithPort(
      `${SOURCE_NODE.join(' ')} ${DEVICE} ${folder} '${device}' >${join(folder, 'device.log')} 2>&1 &`,
      `until [ -e ${join(folder, 'console')} ]; do sleep 0.05; done`,
    );
    const recording = startRecording(planFor(tested, bundleDir, 'here'), {
      prefix: machine,
      env: { PATH: programPath() },
    });
    const end = await recording.end;
    if (end === null) throw new Error(recording.errorOutput());
    return end;
  }

  it('restarts it, begins WPS, reads the PIN of each session and completes, with no human', async () => {
    const tested = profile(2, [{ send: 'wps pin', expect: 'PIN: (?<pin>[0-9]+)' }]);
    expect(await recordWith(tested)).to.deep.equal({ ended: 'complete' });
    const { evidence } = await readBundle(bundleDir);
    expect(evidence.exchanges.map(({ closing }) => closing)).to.deep.equal(['done', 'done']);
    const [first, second] = evidence.exchanges.map(({ pin }) => pin ?? '');
    expect(first).to.match(/^[0-9]{8}$/);
    expect(second)
      .to.match(/^[0-9]{8}$/)
      .and.not.equal(first);
    const done = evidence.events.filter(({ kind }) => kind === 'control').map(({ detail }) => detail);
    expect(done.map(({ action, outcome }) => [action, outcome])).to.deep.equal([
      ['startWps', 'done'],
      ['powerCycle', 'done'],
      ['startWps', 'done'],
    ]);
    const { totals, results } = await verdictsOf(bundleDir, tested);
    expect(totals.error).to.equal(0);
    // Nobody gave this wpa_supplicant an extension of Microsoft's: that is all that is wrong with it.
    const failed = results.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
    expect(failed).to.deep.equal(['RVP-VX-01', 'RVP-VPI-01']);
    // What was said on the console is in the bundle, but for the PINs, which are in the file of secrets alone.
    const log = readFileSync(join(bundleDir, 'logs', 'console.log'), 'utf8');
    expect(log)
      .to.match(/ > reset\n.* < boot 2\n/s)
      .and.include('< PIN: (not shown)');
    const others = readdirSync(bundleDir, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name !== BUNDLE_FILES.secrets,
    );
    for (const { parentPath, name } of others) {
      const text = readFileSync(join(parentPath, name), 'latin1');
      for (const pin of [first, second]) expect(text, name).to.not.include(pin);
    }
  });

  it('blames itself when the console does not answer', async () => {
    const tested = profile(1, [{ send: 'wps', expect: 'PIN: (?<pin>[0-9]+)', limitMs: 500 }]);
    const { ended, error } = await recordWith(tested);
    expect(ended).to.equal('failed');
    expect(error).to.include({ code: 'ERR_CONTROL_TIMEOUT' });
    expect(error?.message).to.match(/^ixit\.control\.startWps: .*unknown command/);
    const { totals, exitCode } = await verdictsOf(bundleDir, tested);
    expect(totals).to.include({ pass: 0, fail: 0 });
    expect(exitCode).to.equal(3);
  });
});
