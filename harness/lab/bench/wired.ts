import { randomBytes } from 'node:crypto';
import { ascii, toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import type { Recorder } from '#evidence/recorder.js';
import type { Credential, RegistrarConfig } from '#wps/engine.js';
import { createRegistrar } from '#wps/registrar.js';
import type { RecordJob } from '../job.js';
import { boundedLog } from '../process.js';
import { EapolLink } from './eapol-link.js';
import { openWiredDut, type WiredDut } from './wired-dut.js';
import { wiredPlan, type WiredPlan } from './wired-plan.js';
import { WiredSession, type SessionEnd } from './wired-session.js';

/** hostapd's figures: a request is sent three times, five seconds apart. */
const RETRANSMIT_MS = 5000;
const TRIES = 3;

/**
 * The wired bench: our Registrar over EAPOL with a device behind a virtual cable or an Ethernet port. Holds every
 * planned session, whatever the device makes of each. Throws RallyError when the bench itself fails or is aborted.
 */
export async function runWiredBench(job: RecordJob, evidence: Recorder, clock: Clock): Promise<void> {
  const plan = wiredPlan(job.profile, job.place);
  const dut = await openWiredDut(plan, boundedLog(evidence.log('wpa_supplicant')));
  const link = await EapolLink.open(dut.interfaceName, dut.mac, {
    frame: (bytes, timeNs, from) => {
      evidence.frame(bytes, timeNs, { direction: from === 'dut' ? 'in' : 'out' });
    },
  });
  try {
    const bench = new WiredBench(job, evidence, clock, dut, link, registrarConfig(plan));
    evidence.secret('networkKey', toHex(bench.networkKey));
    if (plan.method === 'pin') evidence.secret('pin', plan.pin);
    for (let session = 1; session <= job.sessions; session++) await bench.session(session);
  } finally {
    link.close();
  }
}

class WiredBench {
  constructor(
    private readonly job: RecordJob,
    private readonly evidence: Recorder,
    private readonly clock: Clock,
    private readonly dut: WiredDut,
    private readonly link: EapolLink,
    private readonly config: Omit<RegistrarConfig, 'limits'>,
  ) {}

  get networkKey(): Uint8Array {
    return this.config.credential.networkKey;
  }

  async session(number: number): Promise<void> {
    const { evidence, clock, job } = this;
    const { method } = this.config;
    evidence.event('session-start', { session: number, method, wallMs: clock.wallMs() });
    job.onProgress({
      step: `session ${number} of ${job.sessions}`,
      waitingFor: this.dut.startHint,
      limitMs: job.profile.ixit.limits.startMs,
    });
    let end: SessionEnd;
    try {
      end = await this.exchange();
    } finally {
      await this.dut.disarm();
      this.noteLosses();
    }
    evidence.event('session-end', { session: number, ...end, wallMs: clock.wallMs() });
    job.onProgress({ step: `session ${number} of ${job.sessions}: ${end.outcome}, ${end.text}` });
  }

  private async exchange(): Promise<SessionEnd> {
    const { evidence, clock, job, link } = this;
    const { startMs, sessionMs } = job.profile.ixit.limits;
    // A device that cannot be armed ends the waiting for it; an aborted job ends both.
    const stop = new AbortController();
    const onAbort = (): void => {
      stop.abort(job.signal.reason);
    };
    job.signal.addEventListener('abort', onAbort, { once: true });
    if (job.signal.aborted) onAbort();
    // Listening comes first: the device may begin before arming has returned.
    const session = new WiredSession({
      link,
      newEngine: (limitMs) =>
        createRegistrar({
          ...this.config,
          limits: { retransmitMs: RETRANSMIT_MS, tries: TRIES, sessionMs: limitMs },
        }),
      startMs,
      sessionMs,
      clock,
      signal: stop.signal,
      onKeys: (keys) => {
        evidence.keys(keys);
      },
      onStep: (step) => {
        evidence.event('progress', { step });
        job.onProgress({ step });
      },
    });
    const armed = this.arm(session, stop);
    try {
      const [end] = await Promise.all([session.ended, armed]);
      return end;
    } finally {
      await armed;
      job.signal.removeEventListener('abort', onAbort);
    }
  }

  private async arm(session: WiredSession, stop: AbortController): Promise<void> {
    try {
      await this.dut.arm(stop.signal, (error) => {
        stop.abort(error);
      });
      if (this.dut.beginsWhenArmed) session.ask();
    } catch (error) {
      stop.abort(error);
    }
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

/** Everything of our Registrar but its limits. Name and key of the network are drawn for this run and then forgotten. */
function registrarConfig({ method, pin }: WiredPlan): Omit<RegistrarConfig, 'limits'> {
  const random = (lengthBytes: number): Uint8Array => Uint8Array.from(randomBytes(lengthBytes));
  const credential: Credential = {
    ssid: ascii(`rally-${toHex(random(4))}`),
    authenticationType: 0x0020,
    encryptionType: 0x0008,
    networkKey: ascii(toHex(random(16))),
  };
  const uuidR = random(16);
  // RFC 9562: version 4, variant 10x.
  uuidR[6] = ((uuidR[6] ?? 0) & 0x0f) | 0x40;
  uuidR[8] = ((uuidR[8] ?? 0) & 0x3f) | 0x80;
  const device = {
    manufacturer: 'rally-conformance',
    modelName: 'Registrar',
    modelNumber: '1',
    serialNumber: '1',
    deviceName: 'rally-conformance',
  };
  return { method, pin, credential, uuidR, device, random };
}
