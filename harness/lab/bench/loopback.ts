import { ascii, fromHex, toHex } from '#base/bytes.js';
import { createFollowUp } from '#discovery/follow-up.js';
import { NO_PROMISES, promisesOf, type Promises } from '#discovery/promise.js';
import type { Scenario, StimulusId } from '#evidence/model.js';
import { operatorDetail, OPERATOR_EVENT } from '#evidence/operator-events.js';
import type { Recorder } from '#evidence/recorder.js';
import { questionsFor, type QuestionId } from '#profile/questions.js';
import type { Profile } from '#profile/schema.js';
import type { Device } from '#reference/device.js';
import { createDiscoveryDevice } from '#reference/discovery/device.js';
import { familyOf } from '#reference/discovery/network.js';
import { referenceParts, referenceSession } from '#reference/enrollee.js';
import type { Panel } from '#reference/panel.js';
import type { Behaviour } from '#reference/parts.js';
import { streamOf } from '#reference/seed.js';
import { encodeEthernet, ETHERTYPE, PAE_GROUP_ADDRESS } from '#wire/ethernet.js';
import type { EngineOutput, RegistrarConfig } from '#wps/engine.js';
import { createRegistrar } from '#wps/registrar.js';
import { followUpOnLoopback, OWN_ADDRESS } from './loopback-discovery.js';
import { loopbackProfile } from './loopback-profile.js';
import { plannedSessions, type PlannedSession } from './scripted-session.js';
import { converse, type End, type SimulatedClock } from '../link/in-process.js';

/** The capture's interfaces: the link with our Registrar, what the device sends over the air, and the network it joins. */
export const LOOPBACK_CAPTURES = [
  { linkType: 'ethernet', interfaceName: 'loopback' },
  { linkType: 'dot11', interfaceName: 'air' },
  { linkType: 'ethernet', interfaceName: 'network' },
] as const;
const AIR = 1;
const NETWORK = 2;

/** Locally administered, unlike any device's: those are drawn from a seed. */
const REGISTRAR_MAC = fromHex('020000000001');
const RETRANSMIT_MS = 5000;
const TRIES = 3;
const SESSION_MS = 120_000;
/** Between two sessions, so that their times never touch. */
const PAUSE_MS = 1000;

/** A device with its faults, and how often it registers. */
export interface LoopbackPlan {
  readonly device: Device;
  readonly faults: readonly Behaviour[];
  readonly sessions: number;
  /** Stimuli after those sessions; absent: none. */
  readonly stimuli?: readonly StimulusId[];
  /** What the device has on the network it joins, text form; {@link DEVICE_ADDRESS} alone when absent. */
  readonly addresses?: readonly string[];
}

/** Where evidence goes: a recorder, or anything that keeps what it is given. */
export type EvidenceSink = Pick<Recorder, 'frame' | 'event' | 'document' | 'keys' | 'secret'>;

/** What the device is given on the network it joins (RFC 5737: an address for examples). */
const DEVICE_ADDRESS = '192.0.2.20';
/** No session has this number: its random bytes are the control point's. */
const CONTROL_POINT = 0xffff;
const DISCOVERY_LIMIT_MS = 30_000;
/** Longer than any lifetime of announcements a device has: here time costs nothing. */
const REFRESH_WAIT_MS = 3_700_000;

/**
 * The loopback bench: our Registrar and a reference device in one process, on a simulated clock. Holds every planned
 * session. Nothing of it waits, and the same plan gives the same bytes.
 */
export class LoopbackBench {
  private promises = NO_PROMISES;
  private readonly panel: Panel;
  private readonly profile: Profile;
  private readonly sessions: readonly PlannedSession[];
  /** When the M2D of the script was sent; null before. */
  private m2dAtMs: number | null = null;

  constructor(
    private readonly plan: LoopbackPlan,
    private readonly sink: EvidenceSink,
    private readonly clock: SimulatedClock,
    private readonly onStep: (step: string) => void = () => undefined,
  ) {
    const { device, faults, sessions, stimuli = [] } = plan;
    this.panel = referenceParts(device, faults).panel;
    this.profile = loopbackProfile(device, faults, sessions);
    this.sessions = plannedSessions({ bench: 'loopback', profile: this.profile, sessions, stimuli });
  }

  /** Scripted scenarios the plan holds. */
  get scenarios(): readonly Scenario[] {
    return this.sessions.flatMap(({ noted: { script } }) => script ?? []);
  }

  /** Throws what the sink throws, and RallyError ERR_INTERNAL. */
  run(shouldStop: () => void = () => undefined): void {
    const { device } = this.plan;
    const { credential } = this.registrarConfig(0);
    this.sink.secret('networkKey', toHex(credential.networkKey));
    if (device.model.method === 'pin') this.sink.secret('pin', this.panel.pin);
    this.look(null);
    for (const session of this.sessions) {
      shouldStop();
      this.session(session);
    }
    shouldStop();
    this.followUp(this.promises);
  }

  /** The device has joined: look for it under what its last M1 promised, also for what it offers undeclared. */
  private followUp(promises: Promises): void {
    const { clock, sink } = this;
    const { device, faults, addresses = [DEVICE_ADDRESS] } = this.plan;
    this.onStep('looking for the device on the network');
    followUpOnLoopback({
      device: createDiscoveryDevice(device, faults),
      deviceMac: device.mac,
      deviceAddresses: addresses,
      engine: createFollowUp({
        ...promises,
        families: (['ipv4', 'ipv6'] as const).filter((family) => addresses.some((each) => familyOf(each) === family)),
        addresses,
        ownAddress: OWN_ADDRESS,
        limitMs: DISCOVERY_LIMIT_MS,
        refreshWaitMs: REFRESH_WAIT_MS,
        abilities: { leave: true, powerCycle: true },
        random: streamOf(device.seed, 'registrar', CONTROL_POINT),
      }),
      clock,
      sink,
      interfaceId: NETWORK,
      limitMs: DISCOVERY_LIMIT_MS,
      onStep: this.onStep,
    });
  }

