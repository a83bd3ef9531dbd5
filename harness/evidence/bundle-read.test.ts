import { expect } from 'chai';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Clock } from '#base/clock.js';
import { isRallyError } from '#base/error.js';
import { captureEvidence } from './bundle-capture.js';
import { readBundle } from './bundle-read.js';
import { redactBundle } from './bundle-redact.js';
import { Recorder } from './recorder.js';
import type { RunJson } from './run-json.js';
import { buildExchange, PIN } from './testing/exchange.js';
import { frameTime, groupEthernet } from './testing/frames.js';

const RUN: RunJson = {
  bundleVersion: 1,
  tool: { name: 'rally-conformance', version: '0.1.0' },
  startedAt: '2023-11-14T22:13:20.000Z',
  bench: 'wired',
  place: 'sandbox',
  environment: {},
  plan: { scope: 'wired', kinds: ['m1', 'exchange', 'keys'], sessions: 1, dutMac: '02:00:00:00:01:00' },
  profile: { version: 1, device: { name: 'Printer' } },
};
const START_MS = Number(frameTime(0) / 1_000_000n);
const BUILT = buildExchange();
const wrap = groupEthernet();

const clock: Clock = {
  monotonicMs: () => 5,
  wallMs: () => START_MS,
  sleep: () => Promise.resolve(),
};

