import { RallyError } from '#base/error.js';
import { controlTellsPin } from '#profile/control.js';
import type { Profile, WpaSupplicantDut } from '#profile/schema.js';
import { supplicantConfig } from '../daemon/wpa-supplicant.js';

/** Address of a device the bench starts itself, unless its profile names one: locally administered, unicast. */
const VIRTUAL_DUT_MAC = '02:52:56:50:00:02';

/** Where the device of a wired run is, and what is needed to register it. */
export type WiredPlan = {
  readonly method: 'pin' | 'pbc';
  /** ASCII digits; empty for PBC, and where only the device's control tells it. */
  readonly pin: string;
} & (
  | {
      /** The bench starts it, behind a virtual cable. */
      readonly kind: 'supplicant';
      readonly dut: WpaSupplicantDut;
      /** Lower-case colon form. */
      readonly mac: string;
    }
  | {
      /** It is plugged into this Ethernet port. */
      readonly kind: 'port';
      readonly port: string;
      /** Null while its address is not known. */
      readonly mac: string | null;
    }
);

/** What a profile means for the wired bench. Throws RallyError ERR_PROFILE_INVALID where it lacks something. */
export function wiredPlan(profile: Profile, place: 'sandbox' | 'vm' | 'here'): WiredPlan {
  const { dut, interface: port, mac, method, control, pin = '' } = profile.ixit;
  const isTold = dut === undefined && control !== undefined && controlTellsPin(control);
  if (method === 'pin' && pin === '' && !isTold)
    throw new RallyError('ERR_PROFILE_INVALID', 'ixit.pin: the method pin needs the PIN of the device', {
      remedy: 'Put the PIN in quotes under ixit.pin, or say how it is read: ixit.control.readPin.',
    });
  const secret = { method, pin: method === 'pin' ? pin : '' };
  if (place === 'vm')
    throw new RallyError('ERR_USAGE', 'the wired bench does not run in a virtual machine', {
      remedy: 'Use the sandbox place, or the radio bench.',
    });
  if (place === 'here') {
    if (port === undefined)
      throw new RallyError('ERR_PROFILE_INVALID', 'ixit.interface: place here needs the name of an Ethernet port', {
        remedy: 'Name the port the device is plugged into, or use the sandbox place with ixit.dut.',
      });
    return { kind: 'port', port, mac: mac ?? null, ...secret };
  }
  if (dut === undefined)
    throw new RallyError('ERR_PROFILE_INVALID', 'ixit.dut: the sandbox place needs a device the bench can start', {
      remedy: 'Describe one under ixit.dut, or use place here with ixit.interface.',
    });
  if (dut.kind !== 'wpa_supplicant')
    throw new RallyError('ERR_PROFILE_INVALID', `ixit.dut.kind: ${dut.kind} is for the radio bench`, {
      remedy: 'Describe a wpa_supplicant under ixit.dut, or use the radio bench.',
    });
  // What wpa_supplicant would choke on is better said before anything is started.
  supplicantConfig(dut, method, secret.pin, '/run');
  return { kind: 'supplicant', dut, mac: mac ?? VIRTUAL_DUT_MAC, ...secret };
}
