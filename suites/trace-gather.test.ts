import { expect } from 'chai';
import { gather, normalised, type RawRow } from './trace-gather.js';

const UUID = '3f1c4a52-7b0d-4c8e-9a61-02f4d1b7c9e3';

function row(more: Partial<RawRow> = {}): RawRow {
  return {
    layer: 'm1',
    way: null,
    place: 'UUID-E of M1',
    sent: UUID,
    timeMs: 7,
    at: { path: 'm1.uuidE', message: 'M1', messageOffset: 0, lengthBytes: 0, hex: '' },
    agreement: 'given',
    how: '',
    owner: null,
    ...more,
  };
}

const placesOf = (...numbers: readonly number[]): string[] =>
  gather(numbers.map((exchange) => row({ exchange }))).rows.map(({ place }) => place);

describe('UUID in a text', () => {
  it('is found wherever it stands, and written in lower case', () => {
    expect(normalised(UUID)).to.equal(UUID);
    expect(normalised(`urn:uuid:${UUID.toUpperCase()}::upnp:rootdevice`)).to.equal(UUID);
    for (const text of ['', 'uuid:printer', UUID.replaceAll('-', ''), UUID.slice(0, -1), UUID.replace('-4', '-g')])
      expect(normalised(text), text).to.equal(null);
  });
});

describe('rows of the trace', () => {
  it('that say the same in one place are one, as it was seen first', () => {
    const { rows, unlisted } = gather([row(), row({ timeMs: 9 }), row({ timeMs: 8 })]);
    const { timeMs, count, uuid } = rows[0] ?? {};
    expect([rows.length, timeMs, count, uuid, unlisted]).to.deep.equal([1, 7, 3, UUID, 0]);
    const apart = [row(), row({ layer: 'probe' }), row({ way: 'upnp' }), row({ place: 'USN' }), row({ sent: 'other' })];
    expect(gather(apart).rows.map(({ count: each }) => each)).to.deep.equal([1, 1, 1, 1, 1]);
    expect(gather([row({ sent: 'no uuid' })]).rows[0]?.uuid).to.equal(null);
    expect(gather([row({ exchange: 1 })]).rows[0]).to.not.have.property('exchange');
    expect(gather([])).to.deep.equal({ rows: [], unlisted: 0 });
  });

  it('name the exchanges they were seen in', () => {
    expect(placesOf(3)).to.deep.equal(['UUID-E of M1, exchange 3']);
    expect(placesOf(3, 3)).to.deep.equal(['UUID-E of M1, exchange 3']);
    expect(placesOf(1, 2)).to.deep.equal(['UUID-E of M1, exchanges 1 and 2']);
    expect(placesOf(1, 2, 3)).to.deep.equal(['UUID-E of M1, exchanges 1 to 3']);
    expect(placesOf(2, 3, 4, 5, 6)).to.deep.equal(['UUID-E of M1, exchanges 2 to 6']);
    expect(placesOf(1, 3)).to.deep.equal(['UUID-E of M1, exchanges 1 and 3']);
    expect(placesOf(1, 3, 5, 7)).to.deep.equal(['UUID-E of M1, exchanges 1, 3, 5 and 7']);
    expect(placesOf(1, 3, 5, 7, 9)).to.deep.equal(['UUID-E of M1, exchanges 1, 3, 5, 7 and 1 more']);
    expect(gather([row()]).rows[0]?.place).to.equal('UUID-E of M1');
    expect(gather([row({ exchange: 2 }), row()]).rows[0]?.place).to.equal('UUID-E of M1, exchange 2');
    expect(gather([row(), row({ exchange: 2 })]).rows[0]?.place).to.equal('UUID-E of M1');
  });

  it('are four for one place at most; the others are counted', () => {
    const many = Array.from({ length: 6 }, (_, index) => row({ sent: `identity ${index}` }));
    const { rows, unlisted } = gather([...many, row({ place: 'USN' }), row({ way: 'dpws' }), row({ layer: 'probe' })]);
    expect(rows.map(({ sent }) => sent)).to.deep.equal([
      UUID,
      ...['identity 0', 'identity 1', 'identity 2', 'identity 3'],
      UUID,
      UUID,
    ]);
    expect(unlisted).to.equal(2);
    const ofWays = (['upnp', 'dpws', null] as const).flatMap((way) =>
      [1, 2, 3].map((n) => row({ way, sent: `identity ${n}` })),
    );
    expect(gather(ofWays).unlisted).to.equal(0);
  });

  it('cut an identity that is very long, between characters', () => {
    const sentOf = (sent: string): string => gather([row({ sent })]).rows[0]?.sent ?? '';
    expect(sentOf('x'.repeat(120))).to.equal('x'.repeat(120));
    expect(sentOf('x'.repeat(121))).to.equal(`${'x'.repeat(119)}…`);
    expect(sentOf('x'.repeat(5000))).to.equal(`${'x'.repeat(119)}…`);
    expect(sentOf('😀'.repeat(120))).to.equal('😀'.repeat(120));
    expect(sentOf('😀'.repeat(121))).to.equal(`${'😀'.repeat(119)}…`);
    expect(sentOf('😀'.repeat(5000))).to.equal(`${'😀'.repeat(119)}…`);
    expect(sentOf(`x${'😀'.repeat(121)}`)).to.equal(`x${'😀'.repeat(118)}…`);
  });

  it('stand by way and by layer, what holds for every way first', () => {
    const shuffled = [
      row({ way: 'dpws', layer: 'document' }),
      row({ way: 'upnp', layer: 'container' }),
      row({ way: 'upnp', layer: 'announcement' }),
      row({ layer: 'm1' }),
      row({ way: 'dpws', layer: 'answer' }),
      row({ layer: 'probe' }),
    ];
    expect(gather(shuffled).rows.map(({ way, layer }) => `${way ?? 'all'} ${layer}`)).to.deep.equal([
      'all probe',
      'all m1',
      'upnp announcement',
      'upnp container',
      'dpws answer',
      'dpws document',
    ]);
  });
});
