import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '#base/bytes.js';
import { isRallyError, RallyError } from '#base/error.js';
import { ManagedProcess } from '#lab/process.js';
import { credentialAttribute } from '#wire/wps/build.js';
import { CREDENTIAL, PIN } from './registration.js';

const STOP_GRACE_MS = 500;

export interface DaemonOptions {
  /** Network namespace it runs in, by its name; this process's own when absent. */
  readonly namespace?: string;
  /** Where its configuration goes. */
  readonly folder: string;
  /** What stands before the configuration file. */
  readonly args?: readonly string[];
}

/** hostapd or wpa_supplicant, and what it says. */
export class Daemon {
  private output = '';
  private heard: () => void = () => undefined;
  private readonly process: ManagedProcess;

  private constructor(name: string, args: readonly string[]) {
    const [file = '', ...rest] = args;
    this.process = ManagedProcess.start({
      name,
      file,
      args: rest,
      onOutput: (chunk) => {
        this.output += Buffer.from(chunk).toString('latin1');
        this.heard();
      },
    });
  }

  static start(name: 'hostapd' | 'wpa_supplicant', config: string, options: DaemonOptions): Daemon {
    const { namespace, folder, args = [] } = options;
    const file = join(folder, `${name}.conf`);
    writeFileSync(file, config, { mode: 0o600 });
    const command = name === 'hostapd' ? [name, file] : [name, ...args, `-c${file}`];
    return new Daemon(name, namespace === undefined ? command : ['ip', 'netns', 'exec', namespace, ...command]);
  }

  /** Wait until this text was said. Throws RallyError ERR_DAEMON, or ERR_TIMEOUT with what was said instead. */
  async says(text: string, limitMs: number): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      this.heard = () => {
        if (this.output.includes(text)) resolve();
      };
      this.heard();
    });
    try {
      await this.process.until(`"${text}"`, heard, limitMs, new AbortController().signal);
    } catch (cause) {
      if (!isRallyError(cause, 'ERR_TIMEOUT')) throw cause;
      throw new RallyError('ERR_TIMEOUT', `${this.process.name} did not say "${text}" but: ${this.process.tail}`, {
        cause,
      });
    }
  }

  stop(): Promise<void> {
    return this.process.stop(STOP_GRACE_MS);
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
