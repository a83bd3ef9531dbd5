import { requireProgram } from '../programs.js';
import { runProgram } from '../process.js';

const COMMAND_LIMIT_MS = 5000;

/** A virtual cable between the bench and a namespace that holds the device. */
export interface VirtualCable {
  /** The bench's end, in this namespace. */
  readonly benchInterface: string;
  /** The device's end, in a namespace of its own. */
  readonly dutInterface: string;
  /** File of the device's network namespace. */
  readonly namespaceFile: string;
}

/**
 * Lay the cable, both ends up; the device's end has the address `dutMac`. Made inside the sandbox only: there it goes
 * when the sandbox goes. Throws RallyError ERR_PROGRAM_MISSING, ERR_DAEMON or ERR_TIMEOUT.
 */
export async function layVirtualCable(dutMac: string): Promise<VirtualCable> {
  const ip = requireProgram('ip');
  const namespace = 'dut';
  const benchInterface = 'rally0';
  const dutInterface = 'dut0';
  const steps = [
    ['netns', 'add', namespace],
    [
      'link',
      'add',
      benchInterface,
      'type',
      'veth',
      'peer',
      'name',
      dutInterface,
      'address',
      dutMac,
      'netns',
      namespace,
    ],
    ['-n', namespace, 'link', 'set', dutInterface, 'up'],
    ['link', 'set', benchInterface, 'up'],
  ];
  for (const step of steps) await runProgram(ip, step, COMMAND_LIMIT_MS);
  return { benchInterface, dutInterface, namespaceFile: `/run/netns/${namespace}` };
}
