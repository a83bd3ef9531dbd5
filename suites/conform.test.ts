import { AssertionError, expect } from 'chai';
import { judge } from '#judge/judge.js';
import type { RuleResult } from '#judge/record.js';
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

  it('inconclusive is no assertion, and names what it waits for', () => {
    const { error } = show(
      resultOf('RVP-VX-02', { verdict: 'inconclusive', reason: 'none', blockedBy: ['RVP-VX-01'] }),
    );
    expect(error).to.be.instanceOf(Inconclusive).and.not.instanceOf(AssertionError);
    expect(error?.message).to.equal('RVP-VX-02: none (waits for RVP-VX-01)');
  });

  it('an error of ours is no assertion', () => {
    const { error } = show(resultOf('RVP-VX-02', { verdict: 'error', reason: 'the bench died' }));
    expect(error).to.be.instanceOf(ToolError);
    expect(error?.message).to.equal('RVP-VX-02: the bench died');
  });

  it('what is not judged is pending, the reason in its title', () => {
    expect(show(resultOf('RVP-TUU-01'))).to.deep.include({ state: 'pending', error: null });
    expect(show(resultOf('RVP-TUU-01')).title).to.match(/\(not applicable: M1 of exchange 1 has no Transport UUID/);
    expect(show(resultOf('RVP-VX-07')).title).to.match(/\(not run: needs 802\.11 frames/);
  });

  it('a rule outside the scope shows nothing', () => {
    const outside = judge(CATALOGUE, SENSOR.profile, FAULTY, { scope: 'wired', strict: false }).results;
    const result = outside.find(({ id }) => id === 'RVP-VX-07');
    expect(result === undefined ? 'no result' : shown(result)).to.equal(null);
  });
});
