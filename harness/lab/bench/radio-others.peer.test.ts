import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { BenchEvent } from '#evidence/model.js';
import type { Verdict } from '#judge/rule.js';
import type { Profile } from '#profile/schema.js';
import { AirMachine, airProfile, DEVICE_MAC, type AirRun } from '../testing/air.js';
import { deviceInHand, recorded, secondDevice } from '../testing/air-mishaps.js';
import { OVERLAP_WATCH_MS } from './radio-sessions.js';
import { foreignAccessPoint } from '../testing/foreign-access-point.js';

const LIMIT_MS = 600_000;
/** Access point, device, monitor, the second device, the neighbour's access point. */
const RADIOS = 5;
const ACCESS_POINT_MAC = '02:00:00:00:00:00';
const SECOND_MAC = '02:00:00:00:03:00';
const NEIGHBOUR_MAC = '02:00:00:00:04:00';
/** For a device that keeps away. */
const START_MS = 20_000;
/** For a device that takes no address. */
const JOIN_MS = 8000;
/** Between the clock of frames and that of the bench, and from M1 to our M2. */
const CLOCKS_MS = 500;
const KEY_WAS_GIVEN = /WPS-CRED-RECEIVED|WPS-SUCCESS/;

describe('others in the air', function () {
  this.timeout(LIMIT_MS);
  let machine: AirMachine;
  let bundleDir = '';

  before(async () => {
    machine = await AirMachine.boot('others', RADIOS);
  });

  after(async () => {
    expect(await machine.close()).to.deep.equal([]);
  });

  const idsOf = ({ verdicts }: AirRun, wanted: Verdict): string[] =>
    verdicts.results.filter(({ verdict }) => verdict === wanted).map(({ id }) => id);

  const detailsOf = ({ evidence }: AirRun, kind: string): BenchEvent['detail'][] =>
    evidence.events.filter((event) => event.kind === kind).map(({ detail }) => detail);

  const log = (name: string): string => readFileSync(join(bundleDir, 'logs', `${name}.log`), 'utf8');

  async function record(profile: Profile, ...beside: readonly ((folder: string) => string)[]): Promise<AirRun> {
    const run = await machine.record(profile, {
      inside: (folder) => {
        bundleDir = folder;
        return beside.map((each) => `(\n${each(folder)}\n) &`).join('\n');
      },
    });
    const { result, verdicts, tookMs } = run;
    console.log(`        ${result.ended} ${result.error?.code ?? ''} exit ${verdicts.exitCode}, ${tookMs} ms`);
    return run;
  }

  /** It knocks at our access point by its address, whatever that says of others. */
  const second =
    (command: string) =>
    (folder: string): string =>
      secondDevice(folder, `command ${command.replace('BSSID', ACCESS_POINT_MAC)}`);

  const neighbour =
    (...pushAt: readonly string[]) =>
    (folder: string): string =>
      foreignAccessPoint({
        interfaceName: 'wlan4',
        ssid: 'neighbour',
        uuid: '12345678-9abc-4def-8012-3456789abcde',
        eventsFile: join(folder, 'events.jsonl'),
        pushAt,
      });

  function expectWhole(run: AirRun): void {
    expect(run.result.ended, run.result.error?.message).to.equal('complete');
    for (const verdict of ['fail', 'error', 'inconclusive'] as const) expect(idsOf(run, verdict)).to.deep.equal([]);
    for (const { closing, enrolleeMac } of run.evidence.exchanges) {
      expect(closing).to.equal('done');
      expect(Buffer.from(enrolleeMac).toString('hex')).to.equal(DEVICE_MAC.replaceAll(':', ''));
    }
  }

  it('a second device with the right PIN, and a neighbour with WPS: neither disturbs the device nor gets the key', async () => {
    const run = await record(airProfile({ sessions: 2 }), second('wps_pin BSSID 12345670'), neighbour());
    expectWhole(run);
    expect(run.evidence.exchanges).to.have.lengthOf(2);
    expect(detailsOf(run, 'overlap')).to.deep.equal([]);
    expect(log('second')).not.to.match(KEY_WAS_GIVEN);
  });

  it('a second device whose button was pushed too: told as overlap; the device of the profile alone is served', async () => {
    const run = await record(airProfile({ method: 'pbc' }), second('wps_pbc BSSID'));
    expectWhole(run);
    expect(detailsOf(run, 'overlap').map(({ session, who }) => [session, who])).to.deep.equal([
      [1, [`device ${SECOND_MAC}`]],
    ]);
    expect(log('second')).not.to.match(KEY_WAS_GIVEN);
  });

  /** Its button is pushed; it joins whoever gives it a key. */
  const unnamed = airProfile({ method: 'pbc', inHand: true, named: false, radio: { joinMs: JOIN_MS } });
  const inHand = (folder: string): string => deviceInHand(folder, 'command wps_pbc');

  it('a device that nobody named, alone: it is given the key once there was time to hear of another', async () => {
    const run = await record(unnamed, inHand);
    expect(run.result.ended, run.result.error?.message).to.equal('complete');
    // Whoever has it in hand did not see to an address.
    expect(idsOf(run, 'fail')).to.deep.equal(['RVP-JOIN-02']);
    expect(idsOf(run, 'error')).to.deep.equal([]);
    expect(detailsOf(run, 'overlap')).to.deep.equal([]);
    expect(log('device')).to.match(KEY_WAS_GIVEN);
    const [exchange] = run.evidence.exchanges;
    const timeOf = (name: string): bigint =>
      exchange?.messages.find(({ wsc }) => wsc.name === name)?.packets[0]?.frame.timeNs ?? 0n;
    expect(timeOf('M1')).to.not.equal(0n);
    expect(Number((timeOf('M8') - timeOf('M1')) / 1_000_000n)).to.be.at.least(OVERLAP_WATCH_MS - CLOCKS_MS);
  });

  it('a second button while a device that nobody named registers: neither is given the key', async () => {
    const run = await record(unnamed, inHand, (folder) =>
      secondDevice(folder, `${recorded(folder, 'M1 received')}; command wps_pbc ${ACCESS_POINT_MAC}`),
    );
    expect(run.result.ended).to.equal('failed');
    expect(run.result.error?.code).to.equal('ERR_OVERLAP');
    expect(run.result.error?.message).to.include(`device ${SECOND_MAC}`);
    expect(run.verdicts.exitCode).to.equal(3);
    expect(idsOf(run, 'fail')).to.deep.equal([]);
    const names = run.evidence.exchanges.flatMap(({ messages }) => messages.map(({ wsc }) => wsc.name));
    expect(names).to.include('M1').and.not.to.include('M8');
    for (const name of ['device', 'second']) expect(log(name), name).not.to.match(KEY_WAS_GIVEN);
  });

  it("a neighbour's Registrar by push button: the device keeps away, and the reason of all that is open is the overlap", async () => {
    const limits = { startMs: START_MS, sessionMs: 30_000 };
    const run = await record(airProfile({ method: 'pbc', limits }), neighbour('"kind":"clock"'));
    expect(run.result.ended, run.result.error?.message).to.equal('complete');
    expect(log('wpa_supplicant')).to.include('WPS-OVERLAP-DETECTED');
    expect(detailsOf(run, 'overlap').map(({ who }) => who)).to.deep.equal([[`access point ${NEIGHBOUR_MAC}`]]);
    for (const verdict of ['fail', 'error'] as const) expect(idsOf(run, verdict)).to.deep.equal([]);
    expect(run.evidence.exchanges.flatMap(({ messages }) => messages)).to.deep.equal([]);
    expect(run.verdicts.exitCode).to.equal(2);
    const open = run.verdicts.results.filter(({ verdict }) => verdict === 'inconclusive');
    expect(open).not.to.deep.equal([]);
    for (const { id, reason } of open) expect(reason, id).to.include(`overlap with access point ${NEIGHBOUR_MAC}`);
  });
});
