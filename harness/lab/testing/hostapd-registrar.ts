import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlledDaemon } from './controlled-daemon.js';

export interface HostapdRegistrarOptions {
  readonly interfaceName: string;
  /** Folder that does not exist yet. */
  readonly folder: string;
  /** One Credential attribute: what it hands out in M8. */
  readonly credential: Uint8Array;
  /** Fragment what is longer than this many bytes. */
  readonly fragmentBytes?: number;
}

/** hostapd as the Registrar behind an Ethernet interface: EAP server and WPS of its own, nothing of ours in it. */
export class HostapdRegistrar {
  private constructor(readonly daemon: ControlledDaemon) {}

  /** Throws RallyError. */
  static async start({
    interfaceName,
    folder,
    credential,
    fragmentBytes,
  }: HostapdRegistrarOptions): Promise<HostapdRegistrar> {
    mkdirSync(folder, { recursive: true });
    const credentialFile = join(folder, 'credential');
    writeFileSync(credentialFile, credential);
    const config = [
      `interface=${interfaceName}`,
      'driver=wired',
      'ieee8021x=1',
      'eap_server=1',
      ...(fragmentBytes === undefined ? [] : [`fragment_size=${fragmentBytes}`]),
      'wps_state=2',
      // A wired port has no network whose Credential could be made, and a success must not rewrite this file.
      'skip_cred_build=1',
      `extra_cred=${credentialFile}`,
      'wps_cred_processing=1',
      'uuid=00112233-4455-4677-8899-aabbccddeeff',
      'device_name=hostapd',
      'manufacturer=Example',
      'model_name=Registrar',
      'model_number=1',
      'serial_number=1',
      'device_type=6-0050F204-1',
      'config_methods=virtual_display virtual_push_button keypad',
    ];
    const args = (configFile: string): string[] => [configFile];
    return new HostapdRegistrar(
      await ControlledDaemon.start({ program: 'hostapd', folder, interfaceName, config, args }),
    );
  }

  /** Serve whoever comes with this PIN. */
  async expectPin(pin: string): Promise<void> {
    await this.daemon.request(`WPS_PIN any ${pin}`);
  }

  /** Its button is pushed. */
  async pushButton(): Promise<void> {
    await this.daemon.command('WPS_PBC');
  }
}
