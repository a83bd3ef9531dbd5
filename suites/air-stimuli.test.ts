import { expect } from 'chai';
import type { StimulusId } from '#evidence/model.js';
import { encountering, type Met } from './testing/air-stimuli.js';
import { SENSOR } from './testing/devices.js';
import { broken, judgeAll, withVerdict } from './testing/verdicts.js';

function told(id: StimulusId, met: Met): string[] {
  const verdicts = judgeAll(SENSOR.profile, encountering(SENSOR, id, met));
  const rule = id.toUpperCase().replace(/[A-Z]$/, (letter) => letter.toLowerCase());
  const result = verdicts.results.find(({ id: each }) => each === `RVP-${rule}`);
  return [result?.verdict ?? '', result?.findings[0]?.text ?? ''];
}

describe('an access point that a device has to keep away from', () => {
  const ids = ['reg-40', 'reg-41b', 'reg-42'] as const;

  it('is left alone: everything holds', () => {
    for (const id of ids) {
      const verdicts = judgeAll(SENSOR.profile, encountering(SENSOR, id, { method: 'pbc', exchange: null }));
      expect(broken(verdicts), id).to.deep.equal({ fails: [], warns: [] });
      for (const verdict of ['inconclusive', 'error'] as const)
        expect(withVerdict(verdicts, verdict), id).to.deep.equal([]);
    }
    expect(told('reg-40', { method: 'pbc', exchange: null })).to.deep.equal([
      'pass',
      'the device keeps away in session 3: no M1 within 30 s',
    ]);
  });

  it('is not said to be left alone by a device that nobody has started', () => {
    for (const id of ids)
      expect(told(id, { method: 'pbc', exchange: null, looked: false })).to.deep.equal([
        'inconclusive',
        'the device was not heard to look for a Registrar in session 3; it may not have been started',
      ]);
  });

  it("is nobody's matter where the bench died", () => {
    for (const id of ids) expect(told(id, { method: 'pbc', exchange: null, ended: false })[0]).to.equal('error');
    expect(told('reg-40', { method: 'pbc', exchange: { last: 'M1' }, ended: false })[0]).to.equal('fail');
  });
});

describe('an access point that a device has to register with', () => {
  it('is registered with: everything holds', () => {
    for (const [id, method] of [
      ['reg-43', 'pbc'],
      ['reg-44a', 'pin'],
      ['reg-44b', 'pin'],
    ] as const) {
      const verdicts = judgeAll(SENSOR.profile, encountering(SENSOR, id, { method, exchange: {} }));
      expect(broken(verdicts), id).to.deep.equal({ fails: [], warns: [] });
      for (const verdict of ['inconclusive', 'error'] as const)
        expect(withVerdict(verdicts, verdict), id).to.deep.equal([]);
    }
    expect(told('reg-43', { method: 'pbc', exchange: {} })).to.deep.equal([
      'pass',
      'the device sends WSC_Done in exchange 3',
    ]);
  });

  it('is passed by, which is a failure only of a device that looked for one', () => {
    const [verdict, reason] = told('reg-43', { method: 'pbc', exchange: null });
    expect(verdict).to.equal('fail');
    expect(reason).to.match(/^the device does not register in session 3, where/);
    expect(told('reg-43', { method: 'pbc', exchange: null, looked: false })[0]).to.equal('inconclusive');
    expect(told('reg-43', { method: 'pbc', exchange: { last: 'M3', closing: 'open' } })[0]).to.equal('inconclusive');
    expect(told('reg-43', { method: 'pbc', exchange: { last: 'M3' } })[0]).to.equal('fail');
    expect(told('reg-43', { method: 'pbc', exchange: null, ended: false })[0]).to.equal('error');
  });
});

describe('a device that a person starts by PIN', () => {
  it('is not said to have failed by a Probe Request that it may send at any time', () => {
    for (const id of ['reg-44a', 'reg-44b'] as const) {
      const [verdict, text] = told(id, { method: 'pin', exchange: null });
      expect([verdict, text?.endsWith('; it may not have been started')]).to.deep.equal(['inconclusive', true]);
      expect(told(id, { method: 'pin', exchange: { last: 'M3' } })[0]).to.equal('fail');
    }
  });
});

describe('an access point of which is only told what comes of it', () => {
  it('is registered with, or left alone', () => {
    expect(told('reg-41a', { method: 'pin', exchange: {} })).to.deep.equal([
      'pass',
      'the device registers, or tries to: exchange 3 ended after its WSC_Done',
    ]);
    expect(told('reg-44c', { method: 'pin', exchange: null })).to.deep.equal([
      'pass',
      'the device keeps away in session 3: no M1 within 30 s',
    ]);
    expect(told('reg-44c', { method: 'pin', exchange: null, looked: false })[0]).to.equal('inconclusive');
  });
});
