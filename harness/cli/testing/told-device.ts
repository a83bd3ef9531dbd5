import type { Evidence } from '#evidence/model.js';
import { installOf, type Install } from '#judge/install.js';
import { judge } from '#judge/judge.js';
import type { Verdicts } from '#judge/record.js';
import type { Trace } from '#judge/trace.js';
import { loopbackEvidence } from '#lab/bench/loopback-evidence.js';
import { loopbackProfile } from '#lab/bench/loopback-profile.js';
import { makeDevice } from '#reference/device.js';
import type { Fault } from '#reference/fault.js';
import { FAULTS } from '#reference/faults.js';
import { requireModel } from '#reference/models.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { traceOf } from '#suites/trace.js';

const SEED = 1;
const SESSIONS = 2;

/** What is told of a reference device: its trace, and what Windows would do with it. */
export interface ToldDevice {
  readonly evidence: Evidence;
  readonly verdicts: Verdicts;
  readonly trace: Trace;
  readonly install: Install;
}

/** The fault of this name. */
export function faultNamed(id: string): Fault {
  const fault = FAULTS.find((each) => each.id === id);
  if (fault === undefined) throw new RangeError(`there is no fault ${id}`);
  return fault;
}

/** A reference device on the loopback bench, with or without a fault, and all that is told of it. */
export function toldDevice(modelId: string, faultId: string | null = null): ToldDevice {
  const device = makeDevice(requireModel(modelId), SEED);
  const faults = faultId === null ? [] : [faultNamed(faultId).behaviour(device)];
  const evidence = loopbackEvidence({ device, faults, sessions: SESSIONS });
  const profile = loopbackProfile(device, faults, SESSIONS);
  const verdicts = judge(CATALOGUE, profile, evidence, { scope: 'loopback', strict: false });
  const trace = traceOf(evidence);
  return { evidence, verdicts, trace, install: installOf(verdicts, trace) };
}
