import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RallyError } from '#base/error.js';
import type { WpaSupplicantDut } from '#profile/schema.js';
import { ManagedProcess } from '../process.js';
import { requireProgram } from '../programs.js';
import { ControlSocket } from './control-socket.js';
import { fileAppears } from './file-appears.js';

/** From start to an answering control socket; seen: 20 ms. With an adapter it may run under emulation; seen: 2 s. */
const READY_LIMIT_MS = { wired: 5000, nl80211: 20_000 } as const;
const COMMAND_LIMIT_MS = 20_000;
const STOP_GRACE_MS = 500;
/** wpa_supplicant silently cuts configuration lines at about 512 characters. */
const LINE_CHARACTERS = 500;

export interface WpaSupplicantOptions {
  /** By a cable, or by its own Wi-Fi adapter. */
  readonly driver: 'wired' | 'nl80211';
  readonly dut: WpaSupplicantDut;
  readonly method: 'pin' | 'pbc';
  /** ASCII digits; not used for PBC. */
  readonly pin: string;
  /** By air: the only frequency it looks at, MHz. */
  readonly frequencyMhz?: number;
  readonly interfaceName: string;
  /** File of the network namespace the interface is in. */
  readonly namespaceFile: string;
  /** Existing folder of this process alone, writable, gone after the run: holds configuration and control socket. */
  readonly folder: string;
  readonly onOutput: (chunk: Uint8Array) => void;
  /** It ended although nobody stopped it: that is a failure of the bench, not silence of the device. */
  readonly onDeath: (error: RallyError) => void;
  /** What it tells of itself, e.g. `CTRL-EVENT-CONNECTED ...`. */
  readonly onEvent?: (event: string) => void;
  readonly signal: AbortSignal;
}

/** wpa_supplicant as WPS Enrollee. It stays silent until {@link enroll}. */
export class WpaSupplicant {
  private stopped = false;

  private constructor(
    private readonly process: ManagedProcess,
    private readonly control: ControlSocket,
    private readonly options: WpaSupplicantOptions,
  ) {
    void process.exited.then((status) => {
      if (!this.stopped) options.onDeath(process.endedError(status));
    });
  }

  /** Start it and hand it its extension. Throws RallyError: ERR_PROGRAM_MISSING, ERR_PROFILE_INVALID, ERR_DAEMON, ERR_TIMEOUT. */
  static async start(options: WpaSupplicantOptions): Promise<WpaSupplicant> {
    const { dut, driver, folder, interfaceName, signal } = options;
    const file = requireProgram('wpa_supplicant');
    const nsenter = requireProgram('nsenter');
    const configFile = join(folder, 'wpa_supplicant.conf');
    const controlFolder = join(folder, 'control');
    mkdirSync(controlFolder, { recursive: true, mode: 0o700 });
    const config =
      driver === 'wired'
        ? supplicantConfig(dut, options.method, options.pin, controlFolder)
        : stationConfig(dut, controlFolder, options.frequencyMhz);
    writeFileSync(configFile, config, { mode: 0o600 });
    const socketFile = join(controlFolder, interfaceName);
    const appeared = fileAppears(socketFile, controlFolder);
    const child = ManagedProcess.start({
      name: 'wpa_supplicant',
      file: nsenter,
      args: [`--net=${options.namespaceFile}`, file, `-D${driver}`, `-i${interfaceName}`, `-c${configFile}`],
      endsWithUs: true,
      onOutput: options.onOutput,
    });
    let control: ControlSocket | null = null;
    try {
      const limitMs = READY_LIMIT_MS[driver];
      await child.until('its control socket', appeared.promise, limitMs, signal);
      control = await ControlSocket.connect(join(folder, 'client'), socketFile);
      await child.until('its first answer', control.request('PING', limitMs), limitMs, signal);
      await setExtension(control, dut);
      if (options.onEvent !== undefined) await control.attach(options.onEvent, COMMAND_LIMIT_MS);
      return new WpaSupplicant(child, control, options);
    } catch (error) {
      control?.close();
      await child.stop(STOP_GRACE_MS);
      throw error;
    } finally {
      appeared.cancel();
    }
  }

