import { untilWritten } from './until-written.js';

/** Shell command inside: go on once the recording holds a record with this text. */
export const recorded = (bundleDir: string, text: string): string => untilWritten(`${bundleDir}/events.jsonl`, text);

/** Text of a record that says the bench is done, or has failed. */
export const OVER = '"kind":"\\(session-end\\|bench-failure\\)"';

/**
 * The same without the time a program takes to begin, which is much under emulation: `strike` is carried out as soon as
 * the record is read. `prepare` runs before, when the first session begins.
 */
export function atRecord(bundleDir: string, text: string, prepare: string, strike: string): string {
  return [
    recorded(bundleDir, 'session-start'),
    prepare,
    `tail -s 0.02 -n +1 -F '${bundleDir}/events.jsonl' | while read -r line; do`,
    `case $line in *'${text}'*) ${strike}; exit;; esac`,
    'done',
  ].join('\n');
}

/** Each recording has radios of its own: their names are found by their adapters. */
const radioOf = (adapter: string): string => `$(cat /sys/class/net/${adapter}/phy80211/name)`;

/** What has to be there before {@link PULL}. */
export function beforePull(adapter: 'wlan0' | 'wlan2'): string {
  return `ip netns add pulled; radio=${radioOf(adapter)}`;
}

/** The adapter is gone with its radio: nobody in this network namespace has it any more. */
export const PULL = 'iw phy "$radio" set netns name pulled';

export function pull(adapter: 'wlan0' | 'wlan2'): string {
  return `${beforePull(adapter)}; ${PULL}`;
}

/** The same of the adapter the bench has lent to the device. */
export const PULL_DEVICE = [
  `radio=$(ip netns exec rally-dut cat /sys/class/net/wlan1/phy80211/name)`,
  'ip netns exec rally-dut iw phy "$radio" set netns "$(pidof -s node)"',
  'ip netns add pulled; iw phy "$radio" set netns name pulled',
].join('\n');

/** Who hears whom: of simulated radios, those that have a group in common. A stranger has the fourth. */
export function audible(
  groups: Readonly<Record<'accessPoint' | 'device' | 'monitor', number> & { stranger?: number }>,
): string {
  const { accessPoint, device, monitor, stranger } = groups;
  const wanted = [accessPoint, device, monitor, ...(stranger === undefined ? [] : [stranger])];
  return [
    'mount -t debugfs debug /sys/kernel/debug; cd /sys/kernel/debug/ieee80211',
    'set -- $(ls | sort -V)',
    ...wanted.map((group, radio) => `echo ${group} >"$${radio + 1}/hwsim/group"`),
  ].join('\n');
}

/** A device that somebody else handles: what it does, and from which record on. */
interface Handled {
  readonly adapter: string;
  /** Of its network namespace, its files and its log in the recording. */
  readonly name: string;
  readonly uuid: string;
  readonly from: string;
  readonly script: string;
  readonly config?: readonly string[];
}

/** The device of the profile, on the second radio, and what it does in the session. */
export function deviceInHand(bundleDir: string, script: string, config: readonly string[] = []): string {
  const uuid = '5c0a1b1e-5f0e-4f5a-9d0c-7a1f7f0f3c11';
  return handled(bundleDir, { adapter: 'wlan1', name: 'device', uuid, from: 'session-start', script, config });
}

/** Another device, on the fourth radio, and what it does as soon as the bench is being set up. */
export function secondDevice(bundleDir: string, script: string): string {
  const uuid = '5c0a1b1e-5f0e-4f5a-9d0c-7a1f7f0f3c22';
  return handled(bundleDir, { adapter: 'wlan3', name: 'second', uuid, from: 'clock', script });
}

function handled(bundleDir: string, { adapter, name, uuid, from, script, config = [] }: Handled): string {
  return [
    // No address of its own making: the network advertises a prefix.
    `ip netns add ${name}`,
    `for each in all default; do ip netns exec ${name} sh -c "echo 1 >/proc/sys/net/ipv6/conf/$each/disable_ipv6"; done`,
    `iw phy ${radioOf(adapter)} set netns name ${name}`,
    `cat >/run/${name}.conf <<END`,
    `ctrl_interface=/run/${name}`,
    `uuid=${uuid}`,
    'device_name=Sensor',
    'manufacturer=Example',
    'model_name=Model',
    'model_number=1',
    'serial_number=2',
    'device_type=3-0050F204-1',
    'config_methods=virtual_display virtual_push_button keypad',
    'wps_vendor_ext_m1=000137100100020001',
    'freq_list=2437',
    ...config,
    'END',
    `command() { wpa_cli -s/run -p/run/${name} -i${adapter} "$@"; }`,
    `said() { tail -s 0.05 -n +1 -F /run/${name}.log 2>/dev/null | grep -q "$1"; }`,
    'enroll() { command wps_pin any 12345670; }',
    recorded(bundleDir, from),
    `ip netns exec ${name} wpa_supplicant -Dnl80211 -i${adapter} -c/run/${name}.conf >/run/${name}.log 2>&1 &`,
    'until command ping 2>/dev/null | grep -q PONG; do sleep 0.1; done',
    script,
    recorded(bundleDir, OVER),
    `cp /run/${name}.log '${bundleDir}/logs/${name}.log'`,
  ].join('\n');
}

/**
 * A bench of this machine's own, as root would run it there: a program that is given an order, and killed once it has
 * recorded `text`. Goes on when everything is put back.
 */
export function killedHere(order: string, bundleDir: string, program: string, text: string): string {
  return [
    'mkfifo /run/here',
    `(cat '${order}'; exec sleep 3600) >/run/here &`,
    `'${process.execPath}' '${program}' </run/here >/run/here.log 2>&1 &`,
    'here=$!',
    recorded(bundleDir, text),
    'kill -9 "$here"',
    'while [ -e /run/netns/rally-dut ]; do sleep 0.1; done',
  ].join('\n');
}

/** Each second, where the machine can, a burst of Beacons of 256 strange networks with WPS, from a third party's radio. */
export function strangeBeacons(bundleDir: string, burst: number): string {
  const program = `'${process.execPath}' '${new URL('./strange-beacons.js', import.meta.url).pathname}'`;
  return [
    // Out of the device's reach, in that of the monitor: an emulated machine has no time to hear everything twice.
    audible({ accessPoint: 1, device: 1, monitor: 3, stranger: 2 }),
    recorded(bundleDir, 'session-start'),
    'iw dev wlan3 interface add strange type monitor; ip link set strange up; iw dev strange set freq 2437',
    // Radios of their own do not wait until others have had their turn; what they leave them is up to the program.
    `nice -n -10 ${program} strange wlan2 ${burst} '${bundleDir}' &`,
  ].join('\n');
}
