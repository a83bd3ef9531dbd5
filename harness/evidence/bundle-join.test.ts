import { expect } from 'chai';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '#base/clock.js';
import { joinBundles } from './bundle-join.js';
import { recordedParts } from './bundle-parts.js';
import { readBundle } from './bundle-read.js';
import { Recorder } from './recorder.js';
import { parseEvents, type RunJson } from './run-json.js';
import { buildExchange, PIN } from './testing/exchange.js';
import { frameTime, groupEthernet } from './testing/frames.js';

const RUN: RunJson = {
  bundleVersion: 1,
  tool: { name: 'rally-conformance', version: '0.1.0' },
  startedAt: '2023-11-14T22:13:20.000Z',
  bench: 'wired',
  place: 'sandbox',
  environment: {},
  plan: { scope: 'wired', kinds: ['m1', 'exchange', 'keys'], sessions: 3, dutMac: '02:00:00:00:01:00' },
  profile: {},
};
const START_MS = Number(frameTime(0) / 1_000_000n);
const HOUR_NS = 3_600_000_000_000n;
const BUILT = buildExchange();
const wrap = groupEthernet();

/** Session n is held n hours after the first, by a machine that has been up for `upMs` then. */
function clockOf(session: number, upMs: number): Clock {
  const wallMs = START_MS + session * 3_600_000;
  return { monotonicMs: () => upMs, wallMs: () => wallMs, sleep: () => Promise.resolve() };
}

