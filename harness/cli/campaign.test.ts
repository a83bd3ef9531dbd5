import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import { EVIDENCE_KINDS } from '#judge/scope.js';
import { possibleStimuli } from '#lab/bench/scripted-session.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import type { RecordPlan } from '#lab/job.js';
import { makeDevice } from '#reference/device.js';
import { requireModel } from '#reference/models.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { STIMULI } from '#wps/stimuli/table.js';
import { stimuliOf } from './campaign.js';

const ABILITY = { kinds: EVIDENCE_KINDS, sessions: 2 };

function targetOf(model: string): Pick<RecordPlan, 'bench' | 'profile'> {
  return { bench: 'loopback', profile: loopbackProfile(makeDevice(requireModel(model), 1), [], 2) };
}

function chosen(model: string, ...select: readonly string[]): readonly string[] {
  return stimuliOf(targetOf(model), ABILITY, { scope: 'loopback', select });
}

function refusal(model: string, ...select: readonly string[]): string {
  try {
    chosen(model, ...select);
  } catch (error) {
    if (isRallyError(error, 'ERR_NOTHING_SELECTED')) return error.message;
    throw error;
  }
  throw new Error('not refused');
}

describe('stimuli of a campaign', () => {
  it('are all that the bench can give the device, when every rule is judged', () => {
    const byPin = targetOf('dpws-printer');
    expect(byPin.profile.ixit.method).to.equal('pin');
    expect(chosen('dpws-printer')).to.deep.equal(STIMULI.filter(({ air }) => air === undefined).map(({ id }) => id));
    const byButton = targetOf('upnp-renderer');
    expect(byButton.profile.ixit.method).to.equal('pbc');
    expect(chosen('upnp-renderer')).to.deep.equal(possibleStimuli(byButton));
    expect(chosen('upnp-renderer')).to.not.include('reg-18');
  });

  it('are those alone that the selected rules need', () => {
    expect(chosen('upnp-renderer', 'RVP-REG-05')).to.deep.equal(['reg-05']);
    expect(chosen('upnp-renderer', 'RVP-REG-04')).to.deep.equal(['reg-03', 'reg-04']);
    expect(chosen('upnp-renderer', 'reg/settings', 'RVP-VX-01'))
      .to.include('reg-22a')
      .and.not.include('reg-05');
    expect(chosen('upnp-renderer', 'RVP-REG-99')).to.deep.equal(chosen('upnp-renderer'));
  });

  it('are refused where there are none, and where no rule is named', () => {
    expect(refusal('upnp-renderer', 'RVP-VX-01')).to.include('No rule to be judged needs a stimulus');
    expect(refusal('upnp-renderer', 'RVP-REG-18')).to.include('No rule to be judged needs a stimulus');
    expect(refusal('upnp-renderer', 'RVP-REG-1000')).to.include('matches RVP-REG-1000');
  });

  it('have a rule each, and every rule about a stimulus has one', () => {
    const judged = CATALOGUE.flatMap(({ rule, clause }) => (clause === 'recovery' ? [] : (rule.scenarios ?? [])));
    const known = ['m2d-windows', ...STIMULI.map(({ id }) => id)];
    expect([...new Set<string>(judged)].sort()).to.deep.equal(known.sort());
    const recovered = CATALOGUE.find(({ clause }) => clause === 'recovery')?.rule.scenarios ?? [];
    expect([...recovered].sort()).to.deep.equal(STIMULI.map(({ id }) => id).sort());
  });
});
