import type { Clock } from '#base/clock.js';
import type { RallyError } from '#base/error.js';
import type { Recorder } from '#evidence/recorder.js';
import type { RegistrarConfig } from '#wps/engine.js';
import type { WscMessage } from '#wire/wps/message.js';
import { createRegistrar } from '#wps/registrar.js';
import type { RecordJob } from '../job.js';
import type { EapolLink } from './eapol-link.js';
import { KeptPackets } from './kept-packets.js';
import { WiredSession, type SessionEnd } from './wired-session.js';

/** hostapd's figures: a request is sent three times, five seconds apart. */
const RETRANSMIT_MS = 5000;
const TRIES = 3;

/** The device, as a session handles it. */
export interface SessionDut {
  /** True when the device is in WPS mode as soon as it is armed; false when a person has to see to it. */
  readonly beginsWhenArmed: boolean;
  /** Make it begin WPS: from now on its first frame is due. `onDeath` when a device of ours ends by itself. */
  arm(signal: AbortSignal, onDeath: (error: RallyError) => void): Promise<void>;
}

export interface HeldSession {
  readonly job: RecordJob;
  readonly evidence: Recorder;
  readonly clock: Clock;
  readonly dut: SessionDut;
  readonly link: EapolLink;
  readonly config: Omit<RegistrarConfig, 'limits'>;
  /**
   * What has to be done to the device before its first frame is due. Resolves with the PIN it has now, where it is one
   * of this session alone; null: that of `config`.
   */
  readonly prepare?: (signal: AbortSignal) => Promise<string | null>;
  readonly onM1?: (m1: WscMessage) => void;
  /** Told once: the session as it listens, and how to end it when the bench fails. */
  readonly onBegin?: (session: WiredSession, fail: (error: unknown) => void) => void;
}

/** One registration with the device, armed for it. Throws RallyError when the bench fails or is aborted. */
export async function holdSession({
  job,
  evidence,
  clock,
  dut,
  link,
  config,
  prepare,
  onM1,
  onBegin,
}: HeldSession): Promise<SessionEnd> {
  const { startMs, sessionMs } = job.profile.ixit.limits;
  // A device that cannot be armed ends the waiting for it; an aborted job ends both.
  const stop = new AbortController();
  const fail = (error: unknown): void => {
    stop.abort(error);
  };
  const onAbort = (): void => {
    fail(job.signal.reason);
  };
  job.signal.addEventListener('abort', onAbort, { once: true });
  if (job.signal.aborted) onAbort();
  const ready = prepare === undefined ? { link, pin: null } : await made(prepare, link, stop);
  const pin = ready.pin ?? config.pin;
  // Listening comes first: the device may begin before arming has returned.
  const session = new WiredSession({
    link: ready.link,
    newEngine: (limitMs) =>
      createRegistrar({ ...config, pin, limits: { retransmitMs: RETRANSMIT_MS, tries: TRIES, sessionMs: limitMs } }),
    startMs,
    sessionMs,
    clock,
    signal: stop.signal,
    onKeys: (keys) => {
      evidence.keys({ ...keys, ...(ready.pin === null ? {} : { pin: ready.pin }) });
    },
    ...(onM1 === undefined ? {} : { onM1 }),
    onStep: (step) => {
      evidence.event('progress', { step });
      job.onProgress({ step });
    },
  });
  onBegin?.(session, fail);
  const armed = dut
    .arm(stop.signal, fail)
    .then(() => {
      if (dut.beginsWhenArmed) session.ask();
    })
    .catch(fail);
  try {
    const [end] = await Promise.all([session.ended, armed]);
    return end;
  } finally {
    await armed;
    job.signal.removeEventListener('abort', onAbort);
  }
}

/** Make the device ready. A link that fails meanwhile ends that. */
async function made(
  prepare: NonNullable<HeldSession['prepare']>,
  link: EapolLink,
  stop: AbortController,
): Promise<{ readonly link: Pick<EapolLink, 'listen' | 'send'>; readonly pin: string | null }> {
  const kept = new KeptPackets(link, (error) => {
    stop.abort(error);
  });
  try {
    return { link: kept, pin: await prepare(stop.signal) };
  } catch (error) {
    link.listen(null);
    throw error;
  }
}
