/** Shell command inside: go on once the recording holds a record with this text. */
export const recorded = (bundleDir: string, text: string): string =>
  `until grep -q '${text}' '${bundleDir}/events.jsonl' 2>/dev/null; do sleep 0.05; done`;

/** Text of a record that says the bench is done, or has failed. */
export const OVER = '"kind":"\\(session-end\\|bench-failure\\)"';

/** Each recording has radios of its own: their names are found by their adapters. */
const radioOf = (adapter: string): string => `$(cat /sys/class/net/${adapter}/phy80211/name)`;

/** The adapter is gone with its radio: nobody in this network namespace has it any more. */
export function pull(adapter: 'wlan0' | 'wlan2'): string {
  return `ip netns add pulled; iw phy ${radioOf(adapter)} set netns name pulled`;
}

/** The same of the adapter the bench has lent to the device. */
export const PULL_DEVICE = [
  `radio=$(ip netns exec rally-dut cat /sys/class/net/wlan1/phy80211/name)`,
  'ip netns exec rally-dut iw phy "$radio" set netns "$(pidof -s node)"',
  'ip netns add pulled; iw phy "$radio" set netns name pulled',
].join('\n');

/** Who hears whom: of simulated radios, those that have a group in common. */
export function audible(groups: Readonly<Record<'accessPoint' | 'device' | 'monitor', number>>): string {
  const { accessPoint, device, monitor } = groups;
  return [
    'mount -t debugfs debug /sys/kernel/debug; cd /sys/kernel/debug/ieee80211',
    'set -- $(ls | sort -V)',
    ...[accessPoint, device, monitor].map((group, radio) => `echo ${group} >"$${radio + 1}/hwsim/group"`),
  ].join('\n');
}

/** A device that somebody else handles, on the second radio, and what it does in the session. */
export function deviceInHand(bundleDir: string, script: string, config: readonly string[] = []): string {
  return [
    // No address of its own making: the network advertises a prefix.
    'ip netns add hand',
    'for each in all default; do ip netns exec hand sh -c "echo 1 >/proc/sys/net/ipv6/conf/$each/disable_ipv6"; done',
    `iw phy ${radioOf('wlan1')} set netns name hand`,
    'cat >/run/hand.conf <<END',
    'ctrl_interface=/run/hand',
    'uuid=5c0a1b1e-5f0e-4f5a-9d0c-7a1f7f0f3c11',
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
    'command() { wpa_cli -s/run -p/run/hand -iwlan1 "$@"; }',
    'said() { until grep -q "$1" /run/hand.log; do sleep 0.05; done; }',
    'enroll() { command wps_pin any 12345670; }',
    recorded(bundleDir, 'session-start'),
    'ip netns exec hand wpa_supplicant -Dnl80211 -iwlan1 -c/run/hand.conf >/run/hand.log 2>&1 &',
    'until command ping 2>/dev/null | grep -q PONG; do sleep 0.1; done',
    script,
    recorded(bundleDir, OVER),
    `cp /run/hand.log '${bundleDir}/logs/device.log'`,
  ].join('\n');
}

/** Beacons of 256 strange networks with WPS from a third party's radio, as many a second as were asked for. */
export function strangeBeacons(bundleDir: string, perSecond: number): string {
  return [
    recorded(bundleDir, 'session-start'),
    // Beside the access point: every other radio hears what is sent there.
    'iw dev wlan0 interface add strange type monitor; ip link set strange up',
    `'${process.execPath}' '${new URL('./strange-beacons.js', import.meta.url).pathname}' strange ${perSecond} '${bundleDir}' &`,
  ].join('\n');
}
