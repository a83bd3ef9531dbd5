import { IEX_CASES, JOIN_CASES } from './cases-air.js';
import { OPERATOR_CASES, PIN_CASES } from './cases-pin.js';
import { CAMPAIGN_CASES, REG_CASES } from './cases-reg.js';
import { TUU_CASES, UID_CASES } from './cases-tuu.js';
import { VPI_CASES } from './cases-vpi.js';
import { VX_CASES } from './cases-vx.js';
import { SEC_CAMPAIGN_CASES, SEC_EDGE_CASES } from './cases-sec.js';
import { SEC_CASES, WSC_CASES } from './cases-wsc.js';
import { WSC_EDGE_CASES } from './cases-wsc-edges.js';
import type { FaultCase } from './fault-case.js';

/** Every fault of the tests, by the area whose rules it is about. */
export const CASES_BY_AREA: Readonly<Record<string, readonly FaultCase[]>> = {
  vx: VX_CASES,
  vpi: VPI_CASES,
  tuu: TUU_CASES,
  uid: UID_CASES,
  wsc: [...WSC_CASES, ...WSC_EDGE_CASES],
  sec: [...SEC_CASES, ...SEC_EDGE_CASES, ...SEC_CAMPAIGN_CASES],
  iex: IEX_CASES,
  join: JOIN_CASES,
  pin: PIN_CASES,
  reg: [...REG_CASES, ...CAMPAIGN_CASES],
};

export const FAULT_CASES: readonly FaultCase[] = Object.values(CASES_BY_AREA).flat();

/** Of these the rules of other areas say what they say of every run. */
export const OWN_CASES: readonly FaultCase[] = [...OPERATOR_CASES, ...CAMPAIGN_CASES, ...SEC_CAMPAIGN_CASES];
