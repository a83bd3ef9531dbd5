import { RallyError } from '#base/error.js';
import { toHex } from '#base/bytes.js';
import { Recorder } from '#evidence/recorder.js';
import { BUNDLE_VERSION, type RunJson } from '#evidence/run-json.js';
import { withoutSecrets } from '#profile/secrets.js';
import { makeDevice, type Device } from '#reference/device.js';
import type { Fault } from '#reference/fault.js';
import { requireFaults } from '#reference/faults.js';
import { requireModel } from '#reference/models.js';
import { formatSeed } from '#reference/seed.js';
import { LOOPBACK_CAPTURES, LoopbackBench, type EvidenceSink, type LoopbackPlan } from './bench/loopback.js';
import { changesSeen } from './bench/loopback-difference.js';
import { loopbackEvidence, MemorySink } from './bench/loopback-evidence.js';
import { scenariosOf } from './bench/scripted-session.js';
import { systemClock } from './clock.js';
import { asRallyError } from './failure.js';
import type { RecordJob, RecordResult } from './job.js';
import { SimulatedClock } from './link/in-process.js';

/**
 * Record a reference device of the loopback bench, in this process: no socket, no child process, no native module. Only
 * the time it began is the machine's; the rest of its time is simulated. Never throws.
 */
export function recordLoopback(job: RecordJob): RecordResult {
  let recorder: Recorder | null = null;
  try {
    const { device, faults } = planned(job);
    const clock = new SimulatedClock(systemClock.wallMs());
    recorder = Recorder.create(job.bundleDir, describeRun(job, device, faults), { clock, capture: LOOPBACK_CAPTURES });
    hold(job, device, faults, recorder, clock);
    recorder.close();
    return { ended: 'complete' };
  } catch (cause) {
    const error = asRallyError(cause);
    if (recorder !== null) closeAfter(recorder, error);
    return { ended: error.code === 'ERR_ABORTED' ? 'aborted' : 'failed', error };
  }
}

function planned({ reference }: RecordJob): { device: Device; faults: readonly Fault[] } {
  if (reference === undefined) throw new RallyError('ERR_INTERNAL', 'the loopback bench has no reference device');
  const model = requireModel(reference.model);
  return { device: makeDevice(model, reference.seed), faults: requireFaults(reference.faults, model) };
}

function hold(
  job: RecordJob,
  device: Device,
  faults: readonly Fault[],
  recorder: Recorder,
  clock: SimulatedClock,
): void {
  const { sessions, stimuli = [], signal } = job;
  const plan = { device, faults: faults.map((fault) => fault.behaviour(device)), sessions, stimuli };
  const memory = new MemorySink(clock);
  const bench = new LoopbackBench(plan, both(recorder, memory), clock, (step) => {
    job.onProgress({ step });
  });
  bench.run(() => {
    if (signal.aborted) throw asRallyError(signal.reason);
  });
  if (faults.length > 0) noteFaults({ device, sessions, stimuli }, faults, memory, recorder);
}

/** Say in the bundle what each fault changed. Throws RallyError ERR_FAULT_SILENT for one that changed nothing. */
function noteFaults(
  run: Pick<LoopbackPlan, 'device' | 'sessions' | 'stimuli'>,
  faults: readonly Fault[],
  memory: MemorySink,
  recorder: Recorder,
): void {
  const { device, sessions } = run;
  const base = loopbackEvidence({ ...run, faults: [] });
  const evidence = memory.evidence(device.mac, sessions, base.ability.scenarios ?? []);
  for (const fault of faults) {
    const changed = changesSeen(fault, base, evidence);
    recorder.event('fault', { id: fault.id, fired: changed.length > 0, changed });
    if (changed.length === 0)
      throw new RallyError('ERR_FAULT_SILENT', `The fault ${fault.id} changed nothing of what the device sent`);
  }
}

function both(recorder: Recorder, memory: MemorySink): EvidenceSink {
  return {
    frame: (...frame) => {
      recorder.frame(...frame);
      memory.frame(...frame);
    },
    event: (...event) => {
      recorder.event(...event);
      memory.event(...event);
    },
    document: (...document) => {
      recorder.document(...document);
      memory.document(...document);
    },
    keys: (keys) => {
      recorder.keys(keys);
      memory.keys(keys);
    },
    secret: (...secret) => {
      recorder.secret(...secret);
      memory.secret(...secret);
    },
  };
}

function describeRun(job: RecordJob, device: Device, faults: readonly Fault[]): RunJson {
  const { bench, place, scope, kinds, sessions, toolVersion, profile } = job;
  return {
    bundleVersion: BUNDLE_VERSION,
    tool: { name: 'rally-conformance', version: toolVersion },
    startedAt: new Date(systemClock.wallMs()).toISOString(),
    bench,
    place,
    environment: {
      node: process.version,
      architecture: process.arch,
      device: device.model.id,
      faults: faults.map(({ id }) => id).join(' '),
      seed: formatSeed(device.seed),
    },
    plan: { scope, kinds, sessions, scenarios: scenariosOf(job), dutMac: toHex(device.mac, ':') },
    profile: withoutSecrets(profile),
  };
}

/** Say in the bundle what became of the bench, so that the device is not blamed for what is missing. */
function closeAfter(recorder: Recorder, error: RallyError): void {
  try {
    recorder.event('bench-failure', { code: error.code, text: error.message });
    recorder.close();
  } catch {
    // The first failure is the one to tell; a disk that is full has noted itself.
  }
}
