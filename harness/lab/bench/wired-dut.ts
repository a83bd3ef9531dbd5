import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '#base/bytes.js';
import type { RallyError } from '#base/error.js';
import { WpaSupplicant } from '../daemon/wpa-supplicant.js';
import { requirePort } from '../link/interface.js';
import { layVirtualCable, type VirtualCable } from './topology.js';
import type { WiredPlan } from './wired-plan.js';

/** The device on the wire, as the bench handles it. */
export interface WiredDut {
  /** The bench's interface. */
  readonly interfaceName: string;
  /** The device's address where it is known beforehand, 6 bytes. */
  readonly mac: Uint8Array | null;
  /** What the bench waits for in a session, for the person who watches. */
  readonly startHint: string;
  /** True when the device is in WPS mode as soon as it is armed; false when a person has to see to it. */
  readonly beginsWhenArmed: boolean;
  /** Make it begin WPS: from now on its first frame is due. `onDeath` when a device of ours ends by itself. */
  arm(signal: AbortSignal, onDeath: (error: RallyError) => void): Promise<void>;
  /** End of a session, however it ended. `isWatched`: the next one shows what this one left in the device. */
  disarm(isWatched: boolean): Promise<void>;
}

/**
 * Get hold of the device. Throws RallyError: ERR_INTERFACE, ERR_PROGRAM_MISSING, ERR_DAEMON, ERR_TIMEOUT.
 *
 * @param isBegun WPS is begun without a person, where the device is not one of ours
 */
export async function openWiredDut(
  plan: WiredPlan,
  isBegun: boolean,
  onOutput: (chunk: Uint8Array) => void,
): Promise<WiredDut> {
  if (plan.kind === 'supplicant') return new SupplicantDut(plan, await layVirtualCable(plan.mac), onOutput);
  await requirePort(plan.port);
  return new PortDut(plan.port, plan.mac === null ? null : fromHex(plan.mac), isBegun);
}

/** wpa_supplicant behind a virtual cable, a fresh process for each session that does not show what the last one left. */
class SupplicantDut implements WiredDut {
  readonly interfaceName: string;
  readonly mac: Uint8Array;
  readonly startHint = 'the first frame of wpa_supplicant';
  readonly beginsWhenArmed = true;
  private supplicant: WpaSupplicant | null = null;
  /** Told when it ends by itself; between sessions that is kept for the next one. */
  private onDeath: (error: RallyError) => void = () => undefined;

  constructor(
    private readonly plan: WiredPlan & { readonly kind: 'supplicant' },
    private readonly cable: VirtualCable,
    private readonly onOutput: (chunk: Uint8Array) => void,
  ) {
    this.interfaceName = cable.benchInterface;
    this.mac = fromHex(plan.mac);
  }

  async arm(signal: AbortSignal, onDeath: (error: RallyError) => void): Promise<void> {
    this.onDeath = onDeath;
    if (this.supplicant !== null) {
      await this.supplicant.enrollAgain();
      return;
    }
    // /run is the sandbox's own: what lies there is gone with it, the PIN in the configuration included.
    mkdirSync('/run/rally', { recursive: true, mode: 0o700 });
    this.supplicant = await WpaSupplicant.start({
      driver: 'wired',
      dut: this.plan.dut,
      method: this.plan.method,
      pin: this.plan.pin,
      interfaceName: this.cable.dutInterface,
      namespaceFile: this.cable.namespaceFile,
      folder: mkdtempSync(join('/run/rally', 'dut-')),
      onOutput: this.onOutput,
      onDeath: (error) => {
        this.onDeath(error);
      },
      signal,
    });
    await this.supplicant.enroll();
  }

  async disarm(isWatched: boolean): Promise<void> {
    const { supplicant } = this;
    if (isWatched && supplicant !== null) {
      await supplicant.rest();
      return;
    }
    this.supplicant = null;
    await supplicant?.stop();
  }
}

/** A device on a real Ethernet port: its control or a person starts WPS on it. */
class PortDut implements WiredDut {
  readonly startHint: string;

  constructor(
    readonly interfaceName: string,
    readonly mac: Uint8Array | null,
    readonly beginsWhenArmed: boolean,
  ) {
    this.startHint = beginsWhenArmed ? 'the first frame of the device' : 'the device: start WPS on it now';
  }

  async arm(): Promise<void> {
    // The port may have been unplugged since the last session.
    await requirePort(this.interfaceName);
  }

  async disarm(): Promise<void> {
    // Nothing of ours runs on the device.
  }
}
