import type { StimulusId } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import { encountering, type Met } from './air-stimuli.js';
import { SENSOR } from './devices.js';
import { twoSessions } from './evidence.js';
import { observed, type Broken, type FaultCase } from './fault-case.js';

function met(name: string, id: StimulusId, how: Met, broken: Broken): FaultCase {
  return { ...observed(name, SENSOR, () => encountering(SENSOR, id, how), broken), profile: STARTED };
}

/** A device that the bench starts itself, so that it is known to have been started. */
const STARTED: Profile = {
  ...SENSOR.profile,
  ixit: { ...SENSOR.profile.ixit, dut: { kind: 'reference', model: 'sensor', seed: 1, faults: [] } },
};

/** Devices that meet an access point which does something else than always. */
export const REG_CASES: readonly FaultCase[] = [
  observed('it registers once only', SENSOR, () => twoSessions(SENSOR, {}, { last: 'M1' }), { warns: ['REG-50'] }),
  met(
    'it registers although two access points wait for a button',
    'reg-40',
    { method: 'pbc', exchange: {} },
    { fails: ['REG-40'] },
  ),
  met(
    'it goes by push button to who waits for a PIN',
    'reg-41b',
    { method: 'pbc', exchange: { last: 'M1' } },
    { warns: ['REG-41b'] },
  ),
  met(
    'it reads an element that ends within an attribute',
    'reg-42',
    { method: 'pbc', exchange: {} },
    { warns: ['REG-42'] },
  ),
  met('it reads the first WPS element alone', 'reg-43', { method: 'pbc', exchange: null }, { fails: ['REG-43'] }),
  met(
    'it does not know its own address among those authorized',
    'reg-44a',
    { method: 'pin', exchange: null },
    { fails: ['REG-44a'] },
  ),
  met(
    'it does not take the address of all for its own',
    'reg-44b',
    { method: 'pin', exchange: null },
    { fails: ['REG-44b'] },
  ),
];