  /** Begin: by cable it sends EAPOL-Start some milliseconds later, by air it looks for an access point first. */
  async enroll(): Promise<void> {
    const { driver, method, pin } = this.options;
    if (driver === 'wired') await this.control.command('ENABLE_NETWORK 0', COMMAND_LIMIT_MS);
    else if (method === 'pbc') await this.control.command('WPS_PBC', COMMAND_LIMIT_MS);
    // It answers with the PIN instead of OK.
    else await this.control.request(`WPS_PIN any ${pin}`, COMMAND_LIMIT_MS);
  }

  /** By cable: leave the port alone until {@link enrollAgain}; whatever the last exchange left in it stays. */
  async rest(): Promise<void> {
    await this.control.command('DISABLE_NETWORK all', COMMAND_LIMIT_MS);
  }

  /** By cable, in the same process: begin once more. A network it was given in the place of WPS is forgotten. */
  async enrollAgain(): Promise<void> {
    await this.control.command('RECONFIGURE', COMMAND_LIMIT_MS);
    await setExtension(this.control, this.options.dut);
    await this.enroll();
  }

  /** It would try again for ever after success as well as after failure, so it is stopped after each session. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.control.close();
    await this.process.stop(STOP_GRACE_MS);
  }
}

/** Over the socket, not in the file: there it would be cut (see LINE_CHARACTERS). */
async function setExtension(control: ControlSocket, { vendorExtensionM1 }: WpaSupplicantDut): Promise<void> {
  if (vendorExtensionM1 === undefined) return;
  await control.command(`SET wps_vendor_ext_m1 ${vendorExtensionM1}`, COMMAND_LIMIT_MS);
}

/**
 * Configuration file of wpa_supplicant for one Enrollee; its network stays disabled until told otherwise. Throws
 * RallyError ERR_PROFILE_INVALID on what wpa_supplicant would refuse, cut, or read as something else.
 */
export function supplicantConfig(
  dut: WpaSupplicantDut,
  method: 'pin' | 'pbc',
  pin: string,
  controlFolder: string,
): string {
  const network: Record<string, string> = {
    key_mgmt: 'IEEE8021X',
    eap: 'WSC',
    identity: '"WFA-SimpleConfig-Enrollee-1-0"',
    phase1: method === 'pbc' ? '"pbc=1"' : `"pin=${pin}"`,
    eapol_flags: '0',
    disabled: '1',
    ...(dut.fragmentBytes === undefined ? {} : { fragment_size: String(dut.fragmentBytes) }),
  };
  const lines = [...deviceLines(dut, controlFolder), configLine('ap_scan', '0')];
  return [...lines, 'network={', ...configLines(network), '}', ''].join('\n');
}

/** Configuration file of wpa_supplicant as a Wi-Fi station without a network. Throws like {@link supplicantConfig}. */
export function stationConfig(dut: WpaSupplicantDut, controlFolder: string, frequencyMhz?: number): string {
  const frequency = frequencyMhz === undefined ? {} : { freq_list: String(frequencyMhz) };
  return [...deviceLines(dut, controlFolder), ...configLines(frequency), ''].join('\n');
}

function deviceLines(dut: WpaSupplicantDut, controlFolder: string): string[] {
  if (dut.configMethods.includes('label') && dut.configMethods.some((name) => name.endsWith('display')))
    throw new RallyError(
      'ERR_PROFILE_INVALID',
      'ixit.dut.configMethods: wpa_supplicant refuses label and display together',
      {
        remedy: 'Leave one of the two out.',
      },
    );
  return configLines({
    ctrl_interface: controlFolder,
    uuid: dut.uuid,
    device_name: dut.deviceName,
    manufacturer: dut.manufacturer,
    model_name: dut.modelName,
    model_number: dut.modelNumber,
    serial_number: dut.serialNumber,
    device_type: dut.deviceType,
    config_methods: dut.configMethods.join(' '),
  });
}

function configLines(fields: Record<string, string>): string[] {
  return Object.entries(fields).map(([key, value]) => configLine(key, value));
}

function configLine(key: string, value: string): string {
  const line = `${key}=${value}`;
  // A line end would begin another setting; a number sign begins a comment.
  if (/[\p{Cc}#]/u.test(value) || line.length > LINE_CHARACTERS)
    throw new RallyError('ERR_PROFILE_INVALID', `wpa_supplicant cannot be given this value of ${key}`, {
      context: { key },
      remedy: 'Use a value without control characters and number signs, at most 400 characters long.',
    });
  return line;
}
