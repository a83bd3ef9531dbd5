import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import type { ErrorCode } from '#base/error-codes.js';
import type { BenchEvent } from '#evidence/model.js';
import type { Verdict } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import type { Order } from '../place/messages.js';
import { AirMachine, airPlan, airProfile, COMPILED, type AirProfileOptions, type AirRun } from '../testing/air.js';
import {
  audible,
  deviceInHand,
  killedHere,
  OVER,
  pull,
  PULL_DEVICE,
  recorded,
  strangeBeacons,
} from '../testing/air-mishaps.js';

const LIMIT_MS = 600_000;
/** A broken bench notices it and puts everything back in this time, on a busy machine; no wait of its own is as short. */
const BROKEN_LIMIT_MS = 50_000;
/** Much longer than that: it is no limit of the device's that tells. */
const FAR_LIMIT_MS = 300_000;
/** On top of what a session may take: set-up, and putting everything back. */
const SLACK_MS = 60_000;
/** A device that is to fail has this long for its join; one that joins takes about two seconds. */
const JOIN_MS = 8000;
/** One that comes and goes: for some rounds. */
const LOOP_MS = 15_000;
const SESSION_MS = 30_000;

/**
 * Strange beacons in a burst. The emulated machine sends as many in 0.5 to 1 s on a very busy machine, and
 * once a second where it can: how fast it is, is told and not judged.
 */
const STRANGE_BEACONS = 3000;

/** Access point, device, monitor, and a stranger's. */
const RADIOS = 4;
const AT_HOME = ['wlan0 managed', 'wlan1 managed', 'wlan2 managed', 'wlan3 managed'];
const without = (adapter: string): string[] => AT_HOME.filter((each) => !each.startsWith(adapter));

/** A bench that is broken: its code, the adapters that are left for it to put back, what breaks it. */
interface Breakage {
  readonly what: string;
  readonly codes: readonly ErrorCode[];
  readonly atHome: readonly string[];
  readonly how: string;
}

const BREAKAGES: readonly Breakage[] = [
  {
    what: 'the adapter of the access point is pulled',
    codes: ['ERR_INTERFACE', 'ERR_DAEMON', 'ERR_SOCKET'],
    atHome: without('wlan0'),
    how: pull('wlan0'),
  },
  { what: 'the monitor is pulled', codes: ['ERR_INTERFACE'], atHome: without('wlan2'), how: pull('wlan2') },
  {
    what: 'the adapter the bench lent to the device is pulled',
    codes: ['ERR_INTERFACE'],
    atHome: without('wlan1'),
    how: PULL_DEVICE,
  },
  {
    what: 'hostapd is killed',
    codes: ['ERR_DAEMON', 'ERR_INTERFACE', 'ERR_SOCKET'],
    atHome: AT_HOME,
    how: 'kill -9 $(pidof hostapd)',
  },
];

/** A device's own doing: what it does, the rules it fails. */
interface Misbehaviour {
  readonly what: string;
  readonly script: string;
  readonly config?: readonly string[];
  readonly options?: AirProfileOptions;
  readonly fails: readonly string[];
  /** What the run says of it. */
  readonly says: RegExp;
}

/** It takes the credential and keeps it for itself. */
const NO_JOIN = ['wps_cred_processing=1'];

