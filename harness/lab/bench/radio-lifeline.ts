import { spawn, type ChildProcess } from 'node:child_process';
import { RallyError } from '#base/error.js';
import { programPath, requireProgram } from '../programs.js';

/**
 * Collects commands, the last one first, until its input ends. Told that all was put back it ends; an input that ends
 * without that is a bench that was killed, and the commands are carried out, each whatever becomes of the others.
 */
const SCRIPT = `
undo=
while IFS= read -r line; do
  [ "$line" = done ] && exit 0
  undo="$line
$undo"
done
eval "$undo"
`;

/**
 * Puts back what was changed on this machine when this process cannot: a small process of its own that nobody's end takes
 * along. Whoever ends it together with this process is left with what was changed.
 */
export class Lifeline {
  private readonly ended: Promise<void>;

  private constructor(private readonly child: ChildProcess) {
    // It only listens: that it is gone shows when there is something to be put back, and then it is too late.
    child.stdin?.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      child.on('error', () => {
        resolve();
      });
      child.on('exit', () => {
        resolve();
      });
    });
  }

  /** Throws RallyError ERR_PROGRAM_MISSING. */
  static start(): Lifeline {
    const child = spawn(requireProgram('sh'), ['-c', SCRIPT], {
      // In a group of its own: what is sent to ours does not reach it.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      cwd: '/',
      env: { ...process.env, PATH: programPath(), LC_ALL: 'C' },
    });
    return new Lifeline(child);
  }

  /** Should this process be killed, carry out this shell command before those added earlier. Throws ERR_INTERNAL. */
  add(command: string): void {
    if (command.includes('\n')) throw new RallyError('ERR_INTERNAL', 'a command of the lifeline has one line');
    this.child.stdin?.write(`${command}\n`);
  }

  /** All was put back. Resolves when its process is gone. */
  async release(): Promise<void> {
    this.child.stdin?.end('done\n');
    await this.ended;
  }
}
