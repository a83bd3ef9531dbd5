import { RallyError } from '#base/error.js';
import { controlTellsPin } from '#profile/control.js';
import type { Profile, RadioAdapters, ReferenceDut, WpaSupplicantDut } from '#profile/schema.js';
import type { OwnRadio } from '../daemon/hostapd.js';
import { stationConfig } from '../daemon/wpa-supplicant.js';
import { supplicantOf } from '../device/supplicant-of.js';

export type Method = 'pin' | 'pbc';

export interface Station {
  readonly dut: WpaSupplicantDut;
  readonly interfaceName: string;
  /** What it is on the network it joins; null: nothing but a station. */
  readonly reference: ReferenceDut | null;
}

/** What is needed to register a device over the air, or to listen while somebody else does. */
export interface RadioPlan {
  /** Of the sessions, in turn. */
  readonly methods: readonly [Method, ...Method[]];
  /** ASCII digits; empty where no session is by PIN, and where only the device's control tells it. */
  readonly pin: string;
  readonly radio: RadioAdapters;
  /** Our own access point, or the address of the one that is listened to, lower-case colon form. */
  readonly accessPoint:
    { readonly kind: 'own'; readonly radio: OwnRadio } | { readonly kind: 'observed'; readonly bssid: string };
  /** MHz. */
  readonly frequencyMhz: number;
  /** The device's address where the profile names it, lower-case colon form. */
  readonly mac: string | null;
  /** A device the bench starts itself, and the adapter it gets; null for one that a person handles. */
  readonly station: Station | null;
  /** Transports that the device is said to be found by on the network. */
  readonly declared: { readonly upnp: boolean; readonly dpws: boolean };
}

/** What a profile means for the radio bench. Throws RallyError ERR_PROFILE_INVALID where it lacks something. */
export function radioPlan(profile: Profile): RadioPlan {
  const { dut, radio, mac = null, method, methods: ixitMethods, control, pin = '' } = profile.ixit;
  if (radio === undefined)
    throw new RallyError('ERR_PROFILE_INVALID', 'ixit.radio: the radio bench needs Wi-Fi adapters', {
      remedy: 'Name the interfaces under ixit.radio: ap and monitor (iw dev lists them).',
    });
  const accessPoint = accessPointOf(radio);
  const [first = method, ...others] = ixitMethods ?? [];
  const methods = [first, ...others] as const;
  const isTold = dut === undefined && control !== undefined && controlTellsPin(control);
  // Who only listens needs no PIN, unless a device of ours does.
  if (methods.includes('pin') && pin === '' && !isTold && (accessPoint.kind === 'own' || dut !== undefined))
    throw new RallyError('ERR_PROFILE_INVALID', 'ixit.pin: the method pin needs the PIN of the device', {
      remedy: 'Put the PIN in quotes under ixit.pin, or say how it is read: ixit.control.readPin.',
    });
  const secret = { methods, pin: methods.includes('pin') ? pin : '' };
  const { transports } = profile.ics;
  const declared = {
    upnp: transports.includes('upnp'),
    dpws: transports.includes('dpws') || transports.includes('secure-dpws'),
  };
  const common = { ...secret, radio, accessPoint, frequencyMhz: frequencyOf(radio), mac, declared };
  if (dut === undefined) return { ...common, station: null };
  if (dut.interface === undefined)
    throw new RallyError('ERR_PROFILE_INVALID', 'ixit.dut.interface: the device needs a Wi-Fi adapter of its own', {
      remedy: 'Name the interface under ixit.dut.interface, or leave ixit.dut out and start WPS on a real device.',
    });
  const supplicant = dut.kind === 'reference' ? supplicantOf(dut) : dut;
  // What wpa_supplicant would choke on is better said before anything is started.
  stationConfig(supplicant, '/run');
  const reference = dut.kind === 'reference' ? dut : null;
  return { ...common, station: { dut: supplicant, interfaceName: dut.interface, reference } };
}

function accessPointOf(radio: RadioAdapters): RadioPlan['accessPoint'] {
  const { ap, observe } = radio;
  if (ap !== undefined && observe === undefined) return { kind: 'own', radio: { ...radio, ap } };
  if (ap === undefined && observe !== undefined) return { kind: 'observed', bssid: observe.bssid };
  throw new RallyError('ERR_PROFILE_INVALID', 'ixit.radio: either ap or observe says whose access point it is', {
    remedy: 'Name the adapter of our access point as ap, or the address of the other one as observe.bssid; not both.',
  });
}

/** IEEE 802.11 annex E: centre frequency of a 20 MHz channel. */
function frequencyOf({ band, channel }: RadioAdapters): number {
  const fits = band === '2.4' ? channel <= 14 : channel >= 32;
  if (!fits)
    throw new RallyError(
      'ERR_PROFILE_INVALID',
      `ixit.radio.channel: ${channel} is no channel of the ${band} GHz band`,
      {
        remedy: 'Name a channel of the band, e.g. 6 at 2.4 GHz or 36 at 5 GHz.',
      },
    );
  if (band === '5') return 5000 + 5 * channel;
  return channel === 14 ? 2484 : 2407 + 5 * channel;
}