const MISBEHAVIOURS: readonly Misbehaviour[] = [
  {
    what: 'associates and says nothing',
    // Any open network will do; that of a station that wants no WPS, so the request lacks its element.
    script: ':',
    config: ['network={', 'key_mgmt=NONE', '}'],
    options: { limits: { startMs: 15_000, sessionMs: SESSION_MS } },
    fails: ['RVP-IEX-02'],
    says: /the device sent nothing within 15000 ms/,
  },
  {
    what: 'never comes back after WSC',
    script: 'enroll',
    config: NO_JOIN,
    fails: ['RVP-JOIN-01'],
    says: /did not associate after exchange 1/,
  },
  {
    what: 'joins with a wrong key',
    script: [
      'enroll; said WPS-SUCCESS',
      'ssid=$(iw dev wlan0 info | sed -n "s/.*ssid //p")',
      'command add_network; command set_network 0 ssid "\\"$ssid\\""',
      'command set_network 0 psk \'"not the key of it"\'; command select_network 0',
    ].join('\n'),
    config: NO_JOIN,
    fails: ['RVP-JOIN-02'],
    says: /does not complete the 4-way handshake after exchange 1/,
  },
  {
    what: 'takes no address',
    script: 'enroll',
    fails: ['RVP-JOIN-02'],
    says: /has no IP address after exchange 1/,
  },
  {
    what: 'deauthenticates in a loop',
    script: [
      'connections() { grep -c CTRL-EVENT-CONNECTED /run/device.log; }',
      'enroll; said WPS-SUCCESS; said CTRL-EVENT-CONNECTED',
      '(while :; do seen=$(connections); command disconnect; command reconnect',
      'until [ "$(connections)" -gt "$seen" ]; do sleep 0.05; done; done) >/dev/null 2>&1 &',
    ].join('\n'),
    options: { radio: { joinMs: LOOP_MS } },
    fails: ['RVP-JOIN-02'],
    says: /after exchange 1.*the connection ended [2-9]\d* times/,
  },
];

