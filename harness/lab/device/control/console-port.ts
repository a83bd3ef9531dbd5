import type { SerialPort } from 'serialport';
import { RallyError } from '#base/error.js';
import type { ConsolePort } from '#profile/control.js';

export interface PortListener {
  data(chunk: Uint8Array): void;
  /** The port is gone: unplugged, or its device is off. */
  gone(error: RallyError): void;
}

const LINE_ENDS = { lf: '\n', cr: '\r', crlf: '\r\n' } as const;
/** From a write until the system has taken the bytes: with flow control the device may never let it. */
const WRITE_LIMIT_MS = 5000;
/** How often it is looked whether the port is still there. */
const WATCH_MS = 250;

/** An open serial port. */
export class OpenPort {
  private isClosed = false;
  private readonly watch: NodeJS.Timeout;

  private constructor(
    private readonly port: SerialPort,
    private readonly settings: ConsolePort,
    listener: PortListener,
  ) {
    port.on('data', (chunk: Buffer) => {
      listener.data(chunk);
    });
    const lost = (cause: unknown): void => {
      if (this.isClosed) return;
      void this.close();
      listener.gone(portError(settings.path, 'is gone', cause));
    };
    port.on('close', lost);
    // A port that vanishes while it is read from says only that there is nothing to read: its settings are gone, too.
    this.watch = setInterval(() => {
      port.port?.getBaudRate().catch(lost);
    }, WATCH_MS);
    // What fails in a write is told by its call, and what breaks the port by its close.
    port.on('error', () => undefined);
  }

  /** Throws RallyError ERR_CONTROL_PORT: it is absent, not permitted or in use. */
  static async open(settings: ConsolePort, listener: PortListener): Promise<OpenPort> {
    const Port = await loadSerialPort();
    const { path, baudRate, dataBits, parity, stopBits, flow } = settings;
    const port = new Port({
      path,
      baudRate,
      dataBits,
      parity,
      stopBits,
      rtscts: flow === 'rtscts',
      xon: flow === 'xonxoff',
      xoff: flow === 'xonxoff',
      autoOpen: false,
      lock: true,
    });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => {
        if (error === null) resolve();
        else reject(openError(path, error));
      });
    });
    return new OpenPort(port, settings, listener);
  }

  /** Send a line with the end the device wants. Throws RallyError ERR_CONTROL_PORT. */
  send(line: string): Promise<void> {
    const { path, lineEnd } = this.settings;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new RallyError('ERR_CONTROL_PORT', `${path} took no bytes within ${WRITE_LIMIT_MS} ms`, {
            context: { path },
            remedy: 'Check ixit.control.console.flow: the device may not have the lines for it.',
          }),
        );
      }, WRITE_LIMIT_MS);
      this.port.write(`${line}${LINE_ENDS[lineEnd]}`, 'utf8', (error) => {
        clearTimeout(timer);
        if (error === null || error === undefined) resolve();
        else reject(portError(path, 'cannot be written to', error));
      });
    });
  }

  close(): Promise<void> {
    if (this.isClosed) return Promise.resolve();
    this.isClosed = true;
    clearInterval(this.watch);
    if (!this.port.isOpen) return Promise.resolve();
    return new Promise((resolve) => {
      this.port.close(() => {
        resolve();
      });
    });
  }
}

/** The native module is loaded where there is a console only. Throws RallyError ERR_NATIVE_MODULE. */
async function loadSerialPort(): Promise<typeof SerialPort> {
  try {
    return (await import('serialport')).SerialPort;
  } catch (cause) {
    throw new RallyError('ERR_NATIVE_MODULE', 'serialport cannot be loaded', { cause });
  }
}

const REASONS: readonly (readonly [RegExp, string, string])[] = [
  [/no such file/i, 'is not there', 'Plug the adapter in, and compare ixit.control.console.path: ls /dev/serial/by-id'],
  [
    /permission denied/i,
    'may not be opened by this user',
    'Run as root, or put the user into the group of the port (Debian: dialout) and log in again.',
  ],
  [
    /cannot lock|busy|temporarily unavailable/i,
    'is in use by another program',
    'Close the terminal program or the other run that has it open (fuser names it).',
  ],
];

function openError(path: string, cause: Error): RallyError {
  const [, reason, remedy] = REASONS.find(([said]) => said.test(cause.message)) ?? [];
  return new RallyError(
    'ERR_CONTROL_PORT',
    `the serial port ${path} ${reason ?? `cannot be opened: ${cause.message}`}`,
    {
      context: { path },
      cause,
      ...(remedy === undefined ? {} : { remedy }),
    },
  );
}

function portError(path: string, what: string, cause: unknown): RallyError {
  const text = cause instanceof Error ? `: ${cause.message}` : '';
  return new RallyError('ERR_CONTROL_PORT', `the serial port ${path} ${what}${text}`, { context: { path }, cause });
}