describe('A recording in parts', () => {
  let dir: string;
  const below = (...names: string[]): string => path.join(dir, ...names);
  const eventsIn = (bundle: string): ReturnType<typeof parseEvents> =>
    parseEvents(readFileSync(below(bundle, 'events.jsonl'), 'utf8'));
  const partsIn = async (bundle: string): Promise<string[]> =>
    (await recordedParts(below(bundle))).whole.map(({ part }) => part);

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'parts-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  /** Record sessions, a part each; the last part may be without its end. */
  function recording(name: string, sessions: readonly number[], upMs: number, end: 'cut' | 'whole' | 'closed'): void {
    const clock = clockOf(sessions[0] ?? 0, upMs);
    const recorder = Recorder.create(below(name), RUN, { clock });
    recorder.secret('pin', PIN);
    for (const session of sessions) {
      const wallMs = START_MS + session * 3_600_000;
      recorder.event('session-start', { session, method: 'pin', wallMs });
      BUILT.sent.forEach((sent, index) => {
        const direction = sent.from === 'enrollee' ? 'in' : 'out';
        recorder.frame(wrap(sent, index), frameTime(index) + BigInt(session) * HOUR_NS, { direction });
      });
      recorder.keys({
        ...BUILT.keys,
        enrolleeNonce: new Uint8Array(16),
        registrarNonce: new Uint8Array(16).fill(session),
      });
      recorder.document(`${name}-${session}.xml`, new TextEncoder().encode(`<session>${session}</session>`));
      recorder.event('fetch', { document: `${name}-${session}.xml` });
      if (end === 'cut' && session === sessions.at(-1)) continue;
      recorder.event('session-end', { session, outcome: 'done', wallMs: wallMs + 60_000 });
      recorder.partEnd(`part-${session}`);
    }
    if (end === 'closed') recorder.close();
  }

  it('knows its whole parts after a cut anywhere behind the last of them', async () => {
    recording('cut', [0, 1, 2], 5, 'cut');
    expect(await partsIn('cut')).to.deep.equal(['part-0', 'part-1']);
    const { size } = statSync(below('cut', 'events.jsonl'));
    truncateSync(below('cut', 'events.jsonl'), size - 7);
    appendFileSync(below('cut', 'capture.pcapng'), new Uint8Array(5));
    expect(await partsIn('cut')).to.deep.equal(['part-0', 'part-1']);
    expect(await recordedParts(below('cut'))).to.include({ hasEnded: false, hasFailed: false });
  });

  it('does not count a part, nor what follows it, whose capture is shorter than its end says', async () => {
    recording('lost', [0, 1, 2], 5, 'whole');
    const { whole } = await recordedParts(below('lost'));
    truncateSync(below('lost', 'capture.pcapng'), (whole[1]?.captureBytes ?? 0) - 1);
    const { whole: left, damaged } = await recordedParts(below('lost'));
    expect(left.map(({ part }) => part)).to.deep.equal(['part-0']);
    expect(damaged).to.deep.equal(['part-1', 'part-2']);
  });

  for (const [what, damage] of [
    ['capture', (): void => flip(below('hurt', 'capture.pcapng'))],
    ['event', (): void => flip(below('hurt', 'events.jsonl'))],
    ['document', (): void => writeFileSync(below('hurt', 'documents', 'hurt-0.xml'), '<other/>')],
  ] as const)
    it(`counts no part behind a changed ${what}`, async () => {
      recording('hurt', [0, 1], 5, 'whole');
      damage();
      expect((await recordedParts(below('hurt'))).damaged).to.deep.equal(['part-0', 'part-1']);
    });

  it('is taken up by another recording: one bundle, frames, exchanges and keys of both', async () => {
    recording('first', [0, 1], 1000, 'cut');
    recording('second', [1, 2], 7, 'closed');
    const { whole } = await recordedParts(below('first'));
    await joinBundles(
      below('bundle'),
      { dir: below('first'), upTo: whole[0] ?? null },
      { dir: below('second'), upTo: null },
    );
    const { evidence, run } = await readBundle(below('bundle'));
    expect(run.plan).to.deep.equal(RUN.plan);
    expect(evidence.benchFailure).to.equal(null);
    expect(
      evidence.exchanges.map(({ number, closing, packets }) => [number, closing, packets[0]?.frame.number]),
    ).to.deep.equal([0, 1, 2].map((index) => [index + 1, 'done', 2 + index * BUILT.sent.length]));
    expect(await partsIn('bundle')).to.deep.equal(['part-0', 'part-1', 'part-2']);
    const resumed = eventsIn('bundle').filter(({ kind }) => kind === 'resumed');
    expect(resumed).to.deep.equal([
      { monotonicMs: 1000 + 3_600_000, kind: 'resumed', detail: { wallMs: START_MS + 3_600_000 } },
    ]);
    const secrets = JSON.parse(readFileSync(below('bundle', 'secrets.json'), 'utf8')) as {
      sessions: { registrarNonce: string }[];
    };
    expect(secrets.sessions.map(({ registrarNonce }) => registrarNonce.slice(0, 2))).to.deep.equal([
      '00',
      '01',
      '01',
      '02',
    ]);
    expect(statSync(below('bundle', 'secrets.json')).mode & 0o777).to.equal(0o600);
  });

  it('can be cut and taken up again and again', async () => {
    recording('first', [0], 1000, 'whole');
    recording('second', [1, 2], 7, 'cut');
    recording('third', [2], 9, 'closed');
    const first = { dir: below('first'), upTo: (await recordedParts(below('first'))).whole.at(-1) ?? null };
    const second = { dir: below('second'), upTo: (await recordedParts(below('second'))).whole.at(-1) ?? null };
    await joinBundles(below('two'), first, second);
    expect(await partsIn('two')).to.deep.equal(['part-0', 'part-1']);
    expect((await readBundle(below('two'))).evidence.benchFailure?.code).to.equal('ERR_BENCH_DIED');
    const two = { dir: below('two'), upTo: (await recordedParts(below('two'))).whole.at(-1) ?? null };
    await joinBundles(below('bundle'), two, { dir: below('third'), upTo: null });
    expect(await partsIn('bundle')).to.deep.equal(['part-0', 'part-1', 'part-2']);
    const { evidence } = await readBundle(below('bundle'));
    expect([evidence.exchanges.length, evidence.benchFailure]).to.deep.equal([3, null]);
  });

  it('is followed by its repeats, each evidence of its own with numbers behind those of the run', async () => {
    recording('run', [0, 1], 1000, 'closed');
    recording('again', [2], 7, 'closed');
    const all = { dir: below('run'), upTo: null };
    const repeat = { number: 1, rules: ['RVP-WSC-09'] };
    await joinBundles(below('bundle'), all, { dir: below('again'), upTo: null }, repeat);
    recording('third', [3], 7, 'closed');
    const both = { dir: below('bundle'), upTo: null };
    await joinBundles(below('twice'), both, { dir: below('third'), upTo: null }, { number: 2, rules: [] });
    const { evidence, repeats } = await readBundle(below('twice'));
    const told = [evidence, ...repeats.map((each) => each.evidence)].map(({ exchanges, benchFailure }) => [
      exchanges.map(({ number, packets }) => [number, packets[0]?.frame.number]),
      benchFailure,
    ]);
    const first = (index: number): number => 2 + index * BUILT.sent.length;
    expect(told).to.deep.equal([
      [
        [
          [1, first(0)],
          [2, first(1)],
        ],
        null,
      ],
      [[[3, first(2)]], null],
      [[[4, first(3)]], null],
    ]);
    expect(repeats.map(({ number, rules }) => [number, rules])).to.deep.equal([
      [1, ['RVP-WSC-09']],
      [2, []],
    ]);
    expect(readdirSync(below('twice', 'documents')).sort()).to.deep.equal([
      'repeat-1-again-2.xml',
      'repeat-2-third-3.xml',
      'run-0.xml',
      'run-1.xml',
    ]);
  });

  it('leaves no bundle where the disk is full', async () => {
    recording('first', [0], 1000, 'whole');
    recording('second', [1], 7, 'closed');
    writeFileSync(below('file'), '');
    const { whole } = await recordedParts(below('first'));
    const joining = joinBundles(
      below('file', 'bundle'),
      { dir: below('first'), upTo: whole[0] ?? null },
      { dir: below('second'), upTo: null },
    );
    const code = await joining.then(
      () => 'none',
      (error: unknown) => (error as { code: string }).code,
    );
    expect(code).to.equal('ERR_DISK');
    expect(await partsIn('first')).to.deep.equal(['part-0']);
  });
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
