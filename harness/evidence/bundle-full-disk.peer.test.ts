import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readBundle } from './bundle-read.js';

/** Records in a process of its own whose files may not grow beyond a limit: a disk that is full. */
const SCRIPT = (dir: string): string => `
  import { Recorder } from '#evidence/recorder.js';
  process.on('SIGXFSZ', () => {});
  const clock = { monotonicMs: () => 1, wallMs: () => 1, sleep: () => Promise.resolve() };
  const run = { bundleVersion: 1, tool: { name: 't', version: '1' }, startedAt: '', bench: 'wired', place: 'here',
    environment: {}, plan: { scope: 'wired', kinds: [], sessions: 1, dutMac: null }, profile: null };
  const recorder = Recorder.create(${JSON.stringify(dir)}, run, { clock });
  const thrown = [];
  for (let i = 0; i < 100; i++) {
    try { recorder.frame(new Uint8Array(1000), 1n, { direction: 'in' }); } catch (error) { thrown.push(error.code); }
  }
  recorder.event('progress', {});
  recorder.close();
  console.log(JSON.stringify(thrown));
`;

describe('Recorder on a full disk', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'recorder-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('throws ERR_DISK once, stops, says so, and leaves a bundle that can be read', async () => {
    const node = `"${process.execPath}" --conditions=source --import tsx --input-type=module -`;
    const child = spawnSync('bash', ['-c', `ulimit -f 20; exec ${node}`], { input: SCRIPT(dir), encoding: 'utf8' });
    expect(child.stdout.trim(), child.stderr).to.equal('["ERR_DISK"]');
    const { evidence } = await readBundle(dir);
    expect(evidence.benchFailure?.code).to.equal('ERR_DISK');
    expect(evidence.losses.map(({ source }) => source)).to.deep.equal(['truncated-file']);
  });
});
