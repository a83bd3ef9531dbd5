import { expect } from 'chai';
import { isTelling, partingOf, type Trace, type TraceRow } from './trace.js';

function row(place: string, more: Partial<TraceRow> = {}): TraceRow {
  return {
    layer: 'answer',
    way: 'upnp',
    place,
    sent: '',
    uuid: null,
    count: 1,
    timeMs: 0,
    at: { path: '', message: '', messageOffset: 0, lengthBytes: 0, hex: '' },
    agreement: 'parts',
    how: '',
    owner: null,
    ...more,
  };
}

function trace(rows: readonly TraceRow[], promises: Trace['promises'] = []): Trace {
  return { traceVersion: 1, declares: 'unknown', isLookedFor: true, promises, rows, unlisted: 0 };
}

describe('where identities part', () => {
  it('is the first row of that way, in the order of the layers, that is not the promised one', () => {
    const rows = [
      row('document', { layer: 'document' }),
      row('agreeing announcement', { layer: 'announcement', agreement: 'agrees' }),
      row('answer'),
      row('later answer'),
      row('other way', { layer: 'announcement', way: 'dpws' }),
      row('of M1', { layer: 'm1', way: null }),
    ];
    expect(partingOf(trace(rows), 'upnp')?.place).to.equal('answer');
    expect(partingOf(trace(rows), 'dpws')?.place).to.equal('other way');
    expect(partingOf(trace(rows.slice(1, 2)), 'upnp')).to.equal(null);
  });

  it('is no container id', () => {
    expect(partingOf(trace([row('container', { layer: 'container' })]), 'upnp')).to.equal(null);
  });
});

describe('a trace', () => {
  it('tells something by a promise, or by an identity the device is found under', () => {
    expect(isTelling(trace([]))).to.equal(false);
    expect(isTelling(trace([row('UUID-E', { way: null })]))).to.equal(false);
    expect(isTelling(trace([row('UUID-E', { way: null }), row('USN')]))).to.equal(true);
    const promise = { way: 'upnp', transport: 'UPnP', expected: null, origin: null, problem: '', paths: [] } as const;
    expect(isTelling(trace([], [promise]))).to.equal(true);
  });
});
