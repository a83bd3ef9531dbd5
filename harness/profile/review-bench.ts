import type { Remark } from './review.js';
import type { Profile, RadioAdapters } from './schema.js';

/* What is declared of the bench, the air and the addresses, against itself. */

type Ixit = Profile['ixit'];

/** IEEE 802.11 annex E: centre channels of 20 MHz. */
const CHANNELS: Readonly<
  Record<RadioAdapters['band'], readonly (readonly [first: number, last: number, step: number])[]>
> = {
  '2.4': [[1, 14, 1]],
  '5': [
    [36, 64, 4],
    [100, 144, 4],
    [149, 177, 4],
  ],
};

/** Countries whose band ends at channel 11. */
const TO_CHANNEL_11: readonly string[] = ['US', 'CA'];

export function reviewBench({ ixit }: Profile): Remark[] {
  return [...reviewTarget(ixit), ...reviewSessions(ixit), ...reviewAddresses(ixit), ...reviewRadio(ixit)];
}

function mistake(path: Remark['path'], reason: string, remedy: string): Remark {
  return { severity: 'mistake', path, reason, remedy };
}

function warning(path: Remark['path'], reason: string, remedy: string): Remark {
  return { severity: 'warning', path, reason, remedy };
}

/** One device, reached in one way. */
function reviewTarget({ bench, dut, interface: port, radio }: Ixit): Remark[] {
  const remarks: Remark[] = [];
  if (dut !== undefined && port !== undefined)
    remarks.push(
      mistake(
        ['ixit', 'interface'],
        'both a real port (interface) and a DUT the bench starts (dut) are given',
        'Keep the one that is to be tested.',
      ),
    );
  if (bench === 'radio' && radio === undefined)
    remarks.push(
      mistake(
        ['ixit', 'bench'],
        'the bench is radio, but no Wi-Fi adapters are named',
        'Name the interfaces under ixit.radio: ap and monitor.',
      ),
    );
  if (bench === 'radio' && port !== undefined)
    remarks.push(
      warning(
        ['ixit', 'interface'],
        'an Ethernet port is no use on the radio bench',
        'Take it out, or write bench: wired.',
      ),
    );
  if (bench === 'wired' && dut?.kind === 'reference')
    remarks.push(
      mistake(
        ['ixit', 'dut', 'kind'],
        'reference is for the radio bench',
        'Write wpa_supplicant, or bench: radio with its adapters.',
      ),
    );
  return remarks;
}

function reviewSessions({ bench, methods = [], sessions, dut }: Ixit): Remark[] {
  const remarks: Remark[] = [];
  if (methods.length > sessions)
    remarks.push(
      warning(
        ['ixit', 'methods'],
        `names ${methods.length} methods in turn, but there are ${sessions} sessions: the last are never tried`,
        'Raise ixit.sessions, or take out methods.',
      ),
    );
  if (bench === 'wired' && methods.length > 0)
    remarks.push(
      warning(
        ['ixit', 'methods'],
        'methods in turn are for the radio bench; the wired one goes by ixit.method',
        'Take it out, or write bench: radio.',
      ),
    );
  if (dut?.kind === 'reference' && new Set(dut.faults).size !== dut.faults.length)
    remarks.push(mistake(['ixit', 'dut', 'faults'], 'names a fault twice', 'Name each one once.'));
  return remarks;
}

/** The address of a station has neither the group bit nor is it empty. */
function reviewAddresses({ mac, radio }: Ixit): Remark[] {
  const addresses: readonly (readonly [Remark['path'], string | undefined])[] = [
    [['ixit', 'mac'], mac],
    [['ixit', 'radio', 'observe', 'bssid'], radio?.observe?.bssid],
  ];
  return addresses.flatMap(([path, address]) => {
    if (address === undefined) return [];
    const isGroup = (Number.parseInt(address.slice(0, 2), 16) & 1) !== 0;
    if (!isGroup && address !== '00:00:00:00:00:00') return [];
    const reason = isGroup ? 'is an address of a group, which no device sends from' : 'is no address of a device';
    return [mistake(path, reason, 'Take it from a frame of the device, or from its label.')];
  });
}

function reviewRadio({ radio, dut }: Ixit): Remark[] {
  if (radio === undefined) return [];
  return [...reviewAdapters(radio, dut), ...reviewChannel(radio)];
}

function reviewAdapters({ ap, observe, monitor }: RadioAdapters, dut: Ixit['dut']): Remark[] {
  const remarks: Remark[] = [];
  if (ap === undefined && observe === undefined)
    remarks.push(
      mistake(
        ['ixit', 'radio', 'ap'],
        'is missing, and so is observe: there is no access point, neither ours nor one to listen to',
        'Name the adapter of our access point as ap, or the address of the other one as observe.bssid.',
      ),
    );
  if (ap !== undefined && observe !== undefined)
    remarks.push(
      mistake(
        ['ixit', 'radio', 'observe'],
        'both an access point of ours (ap) and one to listen to (observe) are given',
        'Keep one of them.',
      ),
    );
  if (ap === monitor)
    remarks.push(
      mistake(
        ['ixit', 'radio', 'monitor'],
        `${monitor} cannot be access point and monitor at once`,
        'Name a second adapter, or a new name for a monitor beside the access point.',
      ),
    );
  const own = dut?.interface;
  if (own !== undefined && (own === ap || own === monitor))
    remarks.push(
      mistake(
        ['ixit', 'dut', 'interface'],
        `${own} is an adapter of the bench already`,
        'Give the device an adapter of its own.',
      ),
    );
  return remarks;
}

function reviewChannel({ band, channel, country }: RadioAdapters): Remark[] {
  const path = ['ixit', 'radio', 'channel'];
  const isOne = CHANNELS[band].some(([first, last, step]) => {
    return channel >= first && channel <= last && (channel - first) % step === 0;
  });
  if (!isOne) {
    const known = CHANNELS[band].map(([first, last, step]) => `${first} to ${last}${step > 1 ? ` by ${step}` : ''}`);
    return [
      mistake(path, `there is no channel ${channel} in the ${band} GHz band`, `Write one of ${known.join(', ')}.`),
    ];
  }
  if (band !== '2.4' || channel <= 11) return [];
  if (channel === 14 && country !== 'JP')
    return [mistake(path, 'channel 14 is allowed in Japan alone', 'Write a channel from 1 to 11.')];
  if (channel <= 13 && country !== undefined && TO_CHANNEL_11.includes(country))
    return [warning(path, `channel ${channel} is not free in ${country}`, 'Write a channel from 1 to 11.')];
  return [];
}
