import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '#base/bytes.js';
import type { RallyError } from '#base/error.js';
import { Udhcpc } from '../daemon/udhcpc.js';
import { WpaSupplicant } from '../daemon/wpa-supplicant.js';
import type { DutControl } from '../device/control/dut-control.js';
import { ReferenceProcess } from '../device/reference-process.js';
import type { Stimuli } from '../discovery/run-follow-up.js';
import type { SessionDut } from './hold-session.js';
import { ip, iw, radioOf, requireAdapter } from './radio-adapters.js';
import { adapterGone, AdapterWatch } from './radio-adapter-watch.js';
import type { Closing } from './radio-closing.js';
import type { Method, RadioPlan } from './radio-plan.js';

const NAMESPACE = 'rally-dut';
/** With what its programs wrote down for a session. */
const DELETE_NAMESPACE = `rm -rf /run/rally/dut-*; ip netns delete ${NAMESPACE}`;
const ADAPTER_KEY = 'ixit.dut.interface';
const NAMESPACE_FILE = `/run/netns/${NAMESPACE}`;

/** The device over the air, as the bench handles it. */
export interface RadioDut extends SessionDut {
  /** Method of the next session, and whether the device is looked for on the network after it. */
  use(method: Method, isFollowedUp: boolean): void;
  /** Its address where it is known beforehand, 6 bytes. */
  readonly mac: Uint8Array | null;
  /** What the bench waits for in a session, for the person who watches. */
  readonly startHint: string;
  /** Resolves when a device of ours is on the network to be found; at once for one in somebody's hand. */
  readonly onNetwork: Promise<void>;
  /** What can be done to it then. */
  stimuli(signal: AbortSignal): Stimuli;
  /** End of a session, however it ended. */
  disarm(): Promise<void>;
}

/** Get hold of the device, which `control` handles where there is one; closing lets go of it. Throws RallyError: ERR_INTERFACE, ERR_PROGRAM_MISSING, ERR_DAEMON, ERR_TIMEOUT. */
export async function openRadioDut(
  plan: RadioPlan,
  log: (name: string) => (chunk: Uint8Array) => void,
  fail: (error: unknown) => void,
  closing: Closing,
  control: DutControl | null,
): Promise<RadioDut> {
  const { station } = plan;
  if (station === null) return new DeviceInHand(plan.mac === null ? null : fromHex(plan.mac), control);
  const { mac } = await requireAdapter(station.interfaceName, ADAPTER_KEY);
  const radio = radioOf(station.interfaceName);
  await ip('netns', 'add', NAMESPACE);
  closing.add(() => ip('netns', 'delete', NAMESPACE).then(() => undefined), DELETE_NAMESPACE);
  // The whole adapter moves, so that nothing of it can be reached but through the air.
  const home = ['netns', 'exec', NAMESPACE, 'iw', 'phy', radio, 'set', 'netns'];
  closing.add(() => ip(...home, String(process.pid)).then(() => undefined), `ip ${home.join(' ')} $$`);
  await iw('phy', radio, 'set', 'netns', 'name', NAMESPACE);
  const { interfaceName } = station;
  const adapter = AdapterWatch.start({ interfaceName, namespace: NAMESPACE, key: ADAPTER_KEY, onGone: fail });
  closing.add(() => adapter.stop());
  // Its program takes a while to come up; it says nothing before it is told to.
  const reference =
    station.reference === null
      ? null
      : ReferenceProcess.start({
          ...station.reference,
          interfaceName,
          namespaceFile: NAMESPACE_FILE,
          onOutput: log('device'),
          onDeath: fail,
        });
  const logs = { supplicant: log('wpa_supplicant'), client: log('udhcpc') };
  closing.add(() => reference?.stop());
  return new Station({ plan, station, mac, logs, reference, fail });
}

interface StationParts {
  readonly plan: RadioPlan;
  readonly station: NonNullable<RadioPlan['station']>;
  readonly mac: Uint8Array;
  readonly logs: Readonly<Record<'supplicant' | 'client', (chunk: Uint8Array) => void>>;
  readonly reference: ReferenceProcess | null;
  readonly fail: (error: unknown) => void;
}

/**
 * wpa_supplicant and a DHCP client with an adapter of their own, fresh for each session; a reference device is also
 * there to be found on the network. Told to leave, it takes its leave there and stays a station.
 */