  private session({ number: session, config, noted }: PlannedSession): void {
    const { clock, sink } = this;
    const { device, faults } = this.plan;
    const { engine, probeRequest, parts } = referenceSession(device, faults, session);
    sink.event('session-start', { session, method: device.model.method, ...noted, wallMs: clock.wallMs() });
    sink.frame(probeRequest, clock.wallNs(), { direction: 'in', interfaceId: AIR });
    const registrar = createRegistrar({ ...this.registrarConfig(session), ...config });
    converse({
      clock,
      engines: { registrar, enrollee: engine },
      onOutput: (from, output) => {
        this.keep(from, output, session, parts.transmitter);
      },
    });
    this.onStep(`session ${session} of ${this.sessions.length} is over`);
    clock.advanceTo(clock.monotonicMs() + PAUSE_MS);
    const { m2dAtMs } = this;
    if (m2dAtMs !== null && noted.script === 'm2d-windows') this.look(m2dAtMs);
    this.m2dAtMs = null;
  }

  /**
   * What a person would be asked is read off the device's panel; what can be told only some time after an M2D, at that
   * time.
   *
   * @param m2dAtMs when the M2D was sent, monotonic; null: what can be told at any time
   */
  private look(m2dAtMs: number | null): void {
    const { clock, sink, panel, profile } = this;
    for (const question of questionsFor(profile)) {
      if ((question.afterM2dMs === undefined) !== (m2dAtMs === null)) continue;
      clock.advanceTo((m2dAtMs ?? 0) + (question.afterM2dMs ?? 0));
      const sinceM2dMs = m2dAtMs === null ? 0 : (question.afterM2dMs ?? 0);
      const { id, text } = question;
      const answer = isSeen(panel, id, sinceM2dMs) ? 'yes' : 'no';
      sink.event(OPERATOR_EVENT, operatorDetail({ question: id, text, answer, by: 'panel', timeMs: clock.wallMs() }));
    }
  }

  private keep(from: End, output: EngineOutput, session: number, deviceMac: Uint8Array): void {
    const { clock, sink } = this;
    if (output.kind === 'send') {
      const frame = encodeEthernet({
        destination: from === 'registrar' ? deviceMac : PAE_GROUP_ADDRESS,
        source: from === 'registrar' ? REGISTRAR_MAC : deviceMac,
        etherType: ETHERTYPE.Eapol,
        payload: output.bytes,
      });
      sink.frame(frame, clock.wallNs(), { direction: from === 'enrollee' ? 'in' : 'out' });
      if (output.what === 'M2D') this.m2dAtMs ??= clock.monotonicMs();
    }
    // The Registrar's outputs are the bench's; what the device thinks of itself is no evidence.
    if (from !== 'registrar') return;
    if (output.kind === 'm1') this.promises = promisesOf(output.m1);
    if (output.kind === 'keys') sink.keys(output.keys);
    if (output.kind === 'progress') {
      sink.event('progress', { step: output.step });
      this.onStep(output.step);
    }
    if (output.kind === 'end') {
      const { outcome, text, silenceMs } = output;
      const silence = silenceMs === undefined ? {} : { silenceMs };
      sink.event('session-end', { session, outcome, text, ...silence, wallMs: clock.wallMs() });
    }
  }

  /** Our Registrar, drawn from the seed; the network's name and key are those of session 0 in every session. */
  private registrarConfig(session: number): RegistrarConfig {
    const { model, seed } = this.plan.device;
    const network = streamOf(seed, 'registrar', 0);
    const uuidR = Uint8Array.from(network(16));
    // RFC 9562: version 4, variant 10x.
    uuidR[6] = ((uuidR[6] ?? 0) & 0x0f) | 0x40;
    uuidR[8] = ((uuidR[8] ?? 0) & 0x3f) | 0x80;
    return {
      method: model.method,
      pin: this.panel.pin,
      credential: {
        ssid: ascii(`rally-${toHex(network(4))}`),
        authenticationType: 0x0020,
        encryptionType: 0x0008,
        networkKey: ascii(toHex(network(16))),
      },
      uuidR,
      device: {
        manufacturer: 'rally-conformance',
        modelName: 'Registrar',
        modelNumber: '1',
        serialNumber: '1',
        deviceName: 'rally-conformance',
      },
      random: streamOf(seed, 'registrar', session),
      limits: { retransmitMs: RETRANSMIT_MS, tries: TRIES, sessionMs: SESSION_MS },
    };
  }
}

/** Whether the answer to a question is yes, by what the panel shows so long after an M2D. */
function isSeen({ pin, display, label }: Panel, id: QuestionId, sinceM2dMs: number): boolean {
  switch (id) {
    case 'display-shows-pin':
      return display !== null && display.shownMs >= sinceM2dMs;
    case 'display-pin-is-dynamic':
      return display?.isDynamic === true;
    case 'label-has-pin':
      return label !== null && pin.length === 8;
    case 'label-pin-is-marked':
      return label?.isMarked === true;
  }
}
