import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ascii, fromHex } from '#base/bytes.js';
import { credentialAttribute } from '../wps/build.js';

/** A registration of two foreign implementations with each other: wpa_supplicant the Enrollee, hostapd the Registrar. */
export interface LiveExchange {
  readonly method: 'pin' | 'pbc';
  /** Whole value of a vendor extension of M1, hex. */
  readonly vendorExtension: string;
  /** Bytes of the Enrollee's EAP-WSC fragments; absent: it sends whole messages. */
  readonly fragmentBytes?: number;
}

export interface LiveRecording {
  /** pcapng, written by dumpcap. */
  readonly captureFile: string;
  /** Debug log of wpa_supplicant, with the session keys in it. */
  readonly logFile: string;
}

const LIMIT_MS = 30_000;

/**
 * Let the two register over a veth pair in namespaces of their own, and record it into `folder` (existing, empty).
 * Nothing outlives the call. Rejects with what was printed when it does not come to EAP-Failure in time.
 */
export async function recordLiveExchange(exchange: LiveExchange, folder: string): Promise<LiveRecording> {
  writeFileSync(
    join(folder, 'credential'),
    credentialAttribute({
      ssid: ascii('throw-away'),
      authenticationType: 0x0020,
      encryptionType: 0x0008,
      networkKey: ascii('nobody uses this'),
      macAddress: fromHex('020000000100'),
    }),
  );
  writeFileSync(join(folder, 'hostapd.conf'), hostapdConfig(folder));
  writeFileSync(join(folder, 'wpa_supplicant.conf'), supplicantConfig(exchange, folder));
  const approve = exchange.method === 'pin' ? 'wps_pin any 12345670' : 'wps_pbc';
  writeFileSync(join(folder, 'record.sh'), script(approve));
  await run(['-Urnm', '--fork', '--pid', '--kill-child', 'sh', join(folder, 'record.sh')], folder);
  return { captureFile: join(folder, 'capture.pcapng'), logFile: join(folder, 'wpa_supplicant.log') };
}

function run(args: readonly string[], folder: string): Promise<void> {
  const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...args], {
    cwd: folder,
    env: { ...process.env, PATH, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (status === 0) resolve();
      else reject(new Error(`the live exchange failed (${String(status ?? signal)}):\n${said}`));
    });
  });
}

/** Runs as process 1 of its namespaces: all it started ends with it. */
function script(approve: string): string {
  return `set -eu
until_seen() { n=0; until grep -qaP "$1" "$2" 2>/dev/null; do n=$((n+1)); [ $n -lt 200 ] || { echo "not seen: $1"; tail -n 20 *.log; exit 1; }; sleep 0.05; done; }
mount -t tmpfs t /run
mount -t sysfs s /sys
ip netns add dut
ip link add ap type veth peer name dut netns dut
ip link set ap address 02:00:00:00:02:00
ip -n dut link set dut address 02:00:00:00:01:00
ip link set ap up
ip -n dut link set dut up
dumpcap -q -i ap -f 'ether proto 0x888e' -w capture.pcapng 2>dumpcap.log &
until_seen '^File:' dumpcap.log
hostapd -dd hostapd.conf >hostapd.log 2>&1 &
until_seen 'AP-ENABLED' hostapd.log
hostapd_cli -p /run/hostapd ${approve} >>hostapd_cli.log 2>&1
ip netns exec dut wpa_supplicant -dd -K -Dwired -idut -cwpa_supplicant.conf >wpa_supplicant.log 2>&1 &
until_seen 'WPS-SUCCESS' wpa_supplicant.log
# EAPOL version 2 with an EAP-Failure of 4 bytes: the last frame is in the file.
until_seen '\\x88\\x8e\\x02\\x00\\x00\\x04\\x04' capture.pcapng
`;
}

function hostapdConfig(folder: string): string {
  return `interface=ap
driver=wired
ctrl_interface=/run/hostapd
ieee8021x=1
eap_server=1
wps_state=2
ssid=throw-away
skip_cred_build=1
extra_cred=${join(folder, 'credential')}
wps_cred_processing=1
uuid=5ab6f0f4-6d2e-4b41-9f0c-3f1f8f4c7a10
device_name=Registrar
manufacturer=Example
model_name=Access Point
model_number=2
serial_number=7
device_type=6-0050F204-1
config_methods=virtual_display virtual_push_button keypad
`;
}

function supplicantConfig({ method, vendorExtension, fragmentBytes }: LiveExchange, folder: string): string {
  return `ctrl_interface=${join(folder, 'control')}
ap_scan=0
uuid=7c2e6c0a-1f1d-5b0e-9c57-020000000100
device_name=Printer
manufacturer=Example
model_name=Printer
model_number=1
serial_number=0001
device_type=3-0050F204-1
config_methods=virtual_display virtual_push_button keypad
wps_vendor_ext_m1=${vendorExtension}
network={
key_mgmt=IEEE8021X
eap=WSC
identity="WFA-SimpleConfig-Enrollee-1-0"
phase1="${method === 'pin' ? 'pin=12345670' : 'pbc=1'}"
eapol_flags=0
${fragmentBytes === undefined ? '' : `fragment_size=${fragmentBytes}`}
}
`;
}
