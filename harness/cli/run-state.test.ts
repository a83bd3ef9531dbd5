import { expect } from 'chai';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRallyError } from '#base/error.js';
import { joinBundles } from '#evidence/bundle-join.js';
import { LOOPBACK_KINDS } from '#lab/bench/loopback-evidence.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import type { RecordJob } from '#lab/job.js';
import { record } from '#lab/session.js';
import { makeDevice } from '#reference/device.js';
import { requireModel } from '#reference/models.js';
import { runFolder, type RunFolder } from './run-folder.js';
import { joinRest, settle } from './run-state.js';
import { withRecordersKilledAt } from './testing/killed-recorder.js';

const MODEL = 'sensor';
const PARTS = ['ordinary', 'reg-05', 'reg-06'];

function job(bundleDir: string, some: Pick<RecordJob, 'parts' | 'notBeforeMs'> = {}): RecordJob {
  const seed = 1;
  return {
    ...{ bench: 'loopback', place: 'here', bundleDir, sessions: 1, stimuli: ['reg-05', 'reg-06'], scope: 'loopback' },
    profile: loopbackProfile(makeDevice(requireModel(MODEL), seed), [], 1),
    kinds: LOOPBACK_KINDS,
    toolVersion: '0',
    reference: { model: MODEL, faults: [], seed },
    ...some,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
}

/** A command that is killed while it joins or moves recordings leaves one of these. */
describe('the folder of a run that was killed between two moves', () => {
  let base = '';
  let folder: RunFolder;

  /** `bundle` with one whole part and a cut one, `bundle.more` with the rest, both joined in `bundle.new`. */
  beforeEach(async () => {
    base = mkdtempSync(path.join(tmpdir(), 'state-'));
    folder = runFolder(path.join(base, 'run'));
    const { partEnds } = await withRecordersKilledAt(Infinity, () => record(job(path.join(base, 'all'))));
    await withRecordersKilledAt((partEnds[0] ?? 0) + 5, () => record(job(folder.bundle)));
    const [first] = (await settle(folder)).whole;
    const rest = { parts: PARTS.slice(1), notBeforeMs: first?.wallMs ?? 0 };
    expect((await record(job(folder.more, rest))).ended).to.equal('complete');
    const cut = { dir: folder.bundle, upTo: first ?? null };
    await joinBundles(folder.joined, cut, { dir: folder.more, upTo: null });
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  async function expectWhole(aside: number): Promise<void> {
    const { whole, isComplete, damaged } = await settle(folder);
    expect(whole.map(({ part }) => part)).to.deep.equal(PARTS);
    expect({ isComplete, damaged }).to.deep.equal({ isComplete: true, damaged: [] });
    expect([existsSync(folder.joined), existsSync(folder.more)]).to.deep.equal([false, false]);
    expect(readdirSync(folder.cut)).to.have.length(aside);
    const secrets = readdirSync(folder.path, { recursive: true }).filter((name) => name.includes('secrets'));
    expect(secrets).to.deep.equal([path.join('bundle', 'secrets.json')]);
  }

  it('before anything was moved: is joined anew', async () => {
    await expectWhole(2);
    await expectWhole(2);
  });

  it('while it was joined: is joined anew', async () => {
    rmSync(path.join(folder.joined, 'run.json'));
    await expectWhole(2);
  });

  it('when the old bundle stood aside: takes the joined one', async () => {
    cpSync(folder.bundle, path.join(folder.cut, '1'), { recursive: true });
    rmSync(folder.bundle, { recursive: true });
    await expectWhole(2);
  });

  it('when the joined one was in its place: does not join the rest twice', async () => {
    cpSync(folder.bundle, path.join(folder.cut, '1'), { recursive: true });
    rmSync(folder.bundle, { recursive: true });
    renameSync(folder.joined, folder.bundle);
    await expectWhole(2);
  });

  it('when nothing of the first recording is whole: the second takes its place', async () => {
    rmSync(folder.joined, { recursive: true });
    rmSync(folder.more, { recursive: true });
    rmSync(path.join(folder.bundle, 'capture.pcapng'));
    const state = await settle(folder);
    expect([state.whole, state.damaged]).to.deep.equal([[], ['ordinary']]);
    await record(job(folder.more));
    await joinRest(folder, state);
    await expectWhole(1);
  });

  it('where the bench failed before it recorded anything: stays as it is', async () => {
    rmSync(folder.joined, { recursive: true });
    rmSync(folder.more, { recursive: true });
    const state = await settle(folder);
    mkdirSync(folder.more);
    await joinRest(folder, state);
    await joinRest(folder, state);
    expect(existsSync(folder.more)).to.equal(false);
    expect(await settle(folder)).to.deep.equal(state);
  });

  it('on a disk that takes no more: keeps both recordings and says so', async () => {
    rmSync(folder.joined, { recursive: true });
    writeFileSync(folder.cut, '');
    const code = await settle(folder).then(
      () => 'none',
      (error: unknown) => (isRallyError(error) ? error.code : String(error)),
    );
    expect(code).to.equal('ERR_DISK');
    rmSync(folder.cut);
    await expectWhole(2);
  });
});
