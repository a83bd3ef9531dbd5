import { EventEmitter, once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RallyError } from '#base/error.js';
import { ControlSocket } from '../daemon/control-socket.js';
import { fileAppears } from '../daemon/file-appears.js';
import { ManagedProcess } from '../process.js';
import { requireProgram } from '../programs.js';

const LIMIT_MS = 10_000;
const STOP_GRACE_MS = 500;

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
  /** What it told of itself, e.g. `WPS-REG-SUCCESS 02:00:00:00:00:01 ...`. */
  readonly events: string[] = [];
  private readonly arrivals = new EventEmitter();

  private constructor(
    private readonly process: ManagedProcess,
    private readonly control: ControlSocket,
  ) {}

  /** Throws RallyError. */
  static async start({
    interfaceName,
    folder,
    credential,
    fragmentBytes,
  }: HostapdRegistrarOptions): Promise<HostapdRegistrar> {
    const controlFolder = join(folder, 'control');
    mkdirSync(controlFolder, { recursive: true });
    const credentialFile = join(folder, 'credential');
    writeFileSync(credentialFile, credential);
    const configFile = join(folder, 'hostapd.conf');
    const lines = [
      `interface=${interfaceName}`,
      'driver=wired',
      `ctrl_interface=${controlFolder}`,
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
    writeFileSync(configFile, `${lines.join('\n')}\n`);
    const socketFile = join(controlFolder, interfaceName);
    const appeared = fileAppears(socketFile, controlFolder);
    const child = ManagedProcess.start({
      name: 'hostapd',
      file: requireProgram('hostapd'),
      args: [configFile],
      onOutput: () => undefined,
    });
    try {
      await child.until('its control socket', appeared.promise, LIMIT_MS, new AbortController().signal);
      const control = await ControlSocket.connect(join(folder, 'our-end'), socketFile);
      const registrar = new HostapdRegistrar(child, control);
      await control.attach((event) => {
        registrar.events.push(event);
        registrar.arrivals.emit('event');
      }, LIMIT_MS);
      return registrar;
    } catch (error) {
      await child.stop(STOP_GRACE_MS);
      throw error;
    } finally {
      appeared.cancel();
    }
  }

  /** Serve whoever comes with this PIN. */
  async expectPin(pin: string): Promise<void> {
    await this.control.request(`WPS_PIN any ${pin}`, LIMIT_MS);
  }

  /** Its button is pushed. */
  async pushButton(): Promise<void> {
    await this.control.command('WPS_PBC', LIMIT_MS);
  }

  /** Wait for an event that begins so. Throws RallyError ERR_TIMEOUT with those that came instead. */
  async told(beginning: string): Promise<void> {
    const signal = AbortSignal.timeout(LIMIT_MS);
    while (!this.events.some((event) => event.startsWith(beginning))) {
      try {
        await once(this.arrivals, 'event', { signal });
      } catch {
        throw new RallyError('ERR_TIMEOUT', `hostapd did not say ${beginning} but: ${this.events.join('; ')}`);
      }
    }
  }

  async stop(): Promise<void> {
    this.control.close();
    await this.process.stop(STOP_GRACE_MS);
  }
}
