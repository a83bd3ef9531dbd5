import { expect } from 'chai';
import { concat } from '#base/bytes.js';
import { packetsOf, rewrap, REWRAPPED } from '#evidence/testing/rewrap.js';
import { captureBlocks } from '#evidence/testing/frames.js';
import type { CatalogueEntry } from '#judge/catalogue.js';
import type { Rule, RuleId } from '#judge/rule.js';
import { MODELS } from '#reference/models.js';
import { CATALOGUE } from '#suites/catalogue.js';
import {
  asCapture,
  EXCHANGE_WIDE,
  prefixEvidence,
  prefixViolations,
  SEEN_AT_ONCE,
  type Recording,
} from '#suites/testing/prefix-oracle.js';
import { bundleRecording, modelRecording, observedRecording, storedBundles } from './testing/recordings.js';

/** The same frames under another link layer. */
function rewrapped(recording: Recording, linkType: (typeof REWRAPPED)[number]): Recording {
  const file = rewrap(concat(...captureBlocks('ethernet', recording.frames)), linkType);
  return {
    ...recording,
    interfaces: [linkType],
    frames: packetsOf(file).map(({ bytes, timeNs }) => ({ bytes, timeNs, interfaceId: 0 })),
  };
}

describe('conformant recordings cut at every frame', function () {
  this.timeout(60_000);

  it('know of every rule on the exchange whether it speaks of the whole', () => {
    const onExchange = CATALOGUE.filter(({ rule }) => rule.needs.includes('exchange')).map(({ rule }) => rule.id);
    const known = [...EXCHANGE_WIDE, ...SEEN_AT_ONCE];
    expect(onExchange.filter((id) => !known.includes(id))).to.deep.equal([]);
    expect(new Set(known).size).to.equal(known.length);
  });

  it('hold where the bench only listened', () => {
    const recording = observedRecording();
    expect(recording.frames.length).to.be.above(100);
    expect(prefixViolations(recording)).to.deep.equal([]);
    expect(prefixViolations(asCapture(recording))).to.deep.equal([]);
  });

  for (const name of storedBundles()) {
    const recording = bundleRecording(name);

    describe(name, () => {
      it(`holds more than one exchange, and every part is judged`, () => {
        expect(recording.frames.length).to.be.above(20);
        const [whole] = prefixEvidence(recording, recording.frames.length);
        expect(whole?.exchanges.map(({ closing }) => closing)).to.deep.equal(['done', 'done']);
        const [captured] = prefixEvidence(asCapture(recording), recording.frames.length);
        expect(captured?.ability.scenarios, 'no M2D in it').to.equal(undefined);
      });

      it('as a run whose bench died', () => {
        expect(prefixViolations(recording)).to.deep.equal([]);
      });

      it('as a run whose events outlived its last frames', () => {
        const { run } = recording;
        const events = run?.events.filter(({ kind }) => kind !== 'end').map((event) => ({ ...event, timeNs: 0n }));
        const ahead = run === null || events === undefined ? recording : { ...recording, run: { ...run, events } };
        expect(prefixViolations(ahead)).to.deep.equal([]);
      });

      for (const linkType of REWRAPPED) {
        it(`as a capture over ${linkType}, without and with keys`, () => {
          const capture = rewrapped(recording, linkType);
          expect(prefixViolations(asCapture(capture))).to.deep.equal([]);
          expect(prefixViolations(asCapture(capture, recording.keys))).to.deep.equal([]);
        });
      }
    });
  }

  for (const { id, title } of MODELS) {
    const recording = modelRecording(id);

    describe(`reference model ${id}`, () => {
      it(`${title}: as a run whose bench died`, () => {
        expect(prefixViolations(recording)).to.deep.equal([]);
      });

      it('as a capture, without and with keys; it shows the M2D and what follows', () => {
        const [captured] = prefixEvidence(asCapture(recording), recording.frames.length);
        expect(captured?.ability.scenarios).to.deep.equal(['m2d-windows']);
        expect(prefixViolations(asCapture(recording))).to.deep.equal([]);
        expect(prefixViolations(asCapture(recording, recording.keys))).to.deep.equal([]);
      });
    });
  }

  describe('the oracle', () => {
    const recording = bundleRecording('0.1.0-reference-dpws');
    /** The catalogue with a rule that says the same of any evidence, but for conformant whole ones. */
    const withRule = (wanted: RuleId, check: Rule['check']): CatalogueEntry[] =>
      CATALOGUE.map((entry) => (entry.rule.id === wanted ? { ...entry, rule: { ...entry.rule, check } } : entry));

    it('finds an exchange-wide rule that passes too early', () => {
      const hasty = withRule('RVP-WSC-13', () => [{ verdict: 'pass', text: 'no need to look' }]);
      const violations = prefixViolations(asCapture(recording), hasty);
      const [dpws] = prefixEvidence(recording, recording.frames.length);
      const inside = dpws?.exchanges.map(({ packets, identities }) => {
        return (packets.at(-1)?.frame.number ?? 0) - (identities[0]?.frame.number ?? 0);
      });
      const expected = inside?.reduce((sum, count) => sum + count, 0);
      expect(violations).to.have.length(expected ?? 0);
      expect(violations[0]).to.match(/^after frame \d+: RVP-WSC-13 is pass before the exchange ends$/);
    });

    it('finds a rule that takes what is cut off for what was not sent', () => {
      const naive = withRule('RVP-WSC-13', ({ exchanges }) => {
        const isDone = exchanges.every(({ closing }) => closing === 'done');
        return [{ verdict: isDone ? 'pass' : 'fail', text: 'no WSC_Done' }];
      });
      for (const each of [recording, asCapture(recording)])
        expect(prefixViolations(each, naive)[0]).to.match(/^after frame \d+: RVP-WSC-13 fails: no WSC_Done$/);
    });

    it('finds a rule that breaks', () => {
      const broken = withRule('RVP-VX-01', ({ exchanges }) => {
        if (exchanges.some(({ closing }) => closing === 'open')) throw new Error('oops');
        return [{ verdict: 'pass', text: 'fine' }];
      });
      expect(prefixViolations(asCapture(recording), broken)[0]).to.match(/RVP-VX-01 errs: .*oops/);
    });

    it('refuses a recording that is not conformant or without an exchange', () => {
      const { profile, frames } = recording;
      const other = profile === null ? null : { ...profile, ics: { ...profile.ics, transports: ['upnp' as const] } };
      expect(() => prefixViolations({ ...recording, profile: other })).to.throw(/not conformant: RVP-VPI-10 fails/);
      expect(() => prefixViolations({ ...recording, frames: frames.slice(0, 1) })).to.throw(/has no end/);
    });
  });
});
