import { expect } from 'chai';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seededRandom } from '#base/random.js';
import type { StimulusId } from '#evidence/model.js';
import { canonicalJson } from '#judge/canonical.js';
import { LOOPBACK_KINDS } from '#lab/bench/loopback-evidence.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import { plannedParts } from '#lab/bench/parts.js';
import type { RecordJob, RecordResult } from '#lab/job.js';
import { record } from '#lab/session.js';
import { makeDevice } from '#reference/device.js';
import { requireFaults } from '#reference/faults.js';
import { requireModel } from '#reference/models.js';
import { judgeObtained } from './judge-evidence.js';
import { obtainFromBundle } from './obtain.js';
import { runFolder } from './run-folder.js';
import { joinRest, settle } from './run-state.js';
import { withRecordersKilledAt } from './testing/killed-recorder.js';

const STIMULI: readonly StimulusId[] = ['reg-03', 'reg-05', 'reg-06'];
const SEED = 7;
/** Moments inside each part at which the recording is killed. */
const INSIDE = 2;

describe('A campaign that is killed and resumed', function () {
  this.timeout(120_000);
  let base = '';
  let number = 0;

  before(() => {
    base = mkdtempSync(path.join(tmpdir(), 'campaign-'));
  });
  after(() => {
    rmSync(base, { recursive: true, force: true });
  });

  for (const { model: id, faults } of [
    { model: 'dpws-printer', faults: [] },
    { model: 'upnp-renderer', faults: ['vpi-of-4-bytes'] },
  ])
    it(`${[id, ...faults].join(' with ')}: has the verdicts of one that was not, wherever it was killed`, async () => {
      const model = requireModel(id);
      const device = makeDevice(model, SEED);
      const behaviours = requireFaults(faults, model).map((fault) => fault.behaviour(device));
      const job = (bundleDir: string, some: Pick<RecordJob, 'parts' | 'notBeforeMs'> = {}): RecordJob => ({
        ...{ bench: 'loopback', place: 'here', bundleDir, sessions: 2, stimuli: STIMULI, scope: 'loopback' },
        profile: loopbackProfile(device, behaviours, 2),
        kinds: LOOPBACK_KINDS,
        toolVersion: '0',
        reference: { model: id, faults, seed: SEED },
        ...some,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
      const parts = plannedParts(job('')).map((part) => part.id);
      expect(parts).to.deep.equal(['ordinary', ...STIMULI]);
      const verdictsIn = async (bundle: string): Promise<string> => {
        const obtained = await obtainFromBundle(bundle);
        return canonicalJson(judgeObtained(obtained, null, { select: [] }).verdicts);
      };
      const newFolder = (): ReturnType<typeof runFolder> => runFolder(path.join(base, String((number += 1))));

      const whole = newFolder();
      const uncut = await withRecordersKilledAt(Infinity, () => record(job(whole.bundle)));
      expect(uncut.result).to.deep.equal({ ended: 'complete' });
      const expected = await verdictsIn(whole.bundle);
      expect(uncut.partEnds).to.have.length(parts.length);

      /** Go on as `run --resume` does; it may be killed as well. */
      const resume = async (
        folder: ReturnType<typeof runFolder>,
        killedAt = Infinity,
      ): Promise<RecordResult | null> => {
        const state = await settle(folder);
        if (state.isComplete) return null;
        const done = state.whole.map(({ part }) => part);
        const some = {
          parts: parts.filter((part) => !done.includes(part)),
          notBeforeMs: state.whole.at(-1)?.wallMs ?? 0,
        };
        const { result } = await withRecordersKilledAt(killedAt, () =>
          record(job(folder.more, done.length === 0 ? {} : some)),
        );
        if (killedAt === Infinity) await joinRest(folder, state);
        return result;
      };

      const random = seededRandom(SEED);
      const inside = uncut.partEnds.flatMap((end, index) => {
        const start = uncut.partEnds[index - 1] ?? 0;
        return Array.from(random(INSIDE), (byte) => start + 1 + Math.floor((byte / 256) * (end - start - 1)));
      });
      // The last end of a part is followed by no more than the end of the recording.
      for (const killedAt of [0, ...uncut.partEnds, ...inside]) {
        const folder = newFolder();
        await withRecordersKilledAt(killedAt, () => record(job(folder.bundle)));
        const through = uncut.partEnds.filter((end) => end <= killedAt).length;
        expect((await settle(folder)).whole.map(({ part }) => part)).to.deep.equal(parts.slice(0, through));
        await resume(folder);
        expect(await verdictsIn(folder.bundle), `killed at ${killedAt}`).to.equal(expected);
        expect(existsSync(folder.more)).to.equal(false);
        rmSync(folder.path, { recursive: true });
      }
      for (const first of inside) {
        const folder = newFolder();
        await withRecordersKilledAt(first, () => record(job(folder.bundle)));
        // The rest is killed behind its first part, and again before it can be whole.
        for (const second of [40, 7]) await resume(folder, second);
        expect((await resume(folder))?.ended, `killed at ${first}`).to.equal('complete');
        expect(await verdictsIn(folder.bundle), `killed at ${first}`).to.equal(expected);
        expect(await resume(folder)).to.equal(null);
        expect(readdirSync(folder.cut).length).to.be.above(1);
        rmSync(folder.path, { recursive: true });
      }
    });
});
