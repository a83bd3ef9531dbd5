import { toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import type { Recorder } from '#evidence/recorder.js';
import type { RegistrarConfig } from '#wps/engine.js';
import type { RecordJob } from '../job.js';
import { boundedLog } from '../process.js';
import type { DutControl } from '../device/control/dut-control.js';
import { Operator } from '../device/operator.js';
import { EapolLink } from './eapol-link.js';
import { holdSession } from './hold-session.js';
import { registrarConfig } from './registrar-config.js';
import { scriptedSession, scriptOf, WATCHED_SESSION, watchingScript } from './scripted-session.js';
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
    await bench.operator.answerAtOnce();
    if (bench.operator.watches) await bench.watch();
    for (let session = 1; session <= job.sessions; session++) await bench.session(session);
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
    await this.hold('the display is watched', WATCHED_SESSION, {
      config: { script },
      noted: { script: 'm2d-windows' },
    });
    await this.operator.answerAfterM2d(m2dAtMs(), this.job.signal);
  }

  async session(number: number): Promise<void> {
    await this.hold(`session ${number} of ${this.job.sessions}`, number, scriptOf(scriptedSession(this.job), number));
  }

  private async hold(name: string, number: number, scripted: ReturnType<typeof scriptOf>): Promise<void> {
    const { evidence, clock, job } = this;
    const { method } = this.config;
    evidence.event('session-start', { session: number, method, ...scripted.noted, wallMs: clock.wallMs() });
    job.onProgress({
      step: name,
      waitingFor: this.dut.startHint,
      limitMs: job.profile.ixit.limits.startMs,
    });
    let end: SessionEnd;
    try {
      const config = { ...this.config, ...scripted.config };
      const prepared = this.control.preparation(method);
      end = await holdSession({ job, evidence, clock, dut: this.dut, link: this.link, config, ...prepared });
    } finally {
      await this.dut.disarm();
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
