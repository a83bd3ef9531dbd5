import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { readBundle } from '#evidence/bundle-read.js';
import type { Exchange } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import { vendorExtensions } from '#wire/wps/vendor-extension.js';
import { record } from '../session.js';
import { NONE_EXTENSION, wiredProfile } from '../testing/profile.js';
import { planFor, startRecording } from '../testing/recording.js';

const run = promisify(execFile);
const NOBODY = 65534;
const MESSAGES = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'WSC_DONE'];
/** The same where our Registrar says M2D first. */
const SCRIPTED = ['M1', 'M2D', 'WSC_ACK', ...MESSAGES.slice(1)];

describe('wired bench with wpa_supplicant', function () {
  this.timeout(30_000);
  let folder: string;
  let bundleDir: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-wired-'));
    bundleDir = join(folder, 'bundle');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function recorded(profile: Profile): Promise<readonly Exchange[]> {
    const steps: string[] = [];
    const result = await record({
      ...planFor(profile, bundleDir),
      signal: new AbortController().signal,
      onProgress: ({ step }) => steps.push(step),
    });
    expect(result).to.deep.equal({ ended: 'complete' });
    expect(steps).to.include('M1 received');
    const { evidence } = await readBundle(bundleDir);
    expect(evidence.benchFailure).to.equal(null);
    expect(evidence.losses).to.deep.equal([]);
    return evidence.exchanges;
  }

  function expectComplete(exchange: Exchange | undefined, messages = MESSAGES): void {
    expect(exchange?.closing).to.equal('done');
    expect(exchange?.messages.map(({ wsc }) => wsc.name)).to.deep.equal(messages);
    expect(exchange?.keys).not.to.equal(null);
    // The keys are the right ones: what they open is whole.
    const opened = exchange?.messages.flatMap(({ settings }) => settings ?? []) ?? [];
    expect(opened.map(({ problem }) => problem)).to.deep.equal([null, null, null, null, null]);
  }

  /** Vendor extensions of M1 that are not the Wi-Fi Alliance's. */
  function extensionsOf(exchange: Exchange | undefined): string[] {
    const m1 = exchange?.messages.find(({ wsc }) => wsc.name === 'M1');
    if (m1 === undefined) throw new Error('there is no M1');
    return vendorExtensions(m1.wsc)
      .filter(({ vendor }) => vendor !== 'wfa')
      .map(({ node }) => toHex(node.value));
  }

  async function wpsMessageTypes(capture: string): Promise<number[]> {
    const { stdout } = await run('tshark', ['-r', capture, '-T', 'fields', '-e', 'wps.message_type']);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
  }

  for (const method of ['pin', 'pbc'] as const) {
    it(`completes ${method.toUpperCase()} twice, and tshark reads every message of it`, async () => {
      const exchanges = await recorded(wiredProfile({ method, sessions: 2 }));
      expect(exchanges).to.have.length(2);
      // In the first our Registrar does as Windows does before it has the PIN.
      for (const [index, exchange] of exchanges.entries()) {
        expectComplete(exchange, index === 0 ? SCRIPTED : MESSAGES);
        expect(exchange.method).to.equal(method);
        expect(extensionsOf(exchange)).to.deep.equal([NONE_EXTENSION]);
      }
      const after = [5, 7, 8, 9, 10, 11, 12, 15];
      const types = await wpsMessageTypes(join(bundleDir, 'capture.pcapng'));
      expect(types).to.deep.equal([4, 6, 13, ...after, 4, ...after]);
    });
  }

  it('records sessions, orderly end, secrets that only their owner reads, and the log of the device', async () => {
    await recorded(wiredProfile({ sessions: 2 }));
    const events = readFileSync(join(bundleDir, 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== 'progress');
    const session = ['session-start', 'session-end'];
    expect(kinds).to.deep.equal(['clock', ...session, ...session, 'part-end', 'end']);
    expect(events.filter(({ kind }) => kind === 'session-end').map(({ outcome }) => outcome)).to.deep.equal([
      'done',
      'done',
    ]);
    const secretsFile = join(bundleDir, 'secrets.json');
    expect(statSync(secretsFile).mode & 0o777).to.equal(0o600);
    const secrets = JSON.parse(readFileSync(secretsFile, 'utf8')) as Record<string, unknown>;
    expect(secrets).to.include({ version: 1, pin: '12345670' });
    expect(secrets['sessions']).to.have.length(2);
    expect(readFileSync(join(bundleDir, 'logs', 'wpa_supplicant.log'), 'utf8')).to.include('WPS-SUCCESS');
  });

  it('keeps PIN and network key out of everything but the secrets', async () => {
    await recorded(wiredProfile());
    const { networkKey } = JSON.parse(readFileSync(join(bundleDir, 'secrets.json'), 'utf8')) as { networkKey: string };
    const key = Buffer.from(networkKey, 'hex').toString('latin1');
    expect(key).to.match(/^[0-9a-f]{32}$/);
    for (const file of ['run.json', 'events.jsonl', 'capture.pcapng', 'logs/wpa_supplicant.log']) {
      const text = readFileSync(join(bundleDir, file), 'latin1');
      for (const secret of ['12345670', key, networkKey]) expect(text, file).not.to.include(secret);
    }
  });

  it('has the device send exactly the vendor extension of the profile, 500 bytes long as well', async () => {
    const long = `${NONE_EXTENSION}20ff01e7${'c3'.repeat(487)}`;
    expect(long).to.have.length(2 * 500);
    const [exchange] = await recorded(wiredProfile({ extension: long }));
    expectComplete(exchange);
    expect(extensionsOf(exchange)).to.deep.equal([long]);
  });

  it('has the device send no vendor extension where the profile has none', async () => {
    const [exchange] = await recorded(wiredProfile({ extension: null }));
    expectComplete(exchange);
    expect(extensionsOf(exchange)).to.deep.equal([]);
  });

  it('puts the fragments of a device together', async () => {
    const [exchange] = await recorded(wiredProfile({ fragmentBytes: 100 }));
    expectComplete(exchange);
    const m1 = exchange?.messages.find(({ wsc }) => wsc.name === 'M1');
    expect(m1?.packets.length).to.be.above(3);
  });

  it('does the same for an ordinary user', async function () {
    if (process.getuid?.() === 0) {
      chownSync(folder, NOBODY, NOBODY);
      const prefix = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
      const recording = startRecording(planFor(wiredProfile(), bundleDir), { prefix });
      expect(await recording.end, recording.errorOutput()).to.deep.equal({ ended: 'complete' });
      expect(statSync(join(bundleDir, 'capture.pcapng')).uid).to.equal(NOBODY);
    } else {
      chmodSync(folder, 0o700);
      const recording = startRecording(planFor(wiredProfile(), bundleDir));
      expect(await recording.end, recording.errorOutput()).to.deep.equal({ ended: 'complete' });
    }
    const { evidence } = await readBundle(bundleDir);
    expectComplete(evidence.exchanges[0]);
  });
});
