import { expect } from 'chai';
import fc from 'fast-check';
import { isRallyError } from '#base/error.js';
import { BUNDLE_VERSION, formatEvent, parseEvents, parseRunJson } from './run-json.js';

const RUN = {
  bundleVersion: BUNDLE_VERSION,
  tool: { name: 'rally-conformance', version: '0.0.0' },
  startedAt: '2026-01-01T00:00:00.000Z',
  bench: 'wired',
  place: 'sandbox',
  environment: {},
  plan: { scope: 'wired', kinds: ['m1'], sessions: 1, dutMac: '02:00:00:00:01:00' },
  profile: null,
};

const event = fc.record({
  monotonicMs: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
  kind: fc.string(),
  detail: fc.dictionary(
    fc.string().filter((key) => !['monotonicMs', 'kind', '__proto__'].includes(key)),
    fc.oneof(fc.string(), fc.boolean(), fc.integer()),
  ),
});

/** Plain objects again: fast-check makes dictionaries without a prototype. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('events.jsonl', () => {
  it('gives back every event that was written, whatever stands between them', () => {
    const noise = fc.constantFrom('', '{', '[]', 'null', '{"kind":"x"}', '{"monotonicMs":"1","kind":"x"}');
    fc.assert(
      fc.property(fc.array(fc.tuple(event, noise), { maxLength: 8 }), (written) => {
        const text = written.map(([each, line]) => `${formatEvent(each)}${line}\n`).join('');
        expect(plain(parseEvents(text))).to.deep.equal(plain(written.map(([each]) => each)));
      }),
    );
  });

  it('cut anywhere gives the events before the cut', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 5 }), fc.nat(), (written, at) => {
        const text = written.map(formatEvent).join('');
        const cut = text.slice(0, at % text.length);
        // A last line may be whole without its line end.
        const least = cut.split('\n').length - 1;
        const read = parseEvents(cut);
        expect(read.length).to.be.within(least, least + 1);
        expect(plain(read)).to.deep.equal(plain(written.slice(0, read.length)));
      }),
    );
  });
});

describe('run.json', () => {
  it('is read back', () => {
    expect(parseRunJson(JSON.stringify(RUN))).to.deep.equal(RUN);
  });

  it('of any other text is refused as one, and nothing else is thrown', () => {
    const part = fc.constantFrom(...Object.keys(RUN), 'plan.kinds', 'plan.sessions', 'plan.dutMac');
    const altered = fc.tuple(part, fc.jsonValue()).map(([name, value]) => {
      const [outer = '', inner] = name.split('.');
      const copy = structuredClone(RUN) as Record<string, unknown>;
      if (inner === undefined) copy[outer] = value;
      else copy[outer] = { ...RUN.plan, [inner]: value };
      return JSON.stringify(copy);
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), altered), (text) => {
        try {
          const { plan, bundleVersion } = parseRunJson(text);
          expect(bundleVersion).to.equal(BUNDLE_VERSION);
          expect(plan.kinds).to.be.an('array');
          expect(plan.sessions).to.be.a('number');
          expect(plan.dutMac ?? '00:00:00:00:00:00').to.match(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
        } catch (error) {
          if (!isRallyError(error, 'ERR_BUNDLE_FORMAT')) throw error;
        }
      }),
    );
  });

  it('of a newer version is named as such', () => {
    const newer = JSON.stringify({ ...RUN, bundleVersion: BUNDLE_VERSION + 1 });
    expect(() => parseRunJson(newer)).to.throw(`the bundle has version ${BUNDLE_VERSION + 1}`);
  });
});
