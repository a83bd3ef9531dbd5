import { expect } from 'chai';
import type { BenchEvent, Evidence } from '#evidence/model.js';
import { overlapText } from './overlap.js';
import { FEWEST_SESSIONS, sessionM1s, tooFew } from './sessions.js';
import { SENSOR } from './testing/devices.js';
import { evidenceOf } from './testing/evidence.js';
import { wiredEvidence } from './testing/sample-evidence.js';

const overlap = (who: unknown, kind: BenchEvent['kind'] = 'overlap'): BenchEvent => {
  return { monotonicMs: 1, kind, detail: { who } };
};

function said(observed: number, more: Partial<Evidence> = {}, fewest?: number): string | null {
  const finding = tooFew(evidenceOf(SENSOR, [], more), observed, 'M1s', fewest);
  return finding === null ? null : `${finding.verdict}: ${finding.text}`;
}

describe('sessions that are compared', () => {
  it('have one M1 each, the last', () => {
    const { exchanges } = wiredEvidence(SENSOR);
    const [first, second] = exchanges;
    const [m1] = first?.messages ?? [];
    const [other] = second?.messages ?? [];
    if (first === undefined || m1 === undefined || other === undefined) throw new Error('not two exchanges');
    const twice = { ...first, messages: [other, m1] };
    const m1s = sessionM1s(evidenceOf(SENSOR, [twice, { ...first, messages: [] }]));
    expect(m1s.map(({ message }) => message)).to.deep.equal([m1]);
  });

  it('are enough, or too few, by the device or by the bench', () => {
    const benchFailure = { code: 'ERR_BENCH_DIED', text: 'gone' };
    expect(FEWEST_SESSIONS).to.equal(2);
    expect(said(2)).to.equal(null);
    expect(said(1)).to.equal('not-run: comparing needs 2 M1s; there is only 1');
    expect(said(0)).to.equal('not-run: comparing needs 2 M1s; there is none');
    expect(said(4, {}, 5)).to.equal('not-run: comparing needs 5 M1s; there is only 4');
    expect(said(5, {}, 5)).to.equal(null);
    expect(said(1, { benchFailure })).to.equal('error: 1 of 2 planned sessions: gone');
    expect(said(2, { benchFailure })).to.equal(null);
    expect(said(1, { events: [overlap(['a stranger'])] })).to.equal(
      'not-run: comparing needs 2 M1s; there is only 1: push-button session overlap with a stranger',
    );
  });
});

describe('push buttons that overlap', () => {
  it('are named once, and only those that are told', () => {
    const text = (...events: readonly BenchEvent[]): string => overlapText(evidenceOf(SENSOR, [], { events }));
    expect(text()).to.equal('');
    expect(text(overlap(['a', 'b']), overlap(['b', 'c']))).to.equal(': push-button session overlap with a, b, c');
    expect(text(overlap(['a'], 'session-end'), overlap('a'), overlap([1, null]))).to.equal('');
    expect(text(overlap([1, 'a']))).to.equal(': push-button session overlap with a');
  });
});
