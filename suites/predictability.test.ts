import { expect } from 'chai';
import { be, concat, fromHex } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { falseAlarmBound, PREDICTABILITY_SESSIONS, regularity, type Series } from './predictability.js';

const NOW = 1_750_000_000;

/** A series of so many sessions, a minute apart. */
function series(value: (session: number) => Uint8Array, sessions = PREDICTABILITY_SESSIONS): Series {
  const numbers = Array.from({ length: sessions }, (_, session) => session);
  return { values: numbers.map(value), seconds: numbers.map((session) => NOW + 60 * session) };
}

/** Sixteen bytes of a generator of states, `bytes` of each, big-endian. */
function stream(next: () => number, bytes: 1 | 2 | 4): Uint8Array {
  return concat(...Array.from({ length: 16 / bytes }, () => be(next(), bytes)));
}

function lcg(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
}

/** Low bytes of rand() of the GNU C library, as it gave them for the seeds NOW + 5, NOW + 65 and so on. */
const gnuRand = [
  'c726278f5a8554cd64445592bb4cb96a',
  '35279e334d3930f87f2a2debecf0f9e1',
  '5f1f308e7811feb08fe811b8b1a327fe',
  '2c1b5eaa466cf1430b221aac8bcad39c',
  '13d62e6582732ddad830064423562119',
].map((hex) => fromHex(hex));

/** The same for the last seeds of a signed clock, a minute apart: 2^31 - 1 is the last. */
const gnuRandOfLastSeeds = [
  'bc67b32bf206c5cfee34128b42fb07a9',
  '4828e87cdf180ab837af7478ad6e308f',
  '488548e79e98b66a478885150d75140b',
  '48de937da30769327be8db41a368b9fa',
  'deece7e2ee5dbcf4bfff6e137e2a58f3',
].map((hex) => fromHex(hex));

const halfWord =
  (next: () => number): (() => number) =>
  () =>
    next() & 0xffff;

/** Sixteen bytes with the bytes of each word, or half word, back to front. */
const eachReversed = (value: Uint8Array, bytes: 2 | 4): Uint8Array =>
  concat(...Array.from({ length: 16 / bytes }, (_, at) => value.slice(at * bytes, (at + 1) * bytes).reverse()));

