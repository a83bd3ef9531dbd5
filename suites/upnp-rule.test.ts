import { expect } from 'chai';
import { fail, notApplicable, pass } from './finding.js';
import { uda } from './sources.js';
import { evidenceWith } from './testing/upnp.js';
import { allOf, cutShort, upnpRule } from './upnp-rule.js';

const FAILURE = { code: 'ERR_BENCH_DIED', text: 'the bench died' };
const CUT = evidenceWith({ isComplete: false });

describe('a rule about UPnP', () => {
  const rest = {
    id: 'RVP-SSDP-001',
    title: 'a title',
    level: 'MUST',
    requirement: 'what is required',
    why: 'what else goes wrong',
    remedy: 'what to do',
    needs: ['ssdp'],
    check: () => [pass('all is right')],
  } as const;

  it('is of UDA, in its first revision unless that is given, and for what is found by UPnP', () => {
    const rule = { ...rest, source: [uda('1.2')], revision: 1, appliesWhen: 'upnp' };
    expect(upnpRule({ ...rest, heading: '1.2' })).to.deep.equal(rule);
    expect(upnpRule({ ...rest, heading: '1.2', revision: 3 })).to.deep.equal({ ...rule, revision: 3 });
  });
});

describe('a follow-up that was cut short', () => {
  it('is told where nobody listened to the end, or at all', () => {
    const expected = { verdict: 'inconclusive', text: 'it was right, and nobody listened to the end' };
    expect(cutShort(CUT, 'it was right')).to.deep.equal(expected);
    const { discovery: dropped, ...unheard } = CUT;
    expect(dropped?.isComplete).to.equal(false);
    expect(cutShort(unheard, 'it was right')).to.deep.equal(expected);
  });

  it('is our own fault where the bench failed', () => {
    expect(cutShort({ ...CUT, benchFailure: FAILURE }, 'it was right')).to.deep.equal({
      verdict: 'error',
      text: 'it was right, and then the bench failed: the bench died',
    });
  });

  it('is none that came to its end, and no capture', () => {
    expect(cutShort(evidenceWith(), 'it was right')).to.equal(null);
    expect(cutShort({ ...CUT, source: 'capture' }, 'it was right')).to.equal(null);
  });
});

describe('findings of everything of a kind', () => {
  const lawful = [notApplicable('it has none')];

  it('are kept where nothing fails and somebody listened to the end', () => {
    expect(allOf(evidenceWith(), lawful, 'all is right')).to.deep.equal(lawful);
    expect(allOf(evidenceWith(), [], 'all is right')).to.deep.equal([pass('all is right')]);
  });

  it('say that a run was cut where nothing fails', () => {
    for (const found of [[], lawful, [pass('this is right')]])
      expect(allOf(CUT, found, 'all is right')).to.deep.equal([cutShort(CUT, 'all is right')]);
  });

  it('keep what fails in a run that was cut, each text once', () => {
    const at = { path: 'ssdp', message: 'NOTIFY', messageOffset: 0, lengthBytes: 0, hex: '' };
    const broken = fail('it is wrong', { expected: 'a', actual: 'b', at, remedy: 'c' });
    expect(allOf(CUT, [broken, ...lawful, broken], 'all is right')).to.deep.equal([broken, ...lawful]);
  });
});
