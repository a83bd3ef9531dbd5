import { AssertionError, expect } from 'chai';
import { judge } from '#judge/judge.js';
import type { RuleResult } from '#judge/record.js';
import type { Location } from '#judge/rule.js';
import { CATALOGUE } from './catalogue.js';
import { Inconclusive, shown, ToolError, type Shown } from './conform.js';
import { SENSOR } from './testing/devices.js';
import { setValue } from './testing/edits.js';
import { twoSessions } from './testing/evidence.js';
import { judgeAll } from './testing/verdicts.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';

const FAULTY = twoSessions(SENSOR, { attributes: { M1: setValue(ATTRIBUTE.WPSState, Uint8Array.of(3)) } });

function resultOf(id: string, more: Partial<RuleResult> = {}): RuleResult {
  const result = judgeAll(SENSOR.profile, FAULTY).results.find((each) => each.id === id);
  if (result === undefined) throw new RangeError(id);
  return { ...result, ...more };
}

function show(result: RuleResult): Shown {
  const test = shown(result);
  if (test === null) throw new RangeError('shows nothing');
  return test;
}

describe('what mocha shows of a rule', () => {
  it('a pass', () => {
    expect(show(resultOf('RVP-VX-01'))).to.deep.equal({
      title: 'RVP-VX-01 Carry a Microsoft vendor extension in M1',
      state: 'passed',
      error: null,
    });
  });

  it('a warning passes and says so', () => {
    const { title, state } = show(resultOf('RVP-VX-02', { warning: true, reason: 'there are 2' }));
    expect(state).to.equal('passed');
    expect(title).to.match(/\(warning: there are 2\)$/);
  });

  it('a failure is an assertion with expected, actual, place, bytes and repair', () => {
    const { state, error } = show(resultOf('RVP-WSC-05'));
    expect(state).to.equal('failed');
    expect(error).to.be.instanceOf(AssertionError);
    expect(error).to.include({ expected: 'a value from 1 to 2', actual: '0x03' });
    expect(error?.message).to.match(/^RVP-WSC-05: Every WSC attribute/);
    expect(error?.message).to.match(
      /at m1\.wpsState, M1 byte \d+, frame 103 byte \d+: 03\n {2}Send a value from 1 to 2/,
    );
  });

  it('a waived failure is pending, and says until when, by whom, and what is wrong', () => {
    const waived = { reason: 'ROM', owner: 'QA', expires: '2026-12-31' };
    const { title, state, error } = show(resultOf('RVP-WSC-05', { waived }));
    expect({ state, error }).to.deep.equal({ state: 'pending', error: null });
    expect(title).to.match(/^RVP-WSC-05 .* \(waived until 2026-12-31 by QA; it fails: .+\)$/);
  });

  it('a waiver covers nothing but a failure', () => {
    const waived = { reason: 'ROM', owner: 'QA', expires: '2026-12-31' };
    expect(show(resultOf('RVP-VX-01', { waived })).state).to.equal('passed');
    expect(show(resultOf('RVP-WSC-05', { waived, verdict: 'error' })).error).to.be.instanceOf(ToolError);
  });

  it('a failure tells of each spot that failed, as far as its place is known', () => {
    const spot: Location = { path: 'wsc.a', message: 'Probe Request', messageOffset: 5, lengthBytes: 0, hex: '' };
    const more = {
      requirement: 'It is so.',
      remedy: 'Do so.',
      findings: [
        { verdict: 'pass', text: 'right' },
        { verdict: 'fail', text: 'nowhere' },
        { verdict: 'fail', text: 'without frame', at: spot },
        { verdict: 'fail', text: 'cut', at: { ...spot, frame: 3, hex: '0102', hexCut: true }, remedy: 'Do more.' },
        { verdict: 'fail', text: 'whole', at: { ...spot, frame: 3, frameOffset: 40, hex: '0102' } },
      ],
    } as const;
    const { error } = show(resultOf('RVP-WSC-05', more));
    expect(error?.message).to.equal(
      [
        'RVP-WSC-05: It is so.',
        '- nowhere',
        '  Do so.',
        '- without frame',
        '  at wsc.a, Probe Request byte 5',
        '  Do so.',
        '- cut',
        '  at wsc.a, Probe Request byte 5, frame 3 byte 0: 0102...',
        '  Do more.',
        '- whole',
        '  at wsc.a, Probe Request byte 5, frame 3 byte 40: 0102',
        '  Do so.',
      ].join('\n'),
    );
    expect(error).to.include({ expected: 'pass', actual: 'fail', showDiff: true });
    expect(show(resultOf('RVP-WSC-05', { findings: [] })).error).to.include({ expected: 'pass', actual: 'fail' });
  });

  it('inconclusive is no assertion, and names what it waits for', () => {
    const { state, error } = show(
      resultOf('RVP-VX-02', { verdict: 'inconclusive', reason: 'none', blockedBy: ['RVP-VX-01'] }),
    );
    expect(state).to.equal('failed');
    expect(error).to.be.instanceOf(Inconclusive).and.not.instanceOf(AssertionError);
    expect(error?.message).to.equal('RVP-VX-02: none (waits for RVP-VX-01)');
  });

  it('inconclusive names everything it waits for', () => {
    const { error } = show(
      resultOf('RVP-VX-02', { verdict: 'inconclusive', reason: 'none', blockedBy: ['RVP-VX-01', 'RVP-VX-06'] }),
    );
    expect(error?.message).to.equal('RVP-VX-02: none (waits for RVP-VX-01, RVP-VX-06)');
    expect(error?.name).to.equal('Inconclusive');
  });

  it('an error of ours is no assertion', () => {
    const { state, error } = show(resultOf('RVP-VX-02', { verdict: 'error', reason: 'the bench died' }));
    expect(state).to.equal('failed');
    expect(error).to.be.instanceOf(ToolError);
    expect(error?.name).to.equal('ToolError');
    expect(error?.message).to.equal('RVP-VX-02: the bench died');
  });

  it('what is not judged is pending, the reason in its title', () => {
    expect(show(resultOf('RVP-TUU-01'))).to.deep.include({ state: 'pending', error: null });
    expect(show(resultOf('RVP-TUU-01')).title).to.match(/\(not applicable: M1 of exchange 1 has no Transport UUID/);
    const { title, state } = show(resultOf('RVP-VX-07'));
    expect(title).to.match(/\(not run: needs 802\.11 frames/);
    expect(state).to.equal('pending');
  });

  it('a rule outside the scope shows nothing', () => {
    const outside = judge(CATALOGUE, SENSOR.profile, FAULTY, { scope: 'wired', strict: false }).results;
    const result = outside.find(({ id }) => id === 'RVP-VX-07');
    expect(result === undefined ? 'no result' : shown(result)).to.equal(null);
  });
});
