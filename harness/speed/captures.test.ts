import { expect } from 'chai';
import { concat } from '#base/bytes.js';
import { Assembler } from '#evidence/assemble.js';
import type { Evidence } from '#evidence/model.js';
import { NO_KEYS } from '#evidence/keys.js';
import { judge } from '#judge/judge.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { CaptureReader, type CaptureSummary } from '#wire/pcap/reader.js';
import { beaconsCapture, denseCapture, keyedCapture } from './captures.js';
import { registerMany } from './registration.js';

function read(chunks: Iterable<Uint8Array>, assembler = new Assembler()): [Evidence[], CaptureSummary] {
  const reader = new CaptureReader(assembler);
  for (const chunk of chunks) reader.push(chunk);
  const summary = reader.finish();
  return [assembler.finish(summary), summary];
}

const failed = (evidence: Evidence): string[] =>
  judge(CATALOGUE, null, evidence, { scope: 'capture', strict: false })
    .results.filter(({ verdict }) => verdict === 'fail' || verdict === 'error')
    .map(({ id }) => id);

describe('Captures that are made for measuring', () => {
  it('hold a registration of another device each time, and a conformant one', () => {
    const [evidence, { packets }] = read(denseCapture(1000, 100));
    expect(packets).to.equal(1000);
    expect(evidence.map(({ exchanges }) => exchanges.map(({ closing }) => closing))).to.deep.equal(
      Array.from({ length: 10 }, () => ['done']),
    );
    expect(new Set(evidence.map(({ dutMac }) => String(dutMac))).size).to.equal(10);
    expect(evidence.flatMap(failed)).to.deep.equal([]);
  });

  it('have Beacons in 98 of 100 frames', () => {
    const [evidence, { packets }] = read(beaconsCapture(3000, 1));
    expect(packets).to.equal(3000);
    const [first] = evidence;
    expect(evidence).to.have.length(3);
    expect(first?.management.map(({ kind }) => kind)).to.deep.equal(['probe-request', 'probe-response', 'beacon']);
  });

  it('differ from chunk to chunk only in what is written over', () => {
    const chunks = [...denseCapture(200, 100)].map((chunk) => chunk.slice());
    expect(read([concat(...chunks)])[1].packets).to.equal(200);
  });

  it('open with the keys of their registrations', () => {
    const registrations = registerMany(3);
    const keys = { ...NO_KEYS, sessions: registrations.map(({ keys: session }) => session) };
    const [evidence] = read(keyedCapture(registrations), new Assembler({ keys }));
    expect(evidence.map(({ exchanges }) => exchanges[0]?.keys !== null)).to.deep.equal([true, true, true]);
    expect(evidence.flatMap(failed)).to.deep.equal([]);
  });
});
