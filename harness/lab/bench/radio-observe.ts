import { fromHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import type { Recorder } from '#evidence/recorder.js';
import type { RecordJob } from '../job.js';
import type { RadioDut } from './radio-dut.js';
import { RadioMonitor, type RadioMonitorOptions } from './radio-monitor.js';
import { ExchangeWatch, type WatchedStep } from './radio-watch.js';

export interface ObserveOptions extends Pick<RadioMonitorOptions, 'plan' | 'fail' | 'closing'> {
  readonly job: RecordJob;
  readonly dut: RadioDut;
  /** Address of the access point that registers the device, lower-case colon form. */
  readonly bssid: string;
  readonly evidence: Recorder;
  readonly clock: Clock;
}

/** What became of a registration as far as it was heard. */
type Observed = 'done' | 'failed' | 'timeout' | 'silent';

const STEPS: Readonly<Record<WatchedStep, string>> = {
  begun: 'a registration begins',
  done: 'WSC_Done heard',
  over: 'EAP-Failure heard',
  joined: 'the 4-way handshake is complete',
};

/**
 * Listen while an access point of somebody else registers the device, as often as planned. Takes no part, and claims
 * nothing that it did not hear: neither keys, nor how long the device was waited for, nor its address. Throws RallyError
 * when the monitor fails or the job is aborted.
 */
export async function observe(options: ObserveOptions): Promise<void> {
  const { job, plan, dut, bssid, evidence, clock, fail, closing } = options;
  const accessPoint = fromHex(bssid);
  const device = dut.mac;
  const watch = new ExchangeWatch({
    clock,
    bssid: accessPoint,
    device,
    onStep: (step) => {
      job.onProgress({ step: STEPS[step] });
    },
    onDevice: (found) => {
      monitor.capture.device = found;
    },
  });
  const monitor = await RadioMonitor.open({
    plan,
    evidence,
    clock,
    fail,
    closing,
    interfaces: { wire: null, air: 0 },
    onEapol: (eapol) => {
      watch.eapol(eapol);
    },
  });
  monitor.addNetwork(accessPoint);
  if (device !== null) monitor.capture.device = device;
  for (let number = 1; number <= job.sessions; number++) {
    evidence.event('observe-start', { session: number, wallMs: clock.wallMs() });
    try {
      watch.begin();
      dut.use(plan.methods[(number - 1) % plan.methods.length] ?? plan.methods[0], false);
      job.onProgress({
        step: `registration ${number} of ${job.sessions}`,
        waitingFor: dut.startHint,
        limitMs: job.profile.ixit.limits.startMs,
      });
      await dut.arm(job.signal, fail);
      const outcome = await follow(watch, options);
      job.onProgress({ step: `registration ${number} of ${job.sessions}: ${outcome}` });
      evidence.event('observe-end', { session: number, outcome, joined: watch.has('joined'), wallMs: clock.wallMs() });
    } finally {
      await dut.disarm();
      monitor.capture.flush();
      monitor.noteLosses();
    }
  }
}

async function follow(watch: ExchangeWatch, { job, plan }: ObserveOptions): Promise<Observed> {
  const { limits } = job.profile.ixit;
  if (!(await watch.until('begun', limits.startMs, job.signal))) return 'silent';
  if (!(await watch.until('over', limits.sessionMs, job.signal))) return 'timeout';
  if (!watch.has('done')) return 'failed';
  await watch.until('joined', plan.radio.joinMs, job.signal);
  return 'done';
}
