import { spawn } from 'node:child_process';
import { expect } from 'chai';
import { RallyError } from '#base/error.js';
import type { Ask } from '../device/ask.js';
import type { RecordJob } from '../job.js';
import { wiredProfile } from '../testing/profile.js';
import { PlaceProcess } from './place-process.js';
import { recordRemotely, type RemoteResult } from './remote-recording.js';

const LIMIT_MS = 60_000;
const QUESTION = { id: 'label-has-pin', rule: 'RVP-PIN-03', text: 'Is there a PIN on the label?', limitMs: LIMIT_MS };
/** A bench that asks as soon as it has its order. */
const ASKS = `echo '{"kind":"ready"}'; read order; echo '${JSON.stringify({ kind: 'ask', number: 0, question: QUESTION })}'`;

function place(script: string): PlaceProcess {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: 'pipe' });
  return new PlaceProcess({
    name: 'the sandbox',
    child,
    input: child.stdin,
    output: child.stdout,
    errors: [child.stderr],
    readyLimitMs: LIMIT_MS,
    stopLimitMs: LIMIT_MS,
    letGo: () => {
      child.stdin.destroy();
    },
    explain: (said) => new RallyError('ERR_INTERNAL', said),
  });
}

function record(script: string, ask: Ask): Promise<RemoteResult> {
  const job: RecordJob = {
    bench: 'wired',
    place: 'sandbox',
    profile: wiredProfile(),
    bundleDir: '/nowhere',
    sessions: 1,
    scope: 'full',
    kinds: [],
    toolVersion: '0',
    signal: new AbortController().signal,
    ask,
    onProgress: () => undefined,
  };
  return recordRemotely(job, place(script), { number: 1 });
}

describe('a question from a place', function () {
  this.timeout(LIMIT_MS);

  it('is answered inside', async () => {
    const end = `read reply; case $reply in *'"question":0,"reply":{"answer":"yes"}'*) echo '{"kind":"end","ended":"complete"}';; esac`;
    const result = await record(`${ASKS}; ${end}`, () => Promise.resolve({ answer: 'yes' }));
    expect(result).to.deep.equal({ ended: 'complete', errorOutput: '' });
  });

  it('is taken back when the place is gone', async () => {
    let takenBack: unknown = null;
    const result = await record(`${ASKS}; exit 3`, (_question, signal) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          takenBack = signal.reason;
          reject(signal.reason as Error);
        });
      });
    });
    expect([result.ended, result.error?.code]).to.deep.equal(['failed', 'ERR_BENCH_DIED']);
    expect(takenBack).to.be.instanceOf(RallyError);
  });
});