class Station implements RadioDut {
  readonly startHint = 'the first frame of wpa_supplicant';
  readonly beginsWhenArmed = false;
  private supplicant: WpaSupplicant | null = null;
  private client: Udhcpc | null = null;
  private method: Method;
  private isFollowedUp = false;
  private folder: string | null = null;
  onNetwork: Promise<void> = Promise.resolve();
  readonly mac: Uint8Array;

  constructor(private readonly parts: StationParts) {
    [this.method] = parts.plan.methods;
    this.mac = parts.mac;
  }

  use(method: Method, isFollowedUp: boolean): void {
    this.method = method;
    this.isFollowedUp = isFollowedUp;
  }

  stimuli(signal: AbortSignal): Stimuli {
    return this.parts.reference?.stimuli(signal) ?? {};
  }

  async arm(signal: AbortSignal, fails: (error: RallyError) => void): Promise<void> {
    const onDeath = (error: RallyError): void => {
      void this.reasonOf(error).then(fails);
    };
    mkdirSync('/run/rally', { recursive: true, mode: 0o700 });
    const folder = mkdtempSync(join('/run/rally', 'dut-'));
    this.folder = folder;
    const { plan, logs, station, reference, fail } = this.parts;
    const { dut, interfaceName } = station;
    let enter = (): void => undefined;
    if (reference !== null && this.isFollowedUp)
      this.onNetwork = new Promise((resolve) => {
        enter = () => {
          reference.enter(signal).then(resolve, fail);
        };
      });
    this.supplicant = await WpaSupplicant.start({
      driver: 'nl80211',
      dut,
      method: this.method,
      pin: plan.pin,
      frequencyMhz: plan.frequencyMhz,
      interfaceName,
      namespaceFile: NAMESPACE_FILE,
      folder,
      onOutput: logs.supplicant,
      onDeath,
      // What a device does as soon as it is on a network.
      onEvent: (event) => {
        if (!event.startsWith('CTRL-EVENT-CONNECTED') || this.client !== null) return;
        this.client = Udhcpc.start({
          interfaceName,
          namespaceFile: NAMESPACE_FILE,
          folder,
          onOutput: logs.client,
          onAddress: enter,
          onDeath,
        });
      },
      signal,
    });
    await this.supplicant.enroll();
  }

  async disarm(): Promise<void> {
    const { supplicant, client, folder } = this;
    this.supplicant = null;
    this.client = null;
    this.folder = null;
    if (this.isFollowedUp) await this.parts.reference?.stop();
    await client?.stop();
    await supplicant?.stop();
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    await this.forgetAddress(this.parts.station.interfaceName);
  }

  /** A program ended by itself: where its adapter is gone, that is why. */
  private async reasonOf(error: RallyError): Promise<RallyError> {
    const { interfaceName } = this.parts.station;
    try {
      await ip('-n', NAMESPACE, 'link', 'show', 'dev', interfaceName);
      return error;
    } catch (cause) {
      return adapterGone(interfaceName, ADAPTER_KEY, cause);
    }
  }

  /** Throws RallyError ERR_INTERFACE when the adapter is gone. */
  private async forgetAddress(interfaceName: string): Promise<void> {
    try {
      await ip('-n', NAMESPACE, 'address', 'flush', 'dev', interfaceName);
    } catch (cause) {
      throw adapterGone(interfaceName, ADAPTER_KEY, cause);
    }
  }
}

/** A device on the table: its control or a person starts WPS on it. */
class DeviceInHand implements RadioDut {
  startHint = '';
  readonly beginsWhenArmed = false;
  readonly onNetwork = Promise.resolve();

  constructor(
    readonly mac: Uint8Array | null,
    private readonly control: DutControl | null,
  ) {}

  use(method: Method): void {
    this.startHint =
      this.control?.begins(method) === true
        ? 'the first frame of the device'
        : `the device: start WPS on it now, ${method === 'pin' ? 'with its PIN' : 'by its push button'}`;
  }

  stimuli(signal: AbortSignal): Stimuli {
    const { control } = this;
    return control?.canPowerCycle === true ? { powerCycle: () => control.powerCycle(signal) } : {};
  }

  arm(): Promise<void> {
    return Promise.resolve();
  }

  disarm(): Promise<void> {
    return Promise.resolve();
  }
}