describe('regularity', () => {
  const random = seededRandom(3);
  const noise = (lengthBytes: number): Uint8Array => Uint8Array.from(random(lengthBytes));

  for (const [name, found, value] of [
    ['a counter', /counter/, (n: number) => concat(noise(12), be((0xffff_fffe + n) >>> 0, 4))],
    ['a counter, little-endian', /counter/, (n: number) => concat(be(7 + n, 4).reverse(), noise(12))],
    ['a counter with gaps', /counter/, (n: number) => concat(noise(4), be(1000 + n * n * 17, 4), noise(8))],
    ['a counter in the third word', /counter/, (n: number) => concat(noise(8), be(n, 4), noise(4))],
    ['a counter that runs down', /counter/, (n: number) => concat(be(1000 - 3 * n, 4), noise(12))],
    ['the time', /clock/, (n: number) => concat(be(NOW + 61 * n, 4), noise(12))],
    [
      'a counter with a large step',
      /session to session/,
      (n: number) => concat(be(Math.imul(n, 0x01234567) >>> 0, 4), noise(12)),
    ],
    ['words of an LCG', /32 bits/, (n: number) => stream(lcg(99 * n * n * n), 4)],
    ['words of an LCG, little-endian', /32 bits/, (n: number) => eachReversed(stream(lcg(99 * n * n * n), 4), 4)],
    ['half words of an LCG', /16 bits/, (n: number) => stream(halfWord(lcg(99 * n * n * n)), 2)],
    [
      'half words of an LCG, little-endian',
      /16 bits/,
      (n: number) => eachReversed(stream(halfWord(lcg(99 * n * n * n)), 2), 2),
    ],
    [
      'low bytes of an LCG',
      /byte by byte/,
      (n: number) =>
        stream(
          (
            (next) => () =>
              next() & 0xff
          )(lcg(99 * n * n * n + n)),
          1,
        ),
    ],
    [
      'rand of the C standard, seeded with the time',
      /seeded with the time/,
      (n: number) => standardRand(NOW + 60 * n - 1800),
    ],
    [
      'rand of the C standard, seeded with the uptime',
      /seeded with the time/,
      (n: number) => standardRand(40 + 61 * n),
    ],
    [
      'rand of the C standard, seeded within an hour of the start',
      /seeded with the time/,
      (n: number) => standardRand(900 * n),
    ],
    [
      'rand of the C standard, seeded by a clock that is an hour off',
      /seeded with the time/,
      (n: number) => standardRand(NOW + 60 * n + (n % 2 === 0 ? 3600 : -3600)),
    ],
    ['rand of the GNU C library, seeded with the time', /seeded with the time/, (n: number) => gnuRand[n] ?? noise(16)],
  ] as const) {
    it(`finds ${name}`, () => {
      expect(regularity(series(value))).to.match(found);
    });

    it(`does not find ${name} where the last session is out of step`, () => {
      const last = PREDICTABILITY_SESSIONS - 1;
      expect(regularity(series((n) => (n === last ? noise(16) : value(n))))).to.equal(null);
    });
  }

  it('finds rand of the GNU C library up to the last seed of a signed clock', () => {
    const seconds = gnuRandOfLastSeeds.map((_, session) => 2 ** 31 - 1 - 60 * (4 - session));
    expect(regularity({ values: gnuRandOfLastSeeds, seconds })).to.match(/seeded with the time/);
  });

  it('finds a constant word', () => {
    expect(regularity(series(() => concat(fromHex('00000000'), noise(12))))).to.match(/counter/);
  });

  it('takes a word for a counter that moves by less than 2^16 in every session', () => {
    const steps = [0, 0x10000, 1, 0x10000, 7];
    for (const direction of [1, -1]) {
      const moved = (limit: number) => (session: number) => {
        const word = steps.slice(0, session + 1).reduce((sum, step) => sum + Math.min(step, limit), 0);
        return concat(noise(12), be((0x5000_0000 + direction * word) >>> 0, 4));
      };
      expect(regularity(series(moved(0xffff)))).to.match(/counter/);
      expect(regularity(series(moved(0x10000)))).to.equal(null);
    }
  });

  it('tries seeds of an hour after the start and around the clock, and no others', () => {
    for (const second of [3601, NOW - 3601, NOW + 3601]) {
      const isByClock = second > 3601;
      const value = (n: number): Uint8Array => standardRand(isByClock || n === 0 ? second + 60 * n : 900 * n);
      expect(regularity(series(value))).to.equal(null);
    }
  });

  it('finds none in fewer sessions', () => {
    expect(regularity(series((n) => concat(noise(12), be(n, 4)), PREDICTABILITY_SESSIONS - 1))).to.equal(null);
  });

  it('finds none in random bytes', () => {
    for (let run = 0; run < 9; run++) expect(regularity(series(() => noise(16), 5 + (run % 3)))).to.equal(null);
  });
});

describe('false alarms', () => {
  it('come less than once in a million runs, however many sessions a run has', () => {
    for (const sessions of [5, 6, 10, 100, 1000]) expect(falseAlarmBound(3, sessions)).to.be.below(1e-6).and.above(0);
    expect(falseAlarmBound(3, 5)).to.be.below(1e-8);
  });

  it('come from the steps between sessions: of eight words, all within 2^16 or by one equation', () => {
    expect(falseAlarmBound(1, 5)).to.equal(2 ** -57 + 12 / 2 ** 32);
    expect(falseAlarmBound(3, 6)).to.equal(3 * (2 ** -72 + 12 / 2 ** 32));
  });

  it('of one equation are no more than the bound says: counted in full for 8 bits', () => {
    // The argument holds for any power of two; of 2^24 triples every one is tried.
    let hits = 0;
    const products = new Uint32Array(256);
    for (let d0 = 0; d0 < 256; d0++) {
      products.fill(0);
      for (let d2 = 0; d2 < 256; d2++) products[(d0 * d2) & 0xff] = (products[(d0 * d2) & 0xff] ?? 0) + 1;
      for (let d1 = 0; d1 < 256; d1++) hits += products[(d1 * d1) & 0xff] ?? 0;
    }
    expect(hits / 2 ** 24)
      .to.be.at.most(1.5 / 256)
      .and.above(1 / 256);
  });
});

function standardRand(seed: number): Uint8Array {
  let state = seed >>> 0;
  return Uint8Array.from({ length: 16 }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) & 0xff;
  });
}
