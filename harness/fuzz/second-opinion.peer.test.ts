import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { PdmlPacket } from '#wire/testing/pdml.js';
import { tshark } from '#wire/testing/second-opinion.js';
import { kindsOf } from './testing/disagreement-kinds.js';
import { captureOf, mutatedExchanges } from './testing/mutated-exchanges.js';

interface Table {
  readonly exchanges: number;
  readonly seed: number;
  readonly rows: readonly { readonly kind: string; readonly reason: string }[];
}

const TABLE = fileURLToPath(new URL('../../fixtures/second-opinion.json', import.meta.url));
const table = JSON.parse(readFileSync(TABLE, 'utf8')) as Table;

describe('tshark as a second opinion on mutated exchanges', function () {
  this.timeout(120_000);
  const seen = new Map<string, number[]>();
  let frames: readonly Uint8Array[] = [];
  let packets: readonly PdmlPacket[] = [];

  before(() => {
    const folder = mkdtempSync(path.join(tmpdir(), 'second-opinion-'));
    try {
      frames = mutatedExchanges(table.exchanges, table.seed);
      const file = path.join(folder, 'mutated.pcapng');
      writeFileSync(file, captureOf(frames));
      packets = tshark(file);
      expect(packets).to.have.length(frames.length);
      frames.forEach((frame, index) => {
        const packet = packets[index];
        for (const kind of packet === undefined ? ['no such frame'] : kindsOf(frame, packet))
          seen.set(kind, [...(seen.get(kind) ?? []), index + 1]);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it(`disagrees with ours in no other way than the table explains, ${table.exchanges} exchanges`, () => {
    const explained = new Set(table.rows.map(({ kind }) => kind));
    const fresh = [...seen].filter(([kind]) => !explained.has(kind));
    expect(fresh.map(([kind, numbers]) => `${kind}: frames ${numbers.slice(0, 5).join(', ')}`)).to.deep.equal([]);
  });

  it('disagrees in every way the table explains, and each has a reason', () => {
    const kinds = table.rows.map(({ kind }) => kind);
    expect(kinds.filter((kind) => !seen.has(kind))).to.deep.equal([]);
    expect(new Set(kinds).size).to.equal(kinds.length);
    expect(table.rows.filter(({ reason }) => reason.length < 20)).to.deep.equal([]);
  });

  it('agrees on most frames, and has something to say of many', () => {
    const odd = new Set([...seen.values()].flat());
    expect(frames.length).to.be.above(10 * table.exchanges);
    expect(odd.size).to.be.within(table.exchanges / 2, frames.length / 5);
  });

  it('is noticed where it differs in a way of its own', () => {
    const [packet] = packets;
    const frame = Uint8Array.from(frames[0] ?? []);
    frame[0] = (frame[0] ?? 0) ^ 0x10;
    const kinds = packet === undefined ? [] : kindsOf(frame, packet);
    expect(kinds).to.include.members(['whole: ours only: eth.dst', 'whole: tshark only: eth.dst']);
    expect(table.rows.filter(({ kind }) => kind.includes('eth.dst'))).to.deep.equal([]);
  });
});
