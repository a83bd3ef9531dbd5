import { pbkdf2Sync } from 'node:crypto';
import { ascii, toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import { RallyError } from '#base/error.js';
import type { Recorder } from '#evidence/recorder.js';
import type { Credential, RegistrarConfig, Script } from '#wps/engine.js';
import type { AirDeparture } from '#wps/stimuli/stimulus.js';
import type { Operator } from '../device/operator.js';
import type { Hostapd } from '../daemon/hostapd.js';
import type { RecordJob } from '../job.js';
import type { EapolLink } from './eapol-link.js';
import { holdSession } from './hold-session.js';
import { pushedIn, type PushedButton } from './push-buttons.js';
import type { RadioDut } from './radio-dut.js';
import type { SelectedRegistrar } from './radio-ie.js';
import type { RadioFollowUp } from './radio-follow-up.js';
import type { JoinWatch } from './radio-join.js';
import type { RadioMonitor } from './radio-monitor.js';
import { buttonText, type RadioNeighbours } from './radio-neighbours.js';
import type { RadioPlan } from './radio-plan.js';
import {
  plannedSessions,
  watchedSession,
  WATCHED_SESSION,
  watchingScript,
  type PlannedSession,
} from './scripted-session.js';
import type { SessionControl } from './session-control.js';
import type { SessionEnd, WiredSession } from './wired-session.js';

/** A device of ours that has an address is on the network within this time, or never. */
const ENTER_LIMIT_MS = 60_000;

export interface RadioSessionsOptions {
  /** Its signal is also that of the bench's own failure. */
  readonly job: RecordJob;
  readonly evidence: Recorder;
  readonly clock: Clock;
  readonly dut: RadioDut;
  readonly control: SessionControl;
  readonly link: EapolLink;
  readonly config: Omit<RegistrarConfig, 'limits'>;
  readonly monitor: Pick<RadioMonitor, 'capture' | 'noteLosses'>;
  readonly watch: JoinWatch;
  readonly followUp: RadioFollowUp;
  readonly neighbours: Pick<RadioNeighbours, 'begin' | 'end' | 'see'>;
  /** Whatever of the bench fails first ends the run. */
  readonly fail: (error: unknown) => void;
  readonly accessPoint: Pick<Hostapd, 'announce' | 'announceBeside' | 'dismiss' | 'hide'>;
  /** From the end of an exchange until the device has an address. */
  readonly joinMs: number;
  /** Of the sessions, in turn. */
  readonly methods: RadioPlan['methods'];
  /** Elements of the onboarding network's beacons, for hostapd. */
  readonly elements: (selected: SelectedRegistrar | null, air?: AirDeparture) => string;
  /** Of a network beside it that has another UUID. */
  readonly elementsBeside: (selected: SelectedRegistrar) => string;
}

/**
 * From M1 to M8 of a device that nobody named. A device goes through its channels once in some seconds; it waits 15 for a
 * message (WSC: individual message time-out).
 */
export const OVERLAP_WATCH_MS = 8000;

/** The sessions of a run of the radio bench: onboarding, then the way into the network. */
export class RadioSessions {
  /** Until the bench was ready, milliseconds. */
  setUpMs = 0;
  private current: WiredSession | null = null;
  private heardMs: number | null = null;
  private exchangeMs = 0;
  private waitingMs = 0;
  /** What the follow-up took of our time. */
  private followUpMs = 0;
  /** The device is one that was named, or has registered: nobody else is taken for it. */
  private isKnown: boolean;

  private readonly withRawKey: RadioSessionsOptions['config'];

  constructor(private readonly options: RadioSessionsOptions) {
    const { config, link } = options;
    this.isKnown = link.peerMac !== null;
    this.withRawKey = { ...config, credential: { ...config.credential, networkKey: rawKey(config.credential) } };
  }

  /** What hostapd says of the onboarding network. */
  onboardingEvent(event: string): void {
    const [word, mac] = event.split(' ');
    const { link } = this.options;
    // A supplicant waits two seconds for us to begin; there is no need to let it.
    if (word === 'AP-STA-CONNECTED' && (link.peerMac === null || toHex(link.peerMac, ':') === mac)) this.current?.ask();
  }

  /** An EAPOL packet went by. */
  eapol(from: 'dut' | 'bench'): void {
    if (from !== 'dut') return;
    const { clock, link, watch, followUp } = this.options;
    this.heardMs ??= clock.monotonicMs();
    if (link.peerMac === null) return;
    // It may be on its way into the network before the end of the exchange has been told.
    watch.device ??= toHex(link.peerMac, ':');
    followUp.device(link.peerMac);
  }

  /** A session of its own, in which the device is left waiting for M2 while its display is watched. */
  async watchDisplay(operator: Operator): Promise<void> {
    const { script, m2dAtMs } = watchingScript(this.options.clock);
    await this.hold(watchedSession(script));
    await this.whileLinked((signal) => operator.answerAfterM2d(m2dAtMs(), signal));
  }

  async hold({ number, config: departure, air, noted, method: wanted }: PlannedSession): Promise<void> {
    const { evidence, clock, job, dut, config, link, watch, followUp, accessPoint, elements, methods } = this.options;
    const { neighbours } = this.options;
    const isWatched = number === WATCHED_SESSION;
    const inTurn = methods[(number - 1) % methods.length] ?? methods[0];
    const method = isWatched && methods.includes('pin') ? 'pin' : (wanted ?? inTurn);
    dut.use(method, number === job.sessions);
    const peer = (): string | null => (link.peerMac === null ? null : toHex(link.peerMac, ':'));
    const name = this.nameOf(number);
    evidence.event('session-start', { session: number, method, ...noted, wallMs: clock.wallMs() });
    watch.begin(number);
    followUp.begin();
    let end: SessionEnd;
    try {
      const selected = { method, authorizedMac: link.peerMac };
      if (air?.secondNetwork === true) await accessPoint.announceBeside(this.options.elementsBeside(selected));
      if (air?.hidden === true) await accessPoint.hide(true);
      await accessPoint.announce(elements(selected, air));
      job.onProgress({ step: name, waitingFor: dut.startHint, limitMs: job.profile.ixit.limits.startMs });
      if (method === 'pbc')
        neighbours.begin((strangers) => {
          this.overlaps(number, strangers);
        });
      // A device may be given the key in either form, so it is given one after the other.
      end = await this.onboard({
        ...(number % 2 === 1 ? config : this.withRawKey),
        ...departure,
        ...(method === 'pbc' && !this.isKnown ? { script: this.holdingKey(departure.script) } : {}),
        method,
      });
      this.isKnown ||= end.outcome === 'done';
      neighbours.end();
      const mac = peer();
      await this.whileLinked(async (signal) => {
        // As an access point does after EAP-Failure.
        if (mac !== null) await accessPoint.dismiss(mac);
        await accessPoint.announce(elements(null));
        if (air?.secondNetwork === true) await accessPoint.announceBeside('');
        if (air?.hidden === true) await accessPoint.hide(false);
        job.onProgress({ step: `${name}: ${end.outcome}, ${end.text}` });
        const isJoined = end.outcome === 'done' && (await this.join(name, signal));
        if (isJoined && number === job.sessions && followUp.isDue) await this.lookFor(signal);
      });
    } finally {
      watch.end();
      neighbours.end();
      await dut.disarm();
      this.options.monitor.capture.flush();
      this.noteLosses();
    }
    evidence.event('session-end', { session: number, ...end, wallMs: clock.wallMs() });
    await this.options.control.after();
  }

  /** Where the time of the run went, for the record and for who watches. */
  noteTimes(): void {
    const { evidence, job } = this.options;
    const times = {
      placeMs: job.placeMs ?? 0,
      setUpMs: Math.round(this.setUpMs),
      waitingMs: Math.round(this.waitingMs),
      exchangeMs: Math.round(this.exchangeMs),
      followUpMs: Math.round(this.followUpMs),
    };
    evidence.event('times', times);
    const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
    job.onProgress({
      step: `time: place ${seconds(times.placeMs)}, bench ${seconds(times.setUpMs)}, waiting for the device ${seconds(times.waitingMs)}, exchanges ${seconds(times.exchangeMs)}, follow-up beyond its waits ${seconds(times.followUpMs)}`,
    });
  }

  private async onboard(config: RadioSessionsOptions['config']): Promise<SessionEnd> {
    const { evidence, clock, job, dut, link, followUp, control } = this.options;
    this.heardMs = null;
    const beganMs = clock.monotonicMs();
    try {
      return await holdSession({
        job,
        evidence,
        clock,
        dut,
        link,
        config,
        ...control.preparation(config.method),
        onM1: (m1) => {
          followUp.m1(m1);
          const pushed = link.peerMac === null ? null : pushedIn(m1, link.peerMac);
          if (pushed !== null) this.options.neighbours.see(pushed);
        },
        onBegin: (session) => {
          this.current = session;
        },
      });
    } finally {
      this.current = null;
      const endMs = clock.monotonicMs();
      const heardMs = this.firstHeardMs() ?? endMs;
      this.waitingMs += heardMs - beganMs;
      this.exchangeMs += endMs - heardMs;
    }
  }

  /**
   * Others are in push-button mode as well. The device's own session goes on, since nobody else is given the key; but of
   * two devices that nobody named, it cannot be told which is the one to be registered.
   */
  private overlaps(session: number, strangers: readonly PushedButton[]): void {
    const { evidence, clock, job, fail } = this.options;
    const who = strangers.map(buttonText);
    evidence.event('overlap', { session, who, wallMs: clock.wallMs() });
    const text = `push-button session overlap with ${who.join(', ')}`;
    job.onProgress({ step: `${this.nameOf(session)}: ${text}` });
    if (!this.isKnown && strangers.some(({ role }) => role === 'device')) fail(new RallyError('ERR_OVERLAP', text));
  }

  /**
   * Whoever is in push-button mode looks for a Registrar again and again. A device that nobody named is not given the key
   * before there was time to hear of another.
   */
  private holdingKey(script: Script = (message) => [message]): Script {
    const { clock } = this.options;
    let askedMs: number | null = null;
    return (message, tools) => {
      const nowMs = clock.monotonicMs();
      if (message.what === 'M2') askedMs ??= nowMs;
      const delayMs = Math.max(0, (askedMs ?? nowMs) + OVERLAP_WATCH_MS - nowMs);
      return script(message, tools).map((made) => (made.what === 'M8' ? { ...made, delayMs } : made));
    };
  }

  private nameOf(session: number): string {
    return session === WATCHED_SESSION
      ? 'the display is watched'
      : `session ${session} of ${plannedSessions(this.options.job).length}`;
  }

  private firstHeardMs(): number | null {
    return this.heardMs;
  }

  /** Outside an exchange nobody listens to the link, which alone tells at once that the adapter is gone. */
  private async whileLinked(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { job, link } = this.options;
    const gone = new AbortController();
    link.listen({
      packet: () => undefined,
      failure: (error) => {
        gone.abort(error);
      },
    });
    try {
      await work(AbortSignal.any([job.signal, gone.signal]));
    } finally {
      link.listen(null);
    }
  }

  /** True when the device has an address. */
  private async join(name: string, signal: AbortSignal): Promise<boolean> {
    const { clock, job, watch, joinMs } = this.options;
    const beganMs = clock.monotonicMs();
    job.onProgress({ step: name, waitingFor: 'the device to join the network it was given', limitMs: joinMs });
    const joined = await watch.addressed(joinMs, signal);
    if (!joined) job.onProgress({ step: `${name}: no address within ${joinMs} ms` });
    this.waitingMs += clock.monotonicMs() - beganMs;
    return joined;
  }

  private async lookFor(signal: AbortSignal): Promise<void> {
    const { clock, dut, watch, followUp } = this.options;
    const beganMs = clock.monotonicMs();
    const cut = new AbortController();
    const limit = clock.sleep(ENTER_LIMIT_MS, AbortSignal.any([signal, cut.signal])).catch(() => undefined);
    await Promise.race([dut.onNetwork, limit]);
    cut.abort();
    signal.throwIfAborted();
    this.waitingMs += clock.monotonicMs() - beganMs;
    const { tookMs, lateMs } = await followUp.run(watch.found, dut.stimuli(signal), signal);
    this.waitingMs += tookMs - lateMs;
    this.followUpMs += lateMs;
  }

  private noteLosses(): void {
    const { evidence, link, monitor, followUp } = this.options;
    monitor.noteLosses(link.takeDropped());
    followUp.noteLosses();
    const counted = [
      ['outside-session', link.outsideSessions],
      ['not-sent', link.notSent],
    ] as const;
    for (const [kind, count] of counted) if (count > 0) evidence.event(kind, { count });
    link.outsideSessions = 0;
    link.notSent = 0;
    for (const [address, frames] of link.strangers) evidence.event('stranger', { address, frames });
    link.strangers.clear();
  }
}

/** The key that a passphrase and an SSID make, as 64 hex digits (IEEE 802.11, annex J: passphrase to PSK). */
function rawKey({ ssid, networkKey }: Credential): Uint8Array {
  return ascii(pbkdf2Sync(networkKey, ssid, 4096, 32, 'sha1').toString('hex'));
}