describe('bad input of the radio bench', function () {
  this.timeout(LIMIT_MS);
  let machine: AirMachine;

  before(async () => {
    machine = await AirMachine.boot('bad-air', RADIOS);
  });

  after(async () => {
    expect(await machine.close()).to.deep.equal([]);
  });

  const idsOf = ({ verdicts }: AirRun, wanted: Verdict): string[] =>
    verdicts.results.filter(({ verdict }) => verdict === wanted).map(({ id }) => id);

  const eventsOf = ({ evidence }: AirRun, kind: string): BenchEvent[] =>
    evidence.events.filter((event) => event.kind === kind);

  function verdictOf({ verdicts }: AirRun, wanted: string): string | null {
    return verdicts.results.find(({ id }) => id === wanted)?.verdict ?? null;
  }

  /** From the last thing before it until the failure is noted, after everything was put back; milliseconds. */
  function noticedMs({ evidence: { events } }: AirRun): number {
    const at = events.findIndex(({ kind }) => kind === 'bench-failure');
    return (events[at]?.monotonicMs ?? Infinity) - (events[at - 1]?.monotonicMs ?? -Infinity);
  }

  /** All that was said of the device: reasons and findings of rules, and the ends of sessions. */
  function saidOf(run: AirRun): string {
    return JSON.stringify([run.verdicts.results, eventsOf(run, 'session-end')]);
  }

  function told(run: AirRun): void {
    const { result, verdicts, tookMs } = run;
    const { exitCode, totals } = verdicts;
    console.log(
      `        ${result.ended} ${result.error?.code ?? ''} exit ${exitCode} ${JSON.stringify(totals)} ${tookMs} ms`,
    );
  }

  /** Nothing of the bench is there any more but the adapters, as they were. */
  function expectPutBack({ left }: AirRun, atHome: readonly string[], ofDevice: readonly string[] = []): void {
    expect(left, 'the program inside ended by itself').not.to.equal(null);
    expect(left?.interfaces).to.deep.equal(atHome);
    expect(left?.namespaces).not.to.include('rally-dut');
    expect(left?.programs).to.deep.equal(ofDevice);
    expect(left?.folders).to.deep.equal([]);
  }

  for (const { what, codes, atHome, how } of BREAKAGES)
    it(`${what} during an exchange: an error of ours, and no fault of the device`, async () => {
      const limits = { startMs: FAR_LIMIT_MS, sessionMs: FAR_LIMIT_MS };
      const run = await machine.record(airProfile({ sessions: 2, limits, radio: { joinMs: FAR_LIMIT_MS } }), {
        inside: (bundleDir) => `${recorded(bundleDir, 'M3 received')}; ${how}`,
      });
      told(run);
      expect(run.result.ended).to.equal('failed');
      expect(run.result.error?.code).to.be.oneOf(codes);
      expect(run.evidence.benchFailure?.code).to.be.oneOf(codes);
      expect(run.verdicts.exitCode).to.equal(3);
      expect(idsOf(run, 'fail')).to.deep.equal([]);
      // What was seen before holds; what compares sessions, and where the run was to lead, is our error.
      expect(verdictOf(run, 'RVP-VPI-01')).to.equal('pass');
      expect(idsOf(run, 'error')).to.include.members(['RVP-JOIN-03', 'RVP-VPI-11', 'RVP-SEC-02']);
      expect(noticedMs(run)).to.be.below(BROKEN_LIMIT_MS);
      expectPutBack(run, atHome);
    });

  it('a bench at place here that is killed: the machine is as it was, without its programs and secrets', async () => {
    // Another bench holds the place, one that only listens, until the access point it listens to goes away.
    const listening = airProfile({ inHand: true, limits: { startMs: FAR_LIMIT_MS } });
    const { radio, ...ixit } = listening.ixit;
    if (radio === undefined) throw new Error('there are adapters');
    const { ap, ...others } = radio;
    const observing: Profile = {
      ...listening,
      ixit: { ...ixit, radio: { ...others, observe: { bssid: '02:00:00:00:00:aa' } } },
    };
    expect(ap).to.equal('wlan0');
    const here = airProfile({ radio: { monitor: 'rally-mon' } });
    const run = await machine.record(observing, {
      inside: (bundleDir) => {
        const own = `${bundleDir}/here`;
        const order: Order = { kind: 'record', job: 1, plan: airPlan(here, own, 'here'), canAsk: false };
        writeFileSync(`${bundleDir}/order.json`, `${JSON.stringify(order)}\n`);
        const killed = killedHere(`${bundleDir}/order.json`, own, COMPILED, 'M3 received');
        return `${recorded(bundleDir, 'observe-start')}\n${killed}\niw dev wlan2 del`;
      },
    });
    told(run);
    expect(run.result.error?.code).to.equal('ERR_INTERFACE');
    expectPutBack(run, without('wlan2'));
  });

  it('an adapter of the access point that is not there: named, and nothing is begun', async () => {
    const run = await machine.record(airProfile({ radio: { ap: 'wlan7' } }));
    told(run);
    expect(run.result.error?.code).to.equal('ERR_INTERFACE');
    expect(run.result.error?.message).to.include('ixit.radio.ap: there is no interface wlan7');
    expect(run.evidence.benchFailure?.code).to.equal('ERR_INTERFACE');
    expect(run.verdicts.exitCode).to.equal(3);
    expectPutBack(run, AT_HOME);
  });

  it('a device of ours that says nothing in its time: noted, and no error', async () => {
    const startMs = 300;
    const run = await machine.record(airProfile({ limits: { startMs } }));
    told(run);
    expect(run.result.ended, run.result.error?.message).to.equal('complete');
    expect(run.verdicts.exitCode).to.be.oneOf([1, 2]);
    expect(idsOf(run, 'error')).to.deep.equal([]);
    expect(eventsOf(run, 'session-end')[0]?.detail).to.include({ outcome: 'timeout', silenceMs: startMs });
    expectPutBack(run, AT_HOME);
  });

  it('a channel with radar detection is refused, with a remedy, before the device is asked for anything', async () => {
    const run = await machine.record(airProfile({ radio: { band: '5', channel: 52 } }));
    told(run);
    expect(run.result.ended).to.equal('failed');
    expect(run.result.error?.code).to.equal('ERR_INTERFACE');
    expect(run.result.error?.message).to.include('wlan0 cannot use channel 52 of the 5 GHz band');
    expect(run.result.error?.remedy).to.include('without radar detection');
    expect(run.verdicts.exitCode).to.equal(3);
    expect(idsOf(run, 'fail')).to.deep.equal([]);
    expect(eventsOf(run, 'session-start')).to.deep.equal([]);
    expect(noticedMs(run)).to.be.below(BROKEN_LIMIT_MS);
    expectPutBack(run, AT_HOME);
  });

  for (const { what, script, config, options, fails, says } of MISBEHAVIOURS)
    it(`a device that ${what} fails ${fails.join(', ')} alone`, async () => {
      const limits = { startMs: 60_000, sessionMs: SESSION_MS };
      const profile = airProfile({ limits, radio: { joinMs: JOIN_MS }, inHand: true, ...options });
      const run = await machine.record(profile, {
        inside: (bundleDir) => deviceInHand(bundleDir, script, config),
      });
      told(run);
      expect(run.result.ended, run.result.error?.message).to.equal('complete');
      expect(idsOf(run, 'fail')).to.deep.equal(fails);
      expect(idsOf(run, 'error')).to.deep.equal([]);
      expect(run.verdicts.exitCode).to.equal(1);
      expect(saidOf(run)).to.match(says);
      const { startMs, sessionMs } = profile.ixit.limits;
      expect(run.tookMs).to.be.below(startMs + sessionMs + LOOP_MS + SLACK_MS);
      expectPutBack(run, without('wlan1'), ['wpa_supplicant']);
    });

  it('a monitor that does not hear the device: what the air alone shows stays open, the rest is judged', async () => {
    const run = await machine.record(airProfile(), {
      inside: () => audible({ accessPoint: 3, device: 1, monitor: 2 }),
    });
    told(run);
    expect(run.result.ended).to.equal('complete');
    expect(idsOf(run, 'fail')).to.deep.equal([]);
    expect(idsOf(run, 'error')).to.deep.equal([]);
    const open = ['RVP-IEX-01', 'RVP-IEX-02', 'RVP-IEX-03', 'RVP-IEX-04', 'RVP-VX-07'];
    expect(idsOf(run, 'inconclusive').sort()).to.deep.equal(open);
    // The copies of the access point stand in for the exchange, so it is whole.
    expect(Number(eventsOf(run, 'monitor-missed')[0]?.detail['count'])).to.be.above(5);
    expect(run.evidence.exchanges.map(({ closing }) => closing)).to.deep.equal(['done']);
    expect(verdictOf(run, 'RVP-JOIN-02')).to.equal('pass');
    expect(run.verdicts.exitCode).to.equal(2);
    expectPutBack(run, AT_HOME);
  });

  it('a monitor that does not hear the access point: nothing is missing', async () => {
    const run = await machine.record(airProfile(), {
      inside: () => audible({ accessPoint: 1, device: 3, monitor: 2 }),
    });
    told(run);
    expect(run.result.ended).to.equal('complete');
    for (const verdict of ['fail', 'error', 'inconclusive'] as const) expect(idsOf(run, verdict)).to.deep.equal([]);
    expect(Number(eventsOf(run, 'monitor-missed')[0]?.detail['count'])).to.be.above(5);
    expect(run.evidence.exchanges.map(({ closing }) => closing)).to.deep.equal(['done']);
    expectPutBack(run, AT_HOME);
  });

  it('three thousand strange beacons, again and again: none is recorded, and the device is judged as in silence', async () => {
    let folder = '';
    const run = await machine.record(airProfile(), {
      inside: (bundleDir) => {
        folder = bundleDir;
        return `${strangeBeacons(bundleDir, STRANGE_BEACONS)}\n${recorded(bundleDir, OVER)}; wait; iw dev strange del`;
      },
    });
    told(run);
    const text = readFileSync(`${folder}/strange-beacons.json`, 'utf8');
    const { tookMs, heard } = JSON.parse(text) as { tookMs: number[]; heard: number };
    console.log(
      `        ${STRANGE_BEACONS} strange beacons in each of ${tookMs.join(', ')} ms; the monitor heard ${heard} frames`,
    );
    expect(tookMs).not.to.deep.equal([]);
    expect(heard).to.be.at.least(STRANGE_BEACONS);
    expect(run.result.ended, run.result.error?.message).to.equal('complete');
    expect(idsOf(run, 'fail')).to.deep.equal([]);
    expect(idsOf(run, 'error')).to.deep.equal([]);
    expect(verdictOf(run, 'RVP-JOIN-02')).to.equal('pass');
    // What the kernel had to drop is known, and nothing of strangers is kept.
    if (run.evidence.losses.length === 0) expect(idsOf(run, 'inconclusive')).to.deep.equal([]);
    expect(run.evidence.management.filter(({ transmitter }) => transmitter[1] === 0xee)).to.deep.equal([]);
    expectPutBack(run, AT_HOME);
  });
});
