import { expect } from 'chai';
import { CATALOGUE } from './catalogue.js';
import { FAULT_CASES } from './testing/cases.js';
import { judgedCase } from './testing/fault-case.js';
import { ALL_IN_ONE, DEVICES } from './testing/devices.js';
import { overTheAir, probeRequest, associationRequest } from './testing/air.js';
import { twoSessions } from './testing/evidence.js';
import { AIR_RULES, broken, judgeAll, short, withVerdict } from './testing/verdicts.js';

describe('rules on conformant devices', () => {
  for (const device of DEVICES) {
    it(`${device.name}: everything holds`, () => {
      const verdicts = judgeAll(device.profile, twoSessions(device));
      expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
      expect(withVerdict(verdicts, 'error')).to.deep.equal([]);
      expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal([]);
      // 802.11 frames are not part of a wired run.
      expect(withVerdict(verdicts, 'not-run')).to.deep.equal(AIR_RULES);
    });

    it(`${device.name}: everything holds over the air`, () => {
      const verdicts = judgeAll(device.profile, overTheAir(device));
      expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
      for (const verdict of ['error', 'inconclusive', 'not-run'] as const)
        expect(withVerdict(verdicts, verdict), verdict).to.deep.equal([]);
      const passed = withVerdict(verdicts, 'pass');
      expect(passed).to.include.members(['IEX-01', 'IEX-02', 'IEX-03', 'IEX-04', 'JOIN-01', 'JOIN-02', 'JOIN-03']);
    });
  }

  it('by push button over the air: everything holds', () => {
    const verdicts = judgeAll(ALL_IN_ONE.profile, overTheAir(ALL_IN_ONE, { method: 'pbc' }));
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    for (const verdict of ['error', 'inconclusive', 'not-run'] as const)
      expect(withVerdict(verdicts, verdict), verdict).to.deep.equal([]);
  });

  it('under a made-up address while it looks for a network: everything holds', () => {
    const transmitter = Uint8Array.of(0x06, 1, 2, 3, 4, 5);
    const probe = probeRequest(ALL_IN_ONE, ALL_IN_ONE.pairing, ALL_IN_ONE.uuidE, { transmitter });
    const evidence = overTheAir(ALL_IN_ONE, { management: [probe, associationRequest(ALL_IN_ONE)] });
    const verdicts = judgeAll(ALL_IN_ONE.profile, evidence);
    expect(broken(verdicts)).to.deep.equal({ fails: [], warns: [] });
    expect(withVerdict(verdicts, 'inconclusive')).to.deep.equal([]);
    expect(withVerdict(verdicts, 'pass')).to.include.members(['IEX-01', 'IEX-03', 'UID-02', 'VX-07', 'VX-10']);
  });

  it('each rule passes on at least one of them', () => {
    const passed = new Set<string>();
    for (const device of DEVICES) {
      for (const id of withVerdict(judgeAll(device.profile, overTheAir(device)), 'pass')) passed.add(id);
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
