import { toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import { isStimulus } from '#evidence/model.js';
import { ORDINARY_PART } from '#evidence/parts.js';
import type { Recorder } from '#evidence/recorder.js';
import type { RegistrarConfig } from '#wps/engine.js';
import type { RecordJob } from '../job.js';
import { boundedLog } from '../process.js';
import type { DutControl } from '../device/control/dut-control.js';
import { Operator } from '../device/operator.js';
import { EapolLink } from './eapol-link.js';
import { holdSession } from './hold-session.js';
import { partBegins, recordedNow } from './parts.js';
import { registrarConfig } from './registrar-config.js';
import { plannedSessions, watchedSession, watchingScript, type PlannedSession } from './scripted-session.js';
import { controlOf, SessionControl } from './session-control.js';
import { openWiredDut, type WiredDut } from './wired-dut.js';
import { wiredPlan, type WiredPlan } from './wired-plan.js';
import type { SessionEnd } from './wired-session.js';

/**
 * The wired bench: our Registrar over EAPOL with a device behind a virtual cable or an Ethernet port. Holds every
 * planned session, whatever the device makes of each. Throws RallyError when the bench itself fails or is aborted.
 */
export async function runWiredBench(job: RecordJob, evidence: Recorder, clock: Clock): Promise<void> {
  const plan = wiredPlan(job.profile, job.place);
  // What the control lacks is told before anything else is started.
  const control = plan.kind === 'port' ? await controlOf({ job, evidence, clock, scope: plan.port }) : null;
  try {
    await holdSessions(job, evidence, clock, plan, control);
  } finally {
    await control?.close();
  }
}

async function holdSessions(
  job: RecordJob,
  evidence: Recorder,
  clock: Clock,
  plan: WiredPlan,
  control: DutControl | null,
): Promise<void> {
  const sessionControl = new SessionControl(control, job);
  const begins = sessionControl.begins(plan.method);
  const dut = await openWiredDut(plan, begins, boundedLog(evidence.log('wpa_supplicant')));
  const link = await EapolLink.open(dut.interfaceName, dut.mac, {
    frame: (bytes, timeNs, from) => {
      evidence.frame(bytes, timeNs, { direction: from === 'dut' ? 'in' : 'out' });
    },
  });
  try {
    const bench = new WiredBench(job, evidence, clock, dut, link, registrarConfig(plan), sessionControl);
    evidence.secret('networkKey', toHex(bench.networkKey));
    if (plan.pin !== '') evidence.secret('pin', plan.pin);
    const all = plannedSessions(job).length;
    for (const part of recordedNow(job)) {
      job.onProgress(partBegins(part));
      if (part.id === ORDINARY_PART) {
        await bench.operator.answerAtOnce();
        if (bench.operator.watches) await bench.watch();
      }
      for (const session of part.sessions) await bench.hold(`session ${session.number} of ${all}`, session);
      evidence.partEnd(part.id);
    }
  } finally {
    link.close();
  }
}

class WiredBench {
  readonly operator: Operator;

  constructor(
    private readonly job: RecordJob,
    private readonly evidence: Recorder,
    private readonly clock: Clock,
    private readonly dut: WiredDut,
    private readonly link: EapolLink,
    private readonly config: Omit<RegistrarConfig, 'limits'>,
    private readonly control: SessionControl,
  ) {
    this.operator = new Operator({ job, evidence, clock });
  }

  get networkKey(): Uint8Array {
    return this.config.credential.networkKey;
  }

  /** A session of its own, in which the device is left waiting for M2 while its display is watched. */
  async watch(): Promise<void> {
    const { script, m2dAtMs } = watchingScript(this.clock);
    await this.hold('the display is watched', watchedSession(script));
    await this.operator.answerAfterM2d(m2dAtMs(), this.job.signal);
  }

  async hold(name: string, { number, config: departure, noted }: PlannedSession): Promise<void> {
    const { evidence, clock, job } = this;
    const { method } = this.config;
    evidence.event('session-start', { session: number, method, ...noted, wallMs: clock.wallMs() });
    job.onProgress({
      step: name,
      waitingFor: this.dut.startHint,
      limitMs: job.profile.ixit.limits.startMs,
    });
    let end: SessionEnd;
    let isWatched = false;
    try {
      const config = { ...this.config, ...departure };
      const prepared = this.control.preparation(method);
      end = await holdSession({ job, evidence, clock, dut: this.dut, link: this.link, config, ...prepared });
      isWatched = isStimulus(noted.script);
    } finally {
      await this.dut.disarm(isWatched);
      this.noteLosses();
    }
    evidence.event('session-end', { session: number, ...end, wallMs: clock.wallMs() });
    await this.control.after();
    job.onProgress({ step: `${name}: ${end.outcome}, ${end.text}` });
  }

  private noteLosses(): void {
    const { evidence, link } = this;
    const count = link.takeDropped();
    if (count > 0)
      evidence.event('loss', {
        source: 'kernel',
        count,
        text: `the kernel dropped ${count} frames for want of buffer`,
      });
    if (link.outsideSessions > 0) {
      evidence.event('outside-session', { count: link.outsideSessions });
      link.outsideSessions = 0;
    }
    if (link.notSent > 0) {
      evidence.event('not-sent', { count: link.notSent });
      link.notSent = 0;
    }
    for (const [address, frames] of link.strangers) evidence.event('stranger', { address, frames });
    link.strangers.clear();
  }
}
