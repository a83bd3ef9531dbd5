import { IEX_CASES, JOIN_CASES } from './cases-air.js';
import { PIN_CASES } from './cases-pin.js';
import { TUU_CASES, UID_CASES } from './cases-tuu.js';
import { VPI_CASES } from './cases-vpi.js';
import { VX_CASES } from './cases-vx.js';
import { SEC_CASES, WSC_CASES } from './cases-wsc.js';
import type { FaultCase } from './fault-case.js';

/** Every fault of the tests, by the area whose rules it is about. */
export const CASES_BY_AREA: Readonly<Record<string, readonly FaultCase[]>> = {
  vx: VX_CASES,
  vpi: VPI_CASES,
  tuu: TUU_CASES,
  uid: UID_CASES,
  wsc: WSC_CASES,
  sec: SEC_CASES,
  iex: IEX_CASES,
  join: JOIN_CASES,
  pin: PIN_CASES,
};

export const FAULT_CASES: readonly FaultCase[] = Object.values(CASES_BY_AREA).flat();