async function failure(action: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await action();
  } catch (error) {
    if (isRallyError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('Evidence bundle', () => {
  let dir: string;
  const bundleDir = (): string => path.join(dir, 'bundle');
  const file = (name: string): string => path.join(bundleDir(), name);

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'bundle-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  function begin(run: RunJson = RUN): Recorder {
    return Recorder.create(bundleDir(), run, {
      clock,
      capture: { linkType: 'ethernet', interfaceName: 'veth0', filter: 'ether proto 0x888e' },
    });
  }

  /** A session with the first `packets` packets of an exchange. */
  function session(recorder: Recorder, packets = BUILT.sent.length, end: Record<string, unknown> = {}): void {
    recorder.secret('pin', PIN);
    recorder.event('session-start', { session: 1, method: 'pin', wallMs: START_MS });
    BUILT.sent.slice(0, packets).forEach((sent, index) => {
      const direction = sent.from === 'enrollee' ? 'in' : 'out';
      recorder.frame(wrap(sent, index), frameTime(index), { direction, comment: sent.what });
      if (sent.what === 'M2') recorder.keys({ ...BUILT, ...BUILT.keys });
    });
    recorder.event('session-end', { session: 1, outcome: 'done', text: '', wallMs: START_MS + 100, ...end });
  }

  it('gives back what was recorded, by the bundle folder and by the run folder', async () => {
    const recorder = begin();
    session(recorder);
    recorder.close();
    for (const folder of [dir, bundleDir()]) {
      const { evidence, run, profile, bundleDir: found } = await readBundle(folder);
      expect(found).to.equal(bundleDir());
      expect(run.plan).to.deep.equal(RUN.plan);
      expect(profile).to.deep.equal(RUN.profile);
      const [exchange] = evidence.exchanges;
      expect(exchange).to.deep.include({ closing: 'done', method: 'pin', pin: PIN, lossy: false });
      expect(exchange?.messages.map(({ settings }) => settings?.problem)).to.deep.equal([
        undefined,
        undefined,
        undefined,
        null,
        null,
        null,
        null,
        null,
        undefined,
      ]);
      expect(evidence).to.deep.include({ source: 'run', benchFailure: null, losses: [] });
      expect(evidence.ability).to.deep.equal({ kinds: RUN.plan.kinds, sessions: 1 });
      expect(evidence.events.map(({ kind }) => kind)).to.deep.equal(['clock', 'session-start', 'session-end', 'end']);
    }
  });

  it('keeps secrets in one file that only the owner can read', () => {
    const recorder = begin();
    session(recorder);
    recorder.close();
    expect(statSync(file('secrets.json')).mode & 0o777).to.equal(0o600);
    expect(readdirSync(bundleDir()).toSorted()).to.deep.equal([
      'capture.pcapng',
      'documents',
      'events.jsonl',
      'logs',
      'run.json',
      'secrets.json',
    ]);
    for (const name of ['events.jsonl', 'run.json']) expect(readFileSync(file(name), 'utf8')).not.to.include(PIN);
  });

  it('is read without keys after it was redacted', async () => {
    const recorder = begin();
    session(recorder);
    recorder.close();
    await redactBundle(dir);
    await redactBundle(dir);
    const [exchange] = (await readBundle(dir)).evidence.exchanges;
    expect(exchange).to.deep.include({ keys: null, pin: null, closing: 'done' });
    expect((await failure(() => redactBundle(path.join(dir, 'logs')))).code).to.equal('ERR_BUNDLE_FORMAT');
  });

  it('says that a session ran out of time', async () => {
    const recorder = begin();
    session(recorder, 8, { outcome: 'timeout', silenceMs: 15_000 });
    recorder.close();
    const [exchange] = (await readBundle(dir)).evidence.exchanges;
    expect(exchange).to.deep.include({ closing: 'timeout', silenceMs: 15_000, lossy: false });
  });

  it('has evidence of a device that never said a word', async () => {
    begin().close();
    const { evidence } = await readBundle(dir);
    expect(evidence).to.deep.include({ dutMac: null, exchanges: [], benchFailure: null });
  });

  it('takes the word of the bench for losses', async () => {
    const recorder = begin();
    session(recorder);
    recorder.event('loss', { source: 'kernel', count: 2, text: 'two' });
    recorder.close();
    const { evidence } = await readBundle(dir);
    expect(evidence.losses).to.deep.equal([{ source: 'kernel', count: 2, text: 'two' }]);
    expect(evidence.exchanges[0]?.lossy).to.equal(true);
  });

  it('is read wherever a kill cut it off', async () => {
    session(begin());
    const whole = readFileSync(file('capture.pcapng'));
    const events = readFileSync(file('events.jsonl'));
    for (const length of [whole.length - 1, whole.length - 40, Math.floor(whole.length / 2), 200, 100, 27, 3, 0]) {
      truncateSync(file('capture.pcapng'), length);
      writeFileSync(file('events.jsonl'), events.subarray(0, Math.floor((events.length * length) / whole.length)));
      const { evidence } = await readBundle(dir);
      expect(evidence.benchFailure?.code).to.equal('ERR_BENCH_DIED');
      for (const exchange of evidence.exchanges) expect(exchange.closing).to.equal('open');
      writeFileSync(file('capture.pcapng'), whole);
    }
    rmSync(file('capture.pcapng'));
    rmSync(file('events.jsonl'));
    expect((await readBundle(dir)).evidence.exchanges).to.deep.equal([]);
  });

  it('has the bench failure that was recorded', async () => {
    const recorder = begin();
    recorder.event('bench-failure', { code: 'ERR_INTERFACE', text: 'veth0 vanished' });
    const { evidence } = await readBundle(dir);
    expect(evidence.benchFailure).to.deep.equal({ code: 'ERR_INTERFACE', text: 'veth0 vanished' });
  });

  it('is refused when it is newer, damaged or none', async () => {
    const recorder = begin();
    session(recorder);
    recorder.close();
    const runText = readFileSync(file('run.json'), 'utf8');
    const cases: [string, string, string][] = [
      ['run.json', runText.replace('"bundleVersion": 1', '"bundleVersion": 2'), 'ERR_BUNDLE_FORMAT'],
      ['run.json', '[]', 'ERR_BUNDLE_FORMAT'],
      ['run.json', runText.replace('"dutMac": "02', '"dutMac": "zz'), 'ERR_BUNDLE_FORMAT'],
      ['events.jsonl', '{}\n', 'ERR_BUNDLE_DAMAGED'],
      ['capture.pcapng', 'nonsense of more than twenty-eight bytes', 'ERR_BUNDLE_DAMAGED'],
      ['secrets.json', '{"version":1}', 'ERR_BUNDLE_DAMAGED'],
    ];
    for (const [name, content, code] of cases) {
      const before = readFileSync(file(name));
      writeFileSync(file(name), content);
      const error = await failure(() => readBundle(dir));
      expect([name, error.code]).to.deep.equal([name, code]);
      expect(error.message).not.to.include(PIN);
      writeFileSync(file(name), before);
    }
    truncateSync(file('capture.pcapng'), statSync(file('capture.pcapng')).size - 4);
    expect((await failure(() => readBundle(dir))).code).to.equal('ERR_BUNDLE_DAMAGED');
    expect((await failure(() => readBundle(path.join(dir, 'nowhere')))).code).to.equal('ERR_BUNDLE_FORMAT');
  });

  it('is not written over another recording', async () => {
    begin().close();
    expect((await failure(() => begin())).code).to.equal('ERR_OUTPUT_EXISTS');
  });

  it('keeps what programs print', () => {
    const recorder = begin();
    const log = recorder.log('wpa_supplicant');
    log(new TextEncoder().encode('one\n'));
    recorder.log('wpa_supplicant')(new TextEncoder().encode('two\n'));
    recorder.close();
    log(new TextEncoder().encode('too late\n'));
    expect(readFileSync(file('logs/wpa_supplicant.log'), 'utf8')).to.equal('one\ntwo\n');
  });
});

describe('readCapture', () => {
  it('reads a stream, and names the source of an error', async () => {
    expect((await failure(() => captureEvidence('/nowhere/x.pcap'))).code).to.equal('ERR_FILE_UNREADABLE');
    const folder = await failure(() => captureEvidence(tmpdir()));
    expect(folder.code).to.equal('ERR_FILE_UNREADABLE');
    expect(folder.message).to.include('folder');
    const gzip = await failure(() => captureEvidence(Readable.from([Uint8Array.of(0x1f, 0x8b), Uint8Array.of(8, 0)])));
    expect(gzip.code).to.equal('ERR_CAPTURE_FORMAT');
    expect(gzip.message).to.match(/^standard input: offset 0: this is gzip.*\(ERR_CAPTURE_FORMAT\)$/);
  });
});
