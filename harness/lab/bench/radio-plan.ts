import { RallyError } from '#base/error.js';
import type { Profile, RadioAdapters, WpaSupplicantDut } from '#profile/schema.js';
import { stationConfig } from '../daemon/wpa-supplicant.js';

export type Method = 'pin' | 'pbc';

/** What is needed to register a device over the air. */
export interface RadioPlan {
  /** Of the sessions, in turn. */
  readonly methods: readonly [Method, ...Method[]];
  /** ASCII digits; empty where no session is by PIN. */
  readonly pin: string;
  readonly radio: RadioAdapters;
  /** MHz. */
  readonly frequencyMhz: number;
  /** The device's address where the profile names it, lower-case colon form. */
  readonly mac: string | null;
  /** A device the bench starts itself, and the adapter it gets; null for one that a person handles. */
  readonly station: { readonly dut: WpaSupplicantDut; readonly interfaceName: string } | null;
}

/** What a profile means for the radio bench. Throws RallyError ERR_PROFILE_INVALID where it lacks something. */
export function radioPlan(profile: Profile): RadioPlan {
  const { dut, radio, mac = null, method, methods: ixitMethods, pin = '' } = profile.ixit;
  if (radio === undefined)
    throw new RallyError('ERR_PROFILE_INVALID', 'ixit.radio: the radio bench needs Wi-Fi adapters', {
      remedy: 'Name the interfaces under ixit.radio: ap and monitor (iw dev lists them).',
    });
  const [first = method, ...others] = ixitMethods ?? [];
  const methods = [first, ...others] as const;
  if (methods.includes('pin') && pin === '')
    throw new RallyError('ERR_PROFILE_INVALID', 'ixit.pin: the method pin needs the PIN of the device', {
      remedy: 'Put the PIN in quotes under ixit.pin.',
    });
  const common = { methods, pin: methods.includes('pin') ? pin : '', radio, frequencyMhz: frequencyOf(radio), mac };
  if (dut === undefined) return { ...common, station: null };
  if (dut.interface === undefined)
    throw new RallyError('ERR_PROFILE_INVALID', 'ixit.dut.interface: the device needs a Wi-Fi adapter of its own', {
      remedy: 'Name the interface under ixit.dut.interface, or leave ixit.dut out and start WPS on a real device.',
    });
  // What wpa_supplicant would choke on is better said before anything is started.
  stationConfig(dut, '/run');
  return { ...common, station: { dut, interfaceName: dut.interface } };
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
