import { expect } from 'chai';
import { broken, judgeAll, NETWORK_RULES, withVerdict } from '#suites/testing/verdicts.js';
import { DESC_CASES, SSDP_CASES, type NetworkCase } from './testing/network-cases.js';
import { SSDP_ANSWER_CASES } from './testing/network-cases-answers.js';
import { IDENTITY_CASES } from './testing/network-cases-identity.js';
import { SPELLING_CASES } from './testing/network-cases-spelling.js';
import { SSDP_FORM_CASES } from './testing/network-cases-ssdp.js';
import { STAY_CASES } from './testing/network-cases-stay.js';
import { PNPX_CASES } from './testing/network-cases-pnpx.js';
import { conformantRun } from './testing/network-runs.js';

/** Rules on what is said on the network, and on what M1 says of it. */
const onNetwork = (ids: readonly string[]): string[] =>
  ids.filter((id) => NETWORK_RULES.includes(id) || /^(TUU|UID)-/.test(id));

function examineCase({ model, change, fails, warns, notes = {} }: NetworkCase): void {
  const { evidence, profile } = conformantRun(model);
  const verdicts = judgeAll(profile, change(evidence));
  const found = broken(verdicts);
  expect({ fails: onNetwork(found.fails), warns: onNetwork(found.warns) }).to.deep.equal({ fails, warns });
  expect(withVerdict(verdicts, 'error')).to.deep.equal([]);
  for (const { id, findings } of verdicts.results) {
    for (const finding of findings.filter(({ verdict }) => verdict === 'fail'))
      expect(finding, id).to.include.keys('expected', 'actual', 'at', 'remedy');
    const path = notes[id.replace('RVP-', '')];
    if (path !== undefined) expect(findings.map(({ note, at }) => note === true && at?.path)).to.deep.equal([path]);
  }
}

describe('rules on UPnP at their boundaries', () => {
  for (const each of [...SSDP_CASES, ...SSDP_FORM_CASES, ...SSDP_ANSWER_CASES, ...STAY_CASES, ...DESC_CASES])
    it(`${each.model}: ${each.name}`, () => {
      examineCase(each);
    });
});

describe('rules on PnP-X at their boundaries', () => {
  for (const each of PNPX_CASES)
    it(each.name, () => {
      examineCase(each);
    });
});

describe('rules on what M1 promises', () => {
  for (const each of [...IDENTITY_CASES, ...SPELLING_CASES])
    it(`${each.model}: ${each.name}`, () => {
      examineCase(each);
    });
});
