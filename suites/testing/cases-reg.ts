import { ACCESS_POINT_CASES, ACCESS_POINT_EDGE_CASES, ACCESS_POINT_SITUATIONS } from './cases-access-point.js';
import { REPETITION_CASES, STIMULI_CASES, STIMULI_SITUATIONS } from './cases-stimuli.js';
import { SENSOR } from './devices.js';
import { twoSessions } from './evidence.js';
import { observed, type FaultCase } from './fault-case.js';

/** Devices that meet a Registrar or an access point which does something else than always, or come back. */
export const REG_CASES: readonly FaultCase[] = [
  observed('it registers once only', SENSOR, () => twoSessions(SENSOR, {}, { last: 'M1' }), { warns: ['REG-50'] }),
  ...REPETITION_CASES,
  ...ACCESS_POINT_CASES,
];

/** Of these only the rules about stimuli say something of their own. */
export const CAMPAIGN_CASES: readonly FaultCase[] = [...STIMULI_CASES, ...ACCESS_POINT_EDGE_CASES];

/** The same where the bench failed. */
export const REG_SITUATIONS: readonly FaultCase[] = [...STIMULI_SITUATIONS, ...ACCESS_POINT_SITUATIONS];
