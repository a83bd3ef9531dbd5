import { ControlledDaemon } from './controlled-daemon.js';

const INTERFACE = 'lo';
const NETWORK = 0;

/** wpa_supplicant as a Registrar on the network, which serves stations through an access point's UPnP service. */
export class ExternalRegistrar {
  private constructor(readonly daemon: ControlledDaemon) {}

  /** Start it on loopback; it listens for access points when this resolves. `folder` does not exist yet. Throws RallyError. */
  static async start(folder: string): Promise<ExternalRegistrar> {
    const daemon = await ControlledDaemon.start({
      program: 'wpa_supplicant',
      folder,
      interfaceName: INTERFACE,
      config: [
        'uuid=00112233-4455-4677-8899-aabbccddeeff',
        'device_name=wpa_supplicant',
        'manufacturer=Example',
        'model_name=Registrar',
        'model_number=1',
        'serial_number=1',
        'device_type=1-0050F204-1',
        'config_methods=virtual_display virtual_push_button keypad',
      ],
      args: (configFile) => ['-Dnone', `-i${INTERFACE}`, `-c${configFile}`],
    });
    await daemon.command('WPS_ER_START');
    return new ExternalRegistrar(daemon);
  }

  /** Stations of this access point are to be given WPA2-Personal with this name and passphrase. */
  async handOut(accessPointUuid: string, ssid: string, passphrase: string): Promise<void> {
    const settings = {
      ssid: `"${ssid}"`,
      psk: `"${passphrase}"`,
      key_mgmt: 'WPA-PSK',
      proto: 'RSN',
      pairwise: 'CCMP',
    };
    await this.daemon.request('ADD_NETWORK');
    for (const [key, value] of Object.entries(settings))
      await this.daemon.command(`SET_NETWORK ${NETWORK} ${key} ${value}`);
    await this.daemon.command(`WPS_ER_SET_CONFIG ${accessPointUuid} ${NETWORK}`);
  }

  /** Serve whoever comes with this PIN. */
  async expectPin(pin: string): Promise<void> {
    await this.daemon.command(`WPS_ER_PIN any ${pin}`);
  }

  /** Its button is pushed for a station it knows. */
  async pushButton(uuidE: string): Promise<void> {
    await this.daemon.command(`WPS_ER_PBC ${uuidE}`);
  }
}
