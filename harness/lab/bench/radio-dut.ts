import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import { Udhcpc } from '../daemon/udhcpc.js';
import { WpaSupplicant } from '../daemon/wpa-supplicant.js';
import type { SessionDut } from './hold-session.js';
import { ip, iw, radioOf, requireAdapter } from './radio-adapters.js';
import type { Method, RadioPlan } from './radio-plan.js';

const NAMESPACE = 'rally-dut';
const NAMESPACE_FILE = `/run/netns/${NAMESPACE}`;

/** The device over the air, as the bench handles it. */
export interface RadioDut extends SessionDut {
  /** Method of the sessions from now on. */
  use(method: Method): void;
  /** Its address where it is known beforehand, 6 bytes. */
  readonly mac: Uint8Array | null;
  /** What the bench waits for in a session, for the person who watches. */
  readonly startHint: string;
  /** End of a session, however it ended. */
  disarm(): Promise<void>;
  /** Put back what was changed. */
  close(): Promise<void>;
}

/** Get hold of the device. Throws RallyError: ERR_INTERFACE, ERR_PROGRAM_MISSING, ERR_DAEMON, ERR_TIMEOUT. */
export async function openRadioDut(
  plan: RadioPlan,
  log: (name: string) => (chunk: Uint8Array) => void,
): Promise<RadioDut> {
  const { station } = plan;
  if (station === null) return new DeviceInHand(plan.mac === null ? null : fromHex(plan.mac));
  const { mac } = await requireAdapter(station.interfaceName, 'ixit.dut.interface');
  const radio = radioOf(station.interfaceName);
  await ip('netns', 'add', NAMESPACE);
  try {
    // The whole adapter moves, so that nothing of it can be reached but through the air.
    await iw('phy', radio, 'set', 'netns', 'name', NAMESPACE);
  } catch (error) {
    await ip('netns', 'delete', NAMESPACE);
    throw error;
  }
  return new Station(plan, station, radio, mac, { supplicant: log('wpa_supplicant'), client: log('udhcpc') });
}

/** wpa_supplicant and a DHCP client with an adapter of their own, fresh for each session. */
class Station implements RadioDut {
  readonly startHint = 'the first frame of wpa_supplicant';
  readonly beginsWhenArmed = false;
  private supplicant: WpaSupplicant | null = null;
  private client: Udhcpc | null = null;
  private method: Method;
  private folder: string | null = null;

  constructor(
    private readonly plan: RadioPlan,
    private readonly station: NonNullable<RadioPlan['station']>,
    private readonly radio: string,
    readonly mac: Uint8Array,
    private readonly logs: {
      readonly supplicant: (chunk: Uint8Array) => void;
      readonly client: (chunk: Uint8Array) => void;
    },
  ) {
    [this.method] = plan.methods;
  }

  use(method: Method): void {
    this.method = method;
  }

  async arm(signal: AbortSignal, onDeath: (error: RallyError) => void): Promise<void> {
    mkdirSync('/run/rally', { recursive: true, mode: 0o700 });
    const folder = mkdtempSync(join('/run/rally', 'dut-'));
    this.folder = folder;
    const { dut, interfaceName } = this.station;
    this.supplicant = await WpaSupplicant.start({
      driver: 'nl80211',
      dut,
      method: this.method,
      pin: this.plan.pin,
      frequencyMhz: this.plan.frequencyMhz,
      interfaceName,
      namespaceFile: NAMESPACE_FILE,
      folder,
      onOutput: this.logs.supplicant,
      onDeath,
      // What a device does as soon as it is on a network.
      onEvent: (event) => {
        if (!event.startsWith('CTRL-EVENT-CONNECTED') || this.client !== null) return;
        this.client = Udhcpc.start({
          interfaceName,
          namespaceFile: NAMESPACE_FILE,
          folder,
          onOutput: this.logs.client,
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
    await client?.stop();
    await supplicant?.stop();
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    await this.forgetAddress(this.station.interfaceName);
  }

  /** Throws RallyError ERR_INTERFACE when the adapter is gone: what the device did not do then is no fault of its own. */
  private async forgetAddress(interfaceName: string): Promise<void> {
    try {
      await ip('-n', NAMESPACE, 'address', 'flush', 'dev', interfaceName);
    } catch (cause) {
      throw new RallyError(
        'ERR_INTERFACE',
        `ixit.dut.interface: ${interfaceName}, the adapter of the device, is gone`,
        {
          cause,
          context: { interface: interfaceName },
        },
      );
    }
  }

  async close(): Promise<void> {
    try {
      await ip('netns', 'exec', NAMESPACE, 'iw', 'phy', this.radio, 'set', 'netns', String(process.pid));
    } finally {
      await ip('netns', 'delete', NAMESPACE);
    }
  }
}

/** A device on the table: a person starts WPS on it. */
class DeviceInHand implements RadioDut {
  startHint = '';
  readonly beginsWhenArmed = false;

  constructor(readonly mac: Uint8Array | null) {}

  use(method: Method): void {
    this.startHint = `the device: start WPS on it now, ${method === 'pin' ? 'with its PIN' : 'by its push button'}`;
  }

  arm(): Promise<void> {
    return Promise.resolve();
  }

  disarm(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
