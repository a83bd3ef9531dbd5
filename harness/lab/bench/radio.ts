import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import type { Recorder } from '#evidence/recorder.js';
import type { RegistrarConfig } from '#wps/engine.js';
import { Dnsmasq, OWN_ADDRESS_PREFIX } from '../daemon/dnsmasq.js';
import { Hostapd, operationalInterface } from '../daemon/hostapd.js';
import type { RecordJob } from '../job.js';
import { inspectInterface } from '../link/interface.js';
import { PacketSocket } from '../link/packet-socket.js';
import { boundedLog } from '../process.js';
import { EapolLink } from './eapol-link.js';
import { ip, requireAdapter, setUpMonitor } from './radio-adapters.js';
import { RadioCapture } from './radio-capture.js';
import { openRadioDut, type RadioDut } from './radio-dut.js';
import { associationElements, beaconElements } from './radio-ie.js';
import { JoinWatch } from './radio-join.js';
import { radioPlan, type RadioPlan } from './radio-plan.js';
import { RadioSessions } from './radio-sessions.js';
import { registrarConfig } from './registrar-config.js';

/** Kept of what the monitor hears: an hour of two networks' beacons and a device's traffic. */
const CAPTURE_LIMIT_BYTES = 64 * 1024 * 1024;
/** Every EtherType: what a monitor delivers has none. */
const ETH_P_ALL = 0x0003;

/** What was opened is closed again in the opposite order, each whatever becomes of the others. */
class Closing {
  private readonly steps: (() => void | Promise<void>)[] = [];

  add(step: () => void | Promise<void>): void {
    this.steps.unshift(step);
  }

  /** Returns what went wrong first. */
  async run(): Promise<unknown> {
    let failure: unknown = null;
    for (const step of this.steps) {
      try {
        await step();
      } catch (error) {
        failure ??= error;
      }
    }
    return failure;
  }
}

/**
 * The radio bench: an access point, a monitor and our Registrar. The device is onboarded over the air, joins the
 * network it was given and gets an address there. Holds every planned session, whatever the device makes of each.
 * Throws RallyError when the bench itself fails or is aborted.
 */
export async function runRadioBench(job: RecordJob, evidence: Recorder, clock: Clock): Promise<void> {
  const plan = radioPlan(job.profile);
  const beganMs = clock.monotonicMs();
  const closing = new Closing();
  const log = (name: string): ((chunk: Uint8Array) => void) => boundedLog(evidence.log(name));
  // Whatever of the bench fails first ends the run.
  const failure = new AbortController();
  const signal = AbortSignal.any([job.signal, failure.signal]);
  const fail = (error: unknown): void => {
    failure.abort(error);
  };
  try {
    job.onProgress({ step: 'setting up the radios' });
    const dut = await openRadioDut(plan, log);
    closing.add(() => dut.close());
    const [method] = plan.methods;
    const config = registrarConfig({ method, pin: plan.pin });
    evidence.secret('networkKey', toHex(config.credential.networkKey));
    if (plan.methods.includes('pin')) evidence.secret('pin', plan.pin);
    const sessions = await openBench({ job, plan, dut, config, evidence, clock, signal, fail, log, closing });
    sessions.setUpMs = clock.monotonicMs() - beganMs;
    for (let session = 1; session <= job.sessions; session++) await sessions.hold(session);
    sessions.noteTimes();
  } catch (error) {
    // An adapter that is gone cannot be put back either: that is no news.
    await closing.run();
    throw error;
  }
  const notClosed = await closing.run();
  if (notClosed !== null) throw notClosed as Error;
}

interface Opening {
  readonly job: RecordJob;
  readonly plan: RadioPlan;
  readonly dut: RadioDut;
  readonly config: Omit<RegistrarConfig, 'limits'>;
  readonly evidence: Recorder;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => void;
  readonly log: (name: string) => (chunk: Uint8Array) => void;
  readonly closing: Closing;
}

/** Bring up monitor, access point and address server, in this order, so that nothing of the device is missed. */
async function openBench(opening: Opening): Promise<RadioSessions> {
  const { job, plan, dut, config, evidence, clock, signal, fail, log, closing } = opening;
  const { ap, monitor } = plan.radio;
  mkdirSync('/run/rally', { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join('/run/rally', 'bench-'));
  await requireAdapter(ap, 'ixit.radio.ap');
  closing.add(await setUpMonitor(plan));
  const ownNetworks: Uint8Array[] = [];
  const capture = new RadioCapture({
    evidence,
    clock,
    ownNetworks,
    onFailure: fail,
    limitBytes: CAPTURE_LIMIT_BYTES,
  });
  closing.add(() => {
    capture.flush();
  });
  const air = await PacketSocket.open({ interfaceName: monitor, etherType: ETH_P_ALL, multicast: [] });
  closing.add(() => {
    air.close();
  });
  air.listen({
    frame: ({ bytes, timeNs }) => {
      capture.air(bytes, timeNs);
    },
    failure: fail,
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
  const accessPoint = await Hostapd.start({
    radio: plan.radio,
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
    if (state !== null) ownNetworks.push(state.mac);
  }
  await ip('address', 'replace', OWN_ADDRESS_PREFIX, 'dev', operationalInterface(ap));
  const addresses = await Dnsmasq.start({
    interfaceName: operationalInterface(ap),
    folder,
    onOutput: log('dnsmasq'),
    onLease: (mac, address) => {
      watch.lease(mac, address);
    },
    onDeath: fail,
    signal,
  });
  closing.add(() => addresses.stop());
  const mac = dut.mac ?? (plan.mac === null ? null : fromHex(plan.mac));
  capture.device = mac;
  const link = await EapolLink.open(ap, mac, {
    frame: (bytes, timeNs, from) => {
      sessions?.eapol(from);
      capture.wire(bytes, timeNs, from);
    },
  });
  closing.add(() => {
    link.close();
  });
  sessions = new RadioSessions({
    job: { ...job, signal },
    evidence,
    clock,
    dut,
    link,
    config,
    capture,
    air,
    watch,
    accessPoint,
    methods: plan.methods,
    joinMs: plan.radio.joinMs,
    elements: (selected) => beaconElements(identity, selected),
  });
  return sessions;
}
