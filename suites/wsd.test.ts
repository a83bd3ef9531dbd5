import { expect } from 'chai';
import type { Evidence } from '#evidence/model.js';
import { examine } from '#judge/examine.js';
import type { Rule } from '#judge/rule.js';
import { mexExchangeRules } from './mex/exchange.rules.js';
import { mexMetadataRules } from './mex/metadata.rules.js';
import { MEX_CASES } from './testing/cases-mex.js';
import { WSD_CASES, type NetworkCase } from './testing/cases-wsd.js';
import { WSD_ANSWER_CASES } from './testing/cases-wsd-answers.js';
import { WSD_PART_CASES } from './testing/cases-wsd-parts.js';
import { DPWS_PRINTER } from './testing/devices.js';
import { short } from './testing/verdicts.js';
import { onNetwork } from './testing/wsd.js';
import { wsdAddressesRules } from './wsd/addresses.rules.js';
import { wsdAnnouncementRules } from './wsd/announcement.rules.js';
import { wsdSearchRules } from './wsd/search.rules.js';
import { wsdSequenceRules } from './wsd/sequence.rules.js';

const RULES: readonly Rule[] = [
  ...wsdAnnouncementRules,
  ...wsdSearchRules,
  ...wsdSequenceRules,
  ...wsdAddressesRules,
  ...mexExchangeRules,
  ...mexMetadataRules,
];

function judged(
  evidence: Evidence,
): { rule: Rule; folded: string; findings: ReturnType<typeof examine>['findings'] }[] {
  return RULES.map((rule) => ({ rule, ...examine(rule, evidence, DPWS_PRINTER.profile) }));
}

function failed(results: ReturnType<typeof judged>, level: 'MUST' | 'SHOULD'): string[] {
  return results
    .filter(({ rule, folded }) => folded === 'fail' && rule.level === level)
    .map(({ rule }) => short(rule.id))
    .sort();
}

function examineCase({ script, fails, warns, others = {} }: NetworkCase): void {
  const results = judged(onNetwork(script));
  expect({ fails: failed(results, 'MUST'), warns: failed(results, 'SHOULD') }).to.deep.equal({ fails, warns });
  for (const { rule, folded, findings } of results) {
    const expected = others[short(rule.id)];
    if (expected !== undefined) expect(folded, rule.id).to.equal(expected);
    expect(folded, `${rule.id}: ${findings[0]?.text ?? ''}`).to.not.equal('error');
    for (const { verdict, blockedBy, ...finding } of findings) {
      if (blockedBy !== undefined) expect(rule.blockedBy, rule.id).to.include(blockedBy);
      if (verdict === 'fail') expect(finding, rule.id).to.include.keys('expected', 'actual', 'at', 'remedy');
    }
  }
}

describe('rules on WS-Discovery', () => {
  for (const each of [...WSD_CASES, ...WSD_PART_CASES, ...WSD_ANSWER_CASES]) {
    it(each.name, () => {
      examineCase(each);
    });
  }

  it('pass on a conformant device, each of them', () => {
    const others = judged(onNetwork()).filter(({ folded }) => folded !== 'pass');
    expect(others.map(({ rule, findings }) => `${rule.id} ${findings[0]?.text ?? ''}`)).to.deep.equal([]);
  });

  it('fail nothing of a run that is cut anywhere', () => {
    const whole = onNetwork();
    const { discovery } = whole;
    if (discovery === undefined) throw new Error('a run without discovery');
    const { datagrams, fetches, stimuli, searches } = discovery;
    for (let count = 0; count <= datagrams.length; count++) {
      const part = datagrams.slice(0, count);
      const untilMs = part.at(-1)?.timeMs ?? 0;
      const isBefore = ({ timeMs }: { readonly timeMs: number }): boolean => timeMs <= untilMs;
      const cut = {
        ...discovery,
        isComplete: false,
        untilMs,
        datagrams: part,
        fetches: fetches.filter(({ endMs }) => endMs <= untilMs),
        stimuli: stimuli.filter(isBefore),
        searches: searches
          .filter(({ request }) => part.includes(request))
          .map(({ request, answers }) => ({ request, answers: answers.filter(isBefore), untilMs })),
      };
      const results = judged({ ...whole, discovery: cut });
      expect([...failed(results, 'MUST'), ...failed(results, 'SHOULD')], `after ${count}`).to.deep.equal([]);
      expect(results.filter(({ folded }) => folded === 'error').map(({ rule }) => rule.id)).to.deep.equal([]);
    }
  });

  it('say why they were not judged where nobody looked', () => {
    const { discovery, ...without } = onNetwork();
    expect(discovery).to.not.equal(undefined);
    const verdicts = new Set(judged(without).map(({ folded }) => folded));
    expect([...verdicts]).to.deep.equal(['not-run']);
  });

  it('are blocked by RVP-DISC-01 where the device is silent', () => {
    const results = judged(onNetwork({ messages: () => [], fetches: () => [] }));
    const blockers = new Set(results.flatMap(({ findings }) => findings.map(({ blockedBy }) => blockedBy)));
    expect([...blockers]).to.deep.equal(['RVP-DISC-01']);
  });
});

describe('rules on DPWS metadata', () => {
  for (const each of MEX_CASES) {
    it(each.name, () => {
      examineCase(each);
    });
  }
});
