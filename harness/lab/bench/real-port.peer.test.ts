import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readBundle } from '#evidence/bundle-read.js';
import { supplicantConfig } from '../daemon/wpa-supplicant.js';
import { programPath } from '../programs.js';
import { wiredProfile, type ProfileOptions } from '../testing/profile.js';
import { deviceOnPort, machineWithPort, onceInSession, PORT } from '../testing/real-port.js';
import { planFor, startRecording, type RecordingEnd } from '../testing/recording.js';
import { verdictsOf } from '../testing/verdicts.js';

/** A machine of its own, whose port has a device at the other end or nothing. */
describe('wired bench on an Ethernet port', function () {
  this.timeout(30_000);
  let folder: string;
  let bundleDir: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-port-'));
    bundleDir = join(folder, 'bundle');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function recordOn(machine: readonly string[], options: ProfileOptions = {}): Promise<RecordingEnd> {
    const plan = planFor(wiredProfile({ port: PORT, ...options }), bundleDir, 'here');
    const recording = startRecording(plan, { prefix: machine, env: { PATH: programPath() } });
    const end = await recording.end;
    if (end === null) throw new Error(recording.errorOutput());
    return end;
  }

  it('completes with a device that somebody else started', async () => {
    const device = wiredProfile().ixit.dut;
    if (device?.kind !== 'wpa_supplicant') throw new Error('the profile has no device');
    const configFile = join(folder, 'device.conf');
    mkdirSync(join(folder, 'control'));
    const config = supplicantConfig(device, 'pin', '12345670', join(folder, 'control'));
    writeFileSync(configFile, config.replace('disabled=1', 'disabled=0'));
    const machine = machineWithPort(onceInSession(bundleDir, deviceOnPort(configFile, join(folder, 'device.log'))));
    expect(await recordOn(machine)).to.deep.equal({ ended: 'complete' });
    const { evidence } = await readBundle(bundleDir);
    expect(evidence.exchanges.map(({ closing }) => closing)).to.deep.equal(['done']);
  });

  it('waits for a silent device as long as the profile says, notes it and goes on', async () => {
    const limits = { startMs: 400, sessionMs: 20_000 };
    const startMs = performance.now();
    expect(await recordOn(machineWithPort(), { limits, sessions: 2 })).to.deep.equal({ ended: 'complete' });
    expect(performance.now() - startMs).to.be.below(10_000);
    const { evidence } = await readBundle(bundleDir);
    const ends = evidence.events.filter(({ kind }) => kind === 'session-end');
    expect(ends.map(({ detail }) => [detail['outcome'], detail['silenceMs']])).to.deep.equal([
      ['timeout', 400],
      ['timeout', 400],
    ]);
    const verdicts = await verdictsOf(bundleDir, wiredProfile({ port: PORT }));
    expect(verdicts.totals).to.include({ pass: 0, fail: 0, error: 0 });
    expect(verdicts.exitCode).to.equal(2);
  });

  it('fails with ERR_INTERFACE when the port vanishes, and blames nobody else', async () => {
    const end = await recordOn(machineWithPort(onceInSession(bundleDir, `ip link delete ${PORT}`)));
    expect(end.error).to.include({ code: 'ERR_INTERFACE' });
    const verdicts = await verdictsOf(bundleDir, wiredProfile({ port: PORT }));
    expect(verdicts.totals).to.include({ pass: 0, fail: 0 });
    expect(verdicts.exitCode).to.equal(3);
  });

  const refusals: readonly [string, string, RegExp][] = [
    ['that is not there', `ip link delete ${PORT}`, /no interface eth7/],
    ['that is down', `ip link set ${PORT} down`, /eth7 is down/],
    ['without carrier', 'ip link set eth8 down', /no carrier/],
    [
      'with the default route',
      `ip address add 192.0.2.1/24 dev ${PORT}; ip route add default via 192.0.2.2`,
      /default route/,
    ],
  ];
  for (const [what, commands, reason] of refusals) {
    it(`refuses a port ${what}`, async () => {
      const { ended, error } = await recordOn(machineWithPort(commands));
      expect(ended).to.equal('failed');
      expect(error).to.include({ code: 'ERR_INTERFACE' });
      expect(error?.message).to.match(reason);
    });
  }

  it('says that it lacks the privilege', async () => {
    const unprivileged = ['setpriv', '--securebits=+noroot', '--inh-caps=-all', '--bounding-set=-all'];
    const { error } = await recordOn([...machineWithPort(), ...unprivileged]);
    expect(error).to.include({ code: 'ERR_PRIVILEGE' });
  });
});
