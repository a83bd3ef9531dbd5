import { expect } from 'chai';
import type { Exchange, StimulusId } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { secondStartRules } from './reg/second-start.rules.js';
import { silenceRules } from './reg/silence.rules.js';
import { SENSOR } from './testing/devices.js';
import { evidenceOf } from './testing/evidence.js';
import { buildExchange, type Script } from './testing/exchange.js';

function exchange(id: StimulusId, number: number, script: Script): Exchange {
  return { ...buildExchange(SENSOR, script, { number, method: 'pin' }), script: id };
}

const said = ([rule]: readonly Rule[], exchanges: readonly Exchange[]): (string | undefined)[] => {
  const [finding]: readonly Finding[] = rule?.check(evidenceOf(SENSOR, exchanges), null) ?? [];
  return [finding?.verdict, finding?.text];
};

describe('a second WSC_Start', () => {
  const first = exchange('reg-38', 1, { last: 'M1', closing: 'open' });

  it('is told of with everything the device says after it', () => {
    expect(said(secondStartRules, [first, exchange('reg-38', 2, { last: 'M3' })])).to.deep.equal([
      'pass',
      'the device says M1, M3 after a second WSC_Start and M2 in exchange 2',
    ]);
  });

  it('is pointed at', () => {
    const second = exchange('reg-38', 2, { last: 'M3' });
    const [rule] = secondStartRules;
    const [finding] = rule?.check(evidenceOf(SENSOR, [first, second]), null) ?? [];
    expect(finding?.at).to.include({ message: 'EAP-Request', exchange: 2, frame: second.packets[0]?.frame.number });
  });

  it('is not known to be without answer before the end was seen', () => {
    const open = exchange('reg-38', 2, { last: 'M1', closing: 'open' });
    expect(said(secondStartRules, [first, open])[0]).to.equal('inconclusive');
    expect(said(secondStartRules, [first])[0]).to.equal('inconclusive');
  });
});

describe('a Registrar that is silent for two minutes', () => {
  it('is given up by a device that begins anew before M2 comes', () => {
    const left = exchange('reg-39', 1, { last: 'M1', closing: 'open' });
    expect(said(silenceRules, [left, exchange('reg-39', 2, { last: 'M1' })])).to.deep.equal([
      'pass',
      'the device begins anew in exchange 2 while the Registrar is silent',
    ]);
  });

  it('is given up by a device that does not take M2 any more', () => {
    expect(said(silenceRules, [exchange('reg-39', 1, { last: 'M2' })])[0]).to.equal('pass');
    expect(said(silenceRules, [exchange('reg-39', 1, { last: 'M3' })])[0]).to.equal('fail');
  });

  it('shows nothing where the session ends before M2', () => {
    expect(said(silenceRules, [exchange('reg-39', 1, { last: 'M1' })])[0]).to.equal('inconclusive');
  });
});
