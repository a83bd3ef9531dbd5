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

export interface ControlledDaemonOptions {
  readonly program: 'hostapd' | 'wpa_supplicant';
  /** Folder that does not exist yet. */
  readonly folder: string;
  readonly interfaceName: string;
  /** Lines of its configuration file but for `ctrl_interface`. */
  readonly config: readonly string[];
  /** What it is started with, given the path of that file. */
  readonly args: (configFile: string) => readonly string[];
}

/** hostapd or wpa_supplicant on its control socket, nothing of ours in it: commands go in, what it tells is kept. */
export class ControlledDaemon {
  /** What it told of itself, e.g. `WPS-REG-SUCCESS 02:00:00:00:00:01 ...`. */
  readonly events: string[] = [];
  private readonly arrivals = new EventEmitter();

  private constructor(
    private readonly name: string,
    private readonly process: ManagedProcess,
    private readonly control: ControlSocket,
  ) {}

  /** Throws RallyError. */
  static async start(options: ControlledDaemonOptions): Promise<ControlledDaemon> {
    const { program, folder, interfaceName, config, args } = options;
    const controlFolder = join(folder, 'control');
    mkdirSync(controlFolder, { recursive: true });
    const configFile = join(folder, `${program}.conf`);
    writeFileSync(configFile, [`ctrl_interface=${controlFolder}`, ...config, ''].join('\n'));
    const socketFile = join(controlFolder, interfaceName);
    const appeared = fileAppears(socketFile, controlFolder);
    const child = ManagedProcess.start({
      name: program,
      file: requireProgram(program),
      args: args(configFile),
      onOutput: () => undefined,
    });
    try {
      await child.until('its control socket', appeared.promise, LIMIT_MS, new AbortController().signal);
      const control = await ControlSocket.connect(join(folder, 'our-end'), socketFile);
      const daemon = new ControlledDaemon(program, child, control);
      await control.attach((event) => {
        daemon.events.push(event);
        daemon.arrivals.emit('event');
      }, LIMIT_MS);
      return daemon;
    } catch (error) {
      await child.stop(STOP_GRACE_MS);
      throw error;
    } finally {
      appeared.cancel();
    }
  }

  /** Its reply, whatever it is. Throws RallyError ERR_SOCKET or ERR_TIMEOUT. */
  request(command: string): Promise<string> {
    return this.control.request(command, LIMIT_MS);
  }

  /** Throws RallyError ERR_DAEMON for another reply than OK, and as {@link request}. */
  command(command: string): Promise<void> {
    return this.control.command(command, LIMIT_MS);
  }

  /** Wait for an event that begins so. Throws RallyError ERR_TIMEOUT with those that came instead. */
  async told(beginning: string): Promise<void> {
    const signal = AbortSignal.timeout(LIMIT_MS);
    while (!this.events.some((event) => event.startsWith(beginning))) {
      try {
        await once(this.arrivals, 'event', { signal });
      } catch {
        throw new RallyError('ERR_TIMEOUT', `${this.name} did not say ${beginning} but: ${this.events.join('; ')}`);
      }
    }
  }

  async stop(): Promise<void> {
    this.control.close();
    await this.process.stop(STOP_GRACE_MS);
  }
}
