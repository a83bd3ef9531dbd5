import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RallyError } from '#base/error.js';
import { ManagedProcess } from '../process.js';
import { requireProgram } from '../programs.js';

const STOP_GRACE_MS = 500;

const SCRIPT = `#!/bin/sh
[ "$1" = bound ] && ip address replace "$ip/$mask" dev "$interface" && echo "address $ip"
exit 0
`;

export interface UdhcpcOptions {
  readonly interfaceName: string;
  readonly namespaceFile: string;
  /** Existing folder of this process alone. */
  readonly folder: string;
  readonly onOutput: (chunk: Uint8Array) => void;
  /** The interface has its address. */
  readonly onAddress?: () => void;
  readonly onDeath: (error: RallyError) => void;
}

/** The DHCP client of a device the bench starts itself. It asks until it is stopped. */
export class Udhcpc {
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
  static start(options: UdhcpcOptions): Udhcpc {
    const { interfaceName, namespaceFile, folder, onOutput, onAddress, onDeath } = options;
    const script = join(folder, 'bound');
    writeFileSync(script, SCRIPT, { mode: 0o700 });
    const client = [
      requireProgram('busybox'),
      'udhcpc',
      '-f',
      '-i',
      interfaceName,
      '-s',
      script,
      '-t',
      '10',
      '-T',
      '1',
    ];
    const process = ManagedProcess.start({
      name: 'udhcpc',
      file: requireProgram('nsenter'),
      args: [`--net=${namespaceFile}`, ...client],
      endsWithUs: true,
      onOutput: (chunk) => {
        onOutput(chunk);
        // One line, written at once.
        if (/^address /m.test(Buffer.from(chunk).toString('latin1'))) onAddress?.();
      },
    });
    return new Udhcpc(process, onDeath);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.process.stop(STOP_GRACE_MS);
  }
}
