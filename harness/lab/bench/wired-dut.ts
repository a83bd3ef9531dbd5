import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import type { Profile, WpaSupplicantDut } from '#profile/schema.js';
import { WpaSupplicant } from '../daemon/wpa-supplicant.js';
import { requirePort } from '../link/interface.js';
import { layVirtualCable, type VirtualCable } from './topology.js';

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
  /** End of a session, however it ended. */
  disarm(): Promise<void>;
}

/** Address of a device the bench starts itself, unless its profile names one: locally administered, unicast. */
export const VIRTUAL_DUT_MAC = '02:52:56:50:00:02';

/** The device a profile describes. Throws RallyError: ERR_PROFILE_INVALID, ERR_INTERFACE, ERR_PROGRAM_MISSING, ERR_DAEMON. */
export async function openWiredDut(
  profile: Profile,
  place: 'sandbox' | 'here',
  onOutput: (chunk: Uint8Array) => void,
): Promise<WiredDut> {
  const { dut, interface: port, mac } = profile.ixit;
  if (place === 'here') {
    if (port === undefined)
      throw new RallyError('ERR_PROFILE_INVALID', 'ixit.interface: place here needs the name of an Ethernet port', {
        remedy: 'Name the port the device is plugged into, or use the sandbox place with ixit.dut.',
      });
    await requirePort(port);
    return new PortDut(port, mac === undefined ? null : fromHex(mac));
  }
  if (dut === undefined)
    throw new RallyError('ERR_PROFILE_INVALID', 'ixit.dut: the sandbox place needs a device the bench can start', {
      remedy: 'Describe one under ixit.dut, or use place here with ixit.interface.',
    });
  return new SupplicantDut(profile, dut, await layVirtualCable(mac ?? VIRTUAL_DUT_MAC), onOutput);
}

/** wpa_supplicant behind a virtual cable, a fresh process for each session. */
class SupplicantDut implements WiredDut {
  readonly interfaceName: string;
  readonly mac: Uint8Array;
  readonly startHint = 'the first frame of wpa_supplicant';
  readonly beginsWhenArmed = true;
  private supplicant: WpaSupplicant | null = null;

  constructor(
    private readonly profile: Profile,
    private readonly dut: WpaSupplicantDut,
    private readonly cable: VirtualCable,
    private readonly onOutput: (chunk: Uint8Array) => void,
  ) {
    this.interfaceName = cable.benchInterface;
    this.mac = fromHex(profile.ixit.mac ?? VIRTUAL_DUT_MAC);
  }

  async arm(signal: AbortSignal, onDeath: (error: RallyError) => void): Promise<void> {
    // /run is the sandbox's own: what lies there is gone with it, the PIN in the configuration included.
    mkdirSync('/run/rally', { recursive: true, mode: 0o700 });
    this.supplicant = await WpaSupplicant.start({
      dut: this.dut,
      method: this.profile.ixit.method,
      pin: this.profile.ixit.pin ?? '',
      interfaceName: this.cable.dutInterface,
      namespaceFile: this.cable.namespaceFile,
      folder: mkdtempSync(join('/run/rally', 'dut-')),
      onOutput: this.onOutput,
      onDeath,
      signal,
    });
    await this.supplicant.enroll();
  }

  async disarm(): Promise<void> {
    const { supplicant } = this;
    this.supplicant = null;
    await supplicant?.stop();
  }
}

/** A device on a real Ethernet port: a person starts WPS on it. */
class PortDut implements WiredDut {
  readonly startHint = 'the device: start WPS on it now';
  readonly beginsWhenArmed = false;

  constructor(
    readonly interfaceName: string,
    readonly mac: Uint8Array | null,
  ) {}

  async arm(): Promise<void> {
    // The port may have been unplugged since the last session.
    await requirePort(this.interfaceName);
  }

  async disarm(): Promise<void> {
    // Nothing of ours runs on the device.
  }
}
