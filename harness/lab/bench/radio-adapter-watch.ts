import { RallyError } from '#base/error.js';
import { lineSplitter } from '../place/messages.js';
import { ManagedProcess } from '../process.js';
import { requireProgram } from '../programs.js';

const STOP_GRACE_MS = 500;

export interface AdapterWatchOptions {
  readonly interfaceName: string;
  /** Name of the network namespace it is in. */
  readonly namespace: string;
  /** Key of the profile that names it. */
  readonly key: string;
  /** Told once that it is gone. */
  readonly onGone: (error: RallyError) => void;
}

/** Hears from the kernel when an adapter that was lent to somebody goes away. */
export class AdapterWatch {
  private stopped = false;

  private constructor(
    private readonly process: ManagedProcess,
    onDeath: (error: RallyError) => void,
  ) {
    void process.exited.then((status) => {
      if (!this.stopped) onDeath(process.endedError(status));
    });
  }

  /** Throws RallyError ERR_PROGRAM_MISSING. */
  static start({ interfaceName, namespace, key, onGone }: AdapterWatchOptions): AdapterWatch {
    const process = ManagedProcess.start({
      name: 'ip monitor',
      file: requireProgram('ip'),
      args: ['-n', namespace, 'monitor', 'link'],
      endsWithUs: true,
      onOutput: lineSplitter((line) => {
        if (goneOf(line) === interfaceName) onGone(adapterGone(interfaceName, key));
      }),
    });
    return new AdapterWatch(process, onGone);
  }

  /** What happens to the adapter from now on is our doing. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.process.stop(STOP_GRACE_MS);
  }
}

/** What a device did not do without its adapter is no fault of its own. */
export function adapterGone(interfaceName: string, key: string, cause?: unknown): RallyError {
  return new RallyError('ERR_INTERFACE', `${key}: ${interfaceName}, the adapter of the device, is gone`, {
    cause,
    context: { interface: interfaceName },
  });
}

/** Name of the interface that is gone, from a line of `ip monitor link`; null for every other line. */
export function goneOf(line: string): string | null {
  return /^Deleted \d+: ([^\s:@]+)[@:]/.exec(line)?.[1] ?? null;
}
