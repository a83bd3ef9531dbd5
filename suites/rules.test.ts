import { expect } from 'chai';
import { CATALOGUE } from './catalogue.js';
import { FAULT_CASES } from './testing/cases.js';
import { judgedCase } from './testing/fault-case.js';
import { ALL_IN_ONE, DEVICES } from './testing/devices.js';
import { evidenceOf, probeRequest, twoSessions, withFrames } from './testing/evidence.js';
import { buildExchange } from './testing/exchange.js';
import { broken, judgeAll, short, withVerdict } from './testing/verdicts.js';

describe('rules on conformant devices', () => {
  for (const device of DEVICES) {
    it(`${device.name}: everything holds`, () => {
      const verdicts = judgeAll(device.profile, twoSessions(device));
      expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
      expect(withVerdict(verdicts, 'error')).to.deep.equal([]);
      expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal([]);
      // 802.11 frames are not part of a wired run.
      expect(withVerdict(verdicts, 'not-run')).to.deep.equal(['VX-07']);
    });
  }

  it('by push button and with 802.11 frames: everything holds', () => {
    const exchanges = [1, 2].map((number) => buildExchange(ALL_IN_ONE, {}, { number, method: 'pbc' }));
    const verdicts = judgeAll(
      ALL_IN_ONE.profile,
      withFrames(evidenceOf(ALL_IN_ONE, exchanges), probeRequest(ALL_IN_ONE)),
    );
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    expect(withVerdict(verdicts, 'not-run')).to.deep.equal([]);
    expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal([]);
  });

  it('each rule passes on at least one of them', () => {
    const passed = new Set<string>();
    for (const device of DEVICES) {
      const evidence = withFrames(twoSessions(device), probeRequest(device));
      for (const id of withVerdict(judgeAll(device.profile, evidence), 'pass')) passed.add(id);
    }
    expect(CATALOGUE.map(({ rule }) => short(rule.id)).filter((id) => !passed.has(id))).to.deep.equal([]);
  });
});

describe('rules on devices with one fault', () => {
  for (const each of FAULT_CASES) {
    it(each.name, () => {
      const { verdicts } = judgedCase(each);
      expect(broken(verdicts)).to.deep.equal({ fails: each.fails, warns: each.warns });
      const errors = verdicts.results.filter(({ verdict }) => verdict === 'error');
      expect(errors.map(({ id, reason }) => `${id} ${reason}`)).to.deep.equal([]);
      for (const { findings } of verdicts.results) {
        for (const finding of findings.filter(({ verdict }) => verdict === 'fail')) {
          expect(finding).to.include.keys('expected', 'actual', 'at', 'remedy');
          expect(finding.at).to.include.keys('frame', 'frameOffset');
        }
      }
    });
  }
});
