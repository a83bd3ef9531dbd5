import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '#base/bytes.js';
import { isRallyError, RallyError } from '#base/error.js';
import { systemClock } from '#lab/clock.js';
import { ManagedProcess } from '#lab/process.js';
import { credentialAttribute } from '#wire/wps/build.js';
import { CREDENTIAL, PIN } from './registration.js';

const STOP_GRACE_MS = 500;
const LOOK_EVERY_MS = 20;
const LAST_WORDS = 500;

export interface DaemonOptions {
  /** Network namespace it runs in, by its name; this process's own when absent. */
  readonly namespace?: string;
  /** Where its configuration goes. */
  readonly folder: string;
  /** What stands before the configuration file. */
  readonly args?: readonly string[];
}

/**
 * hostapd or wpa_supplicant, and what it says. That goes to a file which is looked at now and then: reading along would
 * take processor time from the exchange that is measured.
 */
export class Daemon {
  private readonly process: ManagedProcess;

  private constructor(
    name: string,
    [file = '', ...args]: readonly string[],
    private readonly logFile: string,
  ) {
    this.process = ManagedProcess.start({ name, file, args, onOutput: () => undefined });
  }

  static start(name: 'hostapd' | 'wpa_supplicant', config: string, options: DaemonOptions): Daemon {
    const { namespace, folder, args = [] } = options;
    const configFile = join(folder, `${name}.conf`);
    const logFile = join(folder, `${name}.log`);
    writeFileSync(configFile, config, { mode: 0o600 });
    rmSync(logFile, { force: true });
    const command = [name, '-f', logFile, ...args, ...(name === 'hostapd' ? [configFile] : [`-c${configFile}`])];
    const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
    return new Daemon(name, [...inside, ...command], logFile);
  }

  /** Wait until this text was said. Throws RallyError ERR_DAEMON, or ERR_TIMEOUT with what was said instead. */
  async says(text: string, limitMs: number): Promise<void> {
    const over = new AbortController();
    try {
      await this.process.until(`"${text}"`, this.looked(text, over.signal), limitMs, over.signal);
    } catch (cause) {
      if (!isRallyError(cause, 'ERR_TIMEOUT')) throw cause;
      const said = this.said().slice(-LAST_WORDS);
      throw new RallyError('ERR_TIMEOUT', `${this.process.name} did not say "${text}" but: ${said}`, { cause });
    } finally {
      over.abort();
    }
  }

  stop(): Promise<void> {
    return this.process.stop(STOP_GRACE_MS);
  }

  private async looked(text: string, over: AbortSignal): Promise<void> {
    while (!this.said().includes(text)) await systemClock.sleep(LOOK_EVERY_MS, over);
  }

  private said(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'latin1') : '';
  }
}

/** hostapd as WPS Registrar on a wired interface, without an access point. */
export function hostapdConfig(interfaceName: string, control: string, folder: string): string {
  const credentialFile = join(folder, 'credential');
  writeFileSync(credentialFile, credentialAttribute({ ...CREDENTIAL, macAddress: fromHex('020000000001') }));
  return `interface=${interfaceName}
driver=wired
ctrl_interface=${control}
ieee8021x=1
eap_server=1
wps_state=2
ssid=throw-away
skip_cred_build=1
extra_cred=${credentialFile}
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

/** wpa_supplicant as wired Enrollee with our PIN and a Microsoft vendor extension. */
export function supplicantConfig(control: string): string {
  return `ctrl_interface=${control}
ap_scan=0
uuid=7c2e6c0a-1f1d-5b0e-9c57-020000000001
device_name=Printer
manufacturer=Example
model_name=Printer
model_number=1
serial_number=0001
device_type=3-0050F204-1
config_methods=virtual_display virtual_push_button keypad
wps_vendor_ext_m1=000137100100020001
network={
key_mgmt=IEEE8021X
eap=WSC
identity="WFA-SimpleConfig-Enrollee-1-0"
phase1="pin=${PIN}"
eapol_flags=0
}
`;
}
