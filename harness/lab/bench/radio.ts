import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import { ORDINARY_PART } from '#evidence/parts.js';
import type { Recorder } from '#evidence/recorder.js';
import type { RegistrarConfig } from '#wps/engine.js';
import { Hostapd, operationalInterface, type OwnRadio } from '../daemon/hostapd.js';
import { Operator } from '../device/operator.js';
import type { RecordJob } from '../job.js';
import { inspectInterface } from '../link/interface.js';
import { boundedLog } from '../process.js';
import { EapolLink } from './eapol-link.js';
import { putBackAccessPoint, requireAdapter } from './radio-adapters.js';
import { serveNetwork } from './operational-network.js';
import { Closing } from './radio-closing.js';
import { partBegins, recordedNow } from './parts.js';
import { openRadioDut, type RadioDut } from './radio-dut.js';
import { associationElements, beaconElements } from './radio-ie.js';
import { JoinWatch } from './radio-join.js';
import { RadioFollowUp } from './radio-follow-up.js';
import { Lifeline } from './radio-lifeline.js';
import { RadioMonitor } from './radio-monitor.js';
import { RadioNeighbours } from './radio-neighbours.js';
import { observe } from './radio-observe.js';
import { radioPlan, type RadioPlan } from './radio-plan.js';
import { RadioSessions } from './radio-sessions.js';
import { registrarConfig } from './registrar-config.js';
import { controlOf, SessionControl } from './session-control.js';

/**
 * The radio bench: an access point, a monitor and our Registrar. The device is onboarded over the air, joins the
 * network it was given and gets an address there. Holds every planned session, whatever the device makes of each.
 * Throws RallyError when the bench itself fails or is aborted.
 */
export async function runRadioBench(job: RecordJob, evidence: Recorder, clock: Clock): Promise<void> {
  const plan = radioPlan(job.profile);
  // Where the place is this machine, what is changed outlives a bench that is killed.
  const closing = new Closing(job.place === 'here' ? Lifeline.start() : null);
  const log = (name: string): ((chunk: Uint8Array) => void) => boundedLog(evidence.log(name));
  // Whatever of the bench fails first ends the run.
  const failure = new AbortController();
  const signal = AbortSignal.any([job.signal, failure.signal]);
  const fail = (error: unknown): void => {
    failure.abort(error);
  };
  const operator = new Operator({ job: { ...job, signal }, evidence, clock });
  try {
    await operator.answerAtOnce();
    job.onProgress({ step: 'setting up the radios' });
    const { accessPoint } = plan;
    // What the control lacks is told before any radio is touched. Of one who only listens, a person handles the device.
    const isHandled = plan.station === null && accessPoint.kind === 'own';
    const scope = accessPoint.kind === 'own' ? operationalInterface(accessPoint.radio.ap) : '';
    const control = isHandled ? await controlOf({ job, evidence, clock, scope }) : null;
    closing.add(() => control?.close());
    const dut = await openRadioDut(plan, log, fail, closing, control);
    const common = { job: { ...job, signal }, plan, dut, evidence, clock, fail, closing };
    if (accessPoint.kind === 'observed') await observe({ ...common, bssid: accessPoint.bssid });
    else
      await register({
        ...common,
        control: new SessionControl(control, common.job),
        operator,
        radio: accessPoint.radio,
        log,
        beganMs: clock.monotonicMs(),
      });
  } catch (error) {
    // An adapter that is gone cannot be put back either: that is no news.
    await closing.run();
    throw error;
  }
  const notClosed = await closing.run();
  if (notClosed !== null) throw notClosed as Error;
}

interface Registering {
  /** Its signal is also that of the bench's own failure. */
  readonly job: RecordJob;
  readonly plan: RadioPlan;
  readonly radio: OwnRadio;
  readonly dut: RadioDut;
  readonly control: SessionControl;
  readonly operator: Operator;
  readonly evidence: Recorder;
  readonly clock: Clock;
  readonly fail: (error: unknown) => void;
  readonly log: (name: string) => (chunk: Uint8Array) => void;
  readonly closing: Closing;
  /** Monotonic. */
  readonly beganMs: number;
}

