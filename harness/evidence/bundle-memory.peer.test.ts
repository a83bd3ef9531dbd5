import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Megabytes of the long stream; 5000 for the size that is promised (RALLY_STREAM_MB=5000). */
const LONG_MB = Number(process.env['RALLY_STREAM_MB'] ?? 400);
const SHORT_MB = 50;
const ALLOWED_GROWTH_BYTES = 32 * 2 ** 20;

/** Reads a capture from standard input and prints what came of it, with the peak of its process's memory. */
const READER = `
  import { captureEvidence } from '#evidence/bundle-capture.js';
  const { evidence, summary } = await captureEvidence(process.stdin);
  const exchanges = evidence.flatMap((device) => device.exchanges);
  console.log(JSON.stringify({
    packets: summary.packets,
    done: exchanges.filter(({ closing }) => closing === 'done').length,
    management: evidence.reduce((sum, device) => sum + device.management.length, 0),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }));
`;

interface Report {
  readonly packets: number;
  readonly done: number;
  readonly management: number;
  readonly peakBytes: number;
}

function stream(megabytes: number): Report {
  const script = path.join(import.meta.dirname, 'testing', 'write-monitor-stream.ts');
  const node = `"${process.execPath}" --conditions=source --import tsx`;
  const command = `${node} "${script}" ${megabytes} | ${node} --input-type=module -e "$READER"`;
  const env = { ...process.env, READER };
  const child = spawnSync('bash', ['-o', 'pipefail', '-c', command], { encoding: 'utf8', env });
  expect(child.status, child.stderr).to.equal(0);
  return JSON.parse(child.stdout) as Report;
}

describe('A capture from standard input', () => {
  it(`needs no more memory for ${LONG_MB} MB than for ${SHORT_MB} MB`, () => {
    const [short, long] = [stream(SHORT_MB), stream(LONG_MB)];
    expect(long.packets / short.packets).to.be.closeTo(LONG_MB / SHORT_MB, 1);
    expect(short.done).to.be.greaterThan(0);
    expect(long.done).to.be.greaterThan(short.done);
    // One Beacon of the access point the device registered with, however often it was sent.
    expect([short.management, long.management]).to.deep.equal([1, 1]);
    expect(long.peakBytes - short.peakBytes).to.be.lessThan(ALLOWED_GROWTH_BYTES);
  }).timeout(60_000 + LONG_MB * 100);
});
