import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { readBundle } from '#evidence/bundle-read.js';
import type { Evidence } from '#evidence/model.js';
import { makeDevice } from '#reference/device.js';
import { MODELS, requireModel } from '#reference/models.js';
import type { RecordJob } from '../job.js';
import { record } from '../session.js';
import { LOOPBACK_KINDS, loopbackEvidence } from './loopback-evidence.js';
import { loopbackProfile } from './loopback-profile.js';

/** Frames of an evidence as hex, each with its time. */
const framesOf = ({ exchanges, management }: Evidence): string[] =>
  [...management, ...exchanges.flatMap(({ packets }) => packets)].map(
    ({ frame }) => `${frame.timeNs} ${toHex(frame.bytes)}`,
  );

describe('the loopback bench', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'rally-loopback-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function job(changes: Partial<RecordJob> = {}, faults: readonly string[] = []): RecordJob {
    const device = makeDevice(requireModel('dpws-printer'), 5);
    return {
      bench: 'loopback',
      place: 'here',
      profile: loopbackProfile(device, [], 2),
      bundleDir: path.join(folder, 'bundle'),
      sessions: 2,
      scope: 'loopback',
      kinds: LOOPBACK_KINDS,
      toolVersion: '0',
      reference: { model: 'dpws-printer', faults, seed: 5 },
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...changes,
    };
  }

  it('holds the planned sessions with every model, whole and with keys', () => {
    for (const model of MODELS) {
      const { exchanges, benchFailure, losses } = loopbackEvidence({
        device: makeDevice(model, 1),
        faults: [],
        sessions: 3,
      });
      expect(exchanges.map(({ closing, method, lossy }) => [closing, method, lossy])).to.deep.equal(
        [1, 2, 3].map(() => ['done', model.method, false]),
      );
      expect(exchanges.every(({ keys }) => keys !== null)).to.equal(true);
      expect([benchFailure, losses]).to.deep.equal([null, []]);
    }
  });

  it('has one session with the M2D of Windows, and reads the panel two minutes of its own clock later', () => {
    for (const model of MODELS) {
      const evidence = loopbackEvidence({ device: makeDevice(model, 1), faults: [], sessions: 2 });
      expect(evidence.ability.scenarios).to.deep.equal(['m2d-windows']);
      expect(evidence.exchanges.map(({ script }) => script)).to.deep.equal(['m2d-windows', undefined]);
      const m2d = evidence.exchanges[0]?.messages.find(({ wsc }) => wsc.name === 'M2D');
      const sentMs = Number(m2d?.timeNs ?? 0n) / 1e6;
      const answers = evidence.operator ?? [];
      expect(answers.map(({ answer, by }) => [answer, by])).to.deep.equal(Array(2).fill(['yes', 'panel']));
      for (const { question, timeMs } of answers)
        expect(timeMs, question).to.equal(question.startsWith('display') ? sentMs + 120_000 : 0);
    }
    const once = loopbackEvidence({ device: makeDevice(requireModel('dpws-printer'), 1), faults: [], sessions: 1 });
    expect([once.exchanges[0]?.script, once.operator, once.ability.scenarios]).to.deep.equal([
      undefined,
      undefined,
      [],
    ]);
  });

  it('gives the same bytes and times for the same seed', () => {
    const plan = { device: makeDevice(requireModel('all-in-one'), 9), faults: [], sessions: 2 };
    const once = framesOf(loopbackEvidence(plan));
    expect(framesOf(loopbackEvidence(plan))).to.deep.equal(once);
    const other = { ...plan, device: makeDevice(requireModel('all-in-one'), 10) };
    expect(framesOf(loopbackEvidence(other))).to.not.deep.equal(once);
  });

  it('records a bundle with the evidence it gives in memory, and says what made it', async () => {
    expect(await record(job({}, ['no-vpi']))).to.deep.equal({ ended: 'complete' });
    const { evidence, run } = await readBundle(job().bundleDir);
    expect(evidence.exchanges.map(({ closing }) => closing)).to.deep.equal(['done', 'done']);
    expect(evidence.management.map(({ kind }) => kind)).to.deep.equal(['probe-request']);
    expect(run).to.deep.include({ bench: 'loopback', place: 'here' });
    expect(run.environment).to.include({ device: 'dpws-printer', faults: 'no-vpi', seed: '1:5' });
    expect(run.plan.dutMac).to.equal(toHex(makeDevice(requireModel('dpws-printer'), 5).mac, ':'));
    expect(evidence.events.find(({ kind }) => kind === 'fault')?.detail).to.deep.include({ id: 'no-vpi', fired: true });
  });

  it('fails when a fault changes nothing, and judges what was recorded nevertheless', async () => {
    const { ended, error } = await record(job({ sessions: 1 }, ['transport-uuid-changes-with-session']));
    expect([ended, error?.code]).to.deep.equal(['failed', 'ERR_FAULT_SILENT']);
    const { evidence } = await readBundle(job().bundleDir);
    expect(evidence.events.find(({ kind }) => kind === 'fault')?.detail).to.include({ fired: false });
    expect(evidence.benchFailure?.code).to.equal('ERR_FAULT_SILENT');
  });

  it('gives the stimuli it is asked for, and names the one under which a fault shows', async () => {
    const { error } = await record(job({}, ['m2-authenticator-not-checked']));
    expect(error?.code).to.equal('ERR_FAULT_SILENT');
    expect(error?.remedy).to.equal('It shows under the stimulus reg-05: add --campaign.');
    rmSync(path.join(folder, 'bundle'), { recursive: true });
    const given = job({ stimuli: ['reg-05'] }, ['m2-authenticator-not-checked']);
    expect(await record(given)).to.deep.equal({ ended: 'complete' });
    const { evidence, run } = await readBundle(given.bundleDir);
    expect(run.plan.scenarios).to.deep.equal(['m2d-windows', 'reg-05']);
    expect(evidence.exchanges.map(({ script, recovers }) => [script, recovers])).to.deep.equal([
      ['m2d-windows', undefined],
      [undefined, undefined],
      ['reg-05', undefined],
      [undefined, 'reg-05'],
    ]);
  });

  it('keeps the PIN and the key of the network in the secrets alone', async () => {
    await record(job());
    const { pin } = makeDevice(requireModel('dpws-printer'), 5);
    const secrets = path.join(folder, 'bundle', 'secrets.json');
    expect(statSync(secrets).mode & 0o777).to.equal(0o600);
    expect(readFileSync(secrets, 'utf8')).to.include(pin);
    for (const name of ['run.json', 'events.jsonl', 'capture.pcapng'])
      expect(readFileSync(path.join(folder, 'bundle', name), 'latin1'), name).to.not.include(pin);
  });

  it('refuses a plan it cannot carry out, and leaves no bundle', async () => {
    for (const reference of [
      { model: 'nothing', faults: [], seed: 1 },
      { model: 'sensor', faults: ['nothing'], seed: 1 },
    ]) {
      const { ended, error } = await record(job({ reference }));
      expect([ended, error?.code]).to.deep.equal(['failed', 'ERR_USAGE']);
    }
    const without: Record<string, unknown> = { ...job() };
    delete without['reference'];
    expect((await record(without as unknown as RecordJob)).error?.code).to.equal('ERR_INTERNAL');
  });

  it('does not begin once it is aborted, and says so in the bundle', async () => {
    const { ended } = await record(job({ signal: AbortSignal.abort(new Error('stop')) }));
    expect(ended).to.equal('failed');
    const { evidence } = await readBundle(job().bundleDir);
    expect(evidence.exchanges).to.deep.equal([]);
    expect(evidence.benchFailure?.text).to.match(/stop/);
  });

  it('never replaces a recording', async () => {
    await record(job());
    expect((await record(job())).error?.code).to.equal('ERR_OUTPUT_EXISTS');
  });
});