/** Hold the sessions with an access point and a Registrar of our own. */
async function register(registering: Registering): Promise<void> {
  const { job, plan, operator, evidence, clock, beganMs } = registering;
  const [method] = plan.methods;
  const config = registrarConfig({ method, pin: plan.pin });
  evidence.secret('networkKey', toHex(config.credential.networkKey));
  if (plan.pin !== '') evidence.secret('pin', plan.pin);
  const sessions = await openBench({ ...registering, config });
  sessions.setUpMs = clock.monotonicMs() - beganMs;
  for (const part of recordedNow(job)) {
    job.onProgress(partBegins(part));
    if (part.id === ORDINARY_PART && operator.watches) await sessions.watchDisplay(operator);
    for (const session of part.sessions) await sessions.hold(session);
    evidence.partEnd(part.id);
  }
  sessions.noteTimes();
}

interface Opening extends Registering {
  readonly config: Omit<RegistrarConfig, 'limits'>;
}

/** Bring up monitor, access point and address server, in this order, so that nothing of the device is missed. */
async function openBench(opening: Opening): Promise<RadioSessions> {
  const { job, plan, radio, dut, control, config, evidence, clock, fail, log, closing } = opening;
  const { signal } = job;
  const { ap } = radio;
  mkdirSync('/run/rally', { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join('/run/rally', 'bench-'));
  closing.add(() => {
    rmSync(folder, { recursive: true, force: true });
  }, `rm -rf ${folder}`);
  await requireAdapter(ap, 'ixit.radio.ap');
  const monitor = await RadioMonitor.open({
    plan,
    evidence,
    clock,
    fail,
    closing,
    interfaces: { wire: 0, air: 1 },
  });
  const watch = new JoinWatch({
    evidence,
    clock,
    interfaceName: operationalInterface(ap),
    onStep: (step) => {
      job.onProgress({ step });
    },
  });
  const hostapdLog = log('hostapd');
  const identity = { uuid: config.uuidR, device: config.device };
  let sessions: RadioSessions | null = null;
  putBackAccessPoint(ap, operationalInterface(ap), closing);
  const accessPoint = await Hostapd.start({
    radio,
    ssid: Buffer.from(config.credential.ssid).toString('latin1'),
    passphrase: Buffer.from(config.credential.networkKey).toString('latin1'),
    beaconElements: beaconElements(identity, null),
    associationElements: associationElements(),
    folder,
    onOutput: (chunk) => {
      hostapdLog(chunk);
      watch.log(chunk);
    },
    onEvent: (network, event) => {
      if (network === 'operational') watch.event(event);
      else sessions?.onboardingEvent(event);
    },
    onDeath: fail,
    signal,
  });
  closing.add(() => accessPoint.stop());
  for (const name of [ap, operationalInterface(ap)]) {
    const state = await inspectInterface(name);
    if (state !== null) monitor.addNetwork(state.mac);
  }
  await serveNetwork({
    interfaceName: operationalInterface(ap),
    folder,
    watch,
    onOutput: log('dnsmasq'),
    fail,
    signal,
    closing,
  });
  const followUp = await RadioFollowUp.open({
    job,
    evidence,
    clock,
    declared: plan.declared,
    interfaceName: operationalInterface(ap),
    interfaceId: 2,
    fail,
  });
  closing.add(() => {
    followUp.close();
  });
  const neighbours = await RadioNeighbours.open({
    monitor: plan.radio.monitor,
    networks: monitor.networks,
    device: () => monitor.capture.device,
    clock,
    closing,
  });
  const mac = dut.mac ?? (plan.mac === null ? null : fromHex(plan.mac));
  monitor.capture.device = mac;
  const link = await EapolLink.open(ap, mac, {
    frame: (bytes, timeNs, from) => {
      sessions?.eapol(from);
      monitor.capture.wire(bytes, timeNs, from);
    },
  });
  closing.add(() => {
    link.close();
  });
  sessions = new RadioSessions({
    job,
    evidence,
    clock,
    dut,
    control,
    link,
    config,
    monitor,
    watch,
    followUp,
    neighbours,
    fail,
    accessPoint,
    methods: plan.methods,
    joinMs: radio.joinMs,
    elements: (selected, air) => beaconElements(identity, selected, air),
    elementsBeside: (selected) => beaconElements({ ...identity, uuid: otherUuid(identity.uuid) }, selected),
  });
  return sessions;
}

/** Another UUID of 16 bytes. */
function otherUuid(uuid: Uint8Array): Uint8Array {
  return uuid.map((byte, index) => (index === uuid.length - 1 ? byte ^ 0xff : byte));
}
