import { IEX_CASES, JOIN_CASES } from './cases-air.js';
import { TUU_CASES, UID_CASES } from './cases-tuu.js';
import { VPI_CASES } from './cases-vpi.js';
import { VX_CASES } from './cases-vx.js';
import { SEC_CASES, WSC_CASES } from './cases-wsc.js';
import type { FaultCase } from './fault-case.js';

/** Every fault of the tests. */
export const FAULT_CASES: readonly FaultCase[] = [
  ...VX_CASES,
  ...VPI_CASES,
  ...TUU_CASES,
  ...UID_CASES,
  ...WSC_CASES,
  ...SEC_CASES,
  ...IEX_CASES,
  ...JOIN_CASES,
];
