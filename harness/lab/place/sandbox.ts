import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { RallyError } from '#base/error.js';
import { wiredPlan } from '../bench/wired-plan.js';
import type { RecordJob } from '../job.js';
import { programPath, requireProgram } from '../programs.js';
import { nodeProgram } from '../node-program.js';
import { mayMakeNamespaces, namespacesOff } from './namespaces.js';
import { PlaceProcess } from './place-process.js';
import { recordRemotely, type RemoteResult } from './remote-recording.js';

const STOP_LIMIT_MS = 2000;
/** From its start to the first word of the program inside. */
const READY_LIMIT_MS = 60_000;
/** Exit code by which PID 1 says that mounting failed. */
const MOUNT_FAILED = 97;

/**
 * PID 1 of the sandbox. Descriptor 3 is the lifeline: its other end is held by the parent alone, so it ends when the
 * parent does, however that dies. The watcher then kills everything but PID 1, which thereby comes to its own end and
 * takes the rest of the PID namespace with it, even a program in a busy loop.
 * /sys is the outside's until it is mounted again; nothing here depends on that, and some containers forbid it.
 */
const INIT = `
mount -t tmpfs -o mode=0755,size=64m rally /run || exit ${MOUNT_FAILED}
mount -t sysfs rally /sys 2>/dev/null
( read -r _ <&3; kill -KILL -1 ) </dev/null >/dev/null 2>&1 &
"$@" 3<&-
exit $?
`;

/** Programs without which no sandbox bench runs, in the order they are needed. */
const PROGRAMS = ['setpriv', 'unshare', 'sh', 'mount', 'ip', 'nsenter', 'wpa_supplicant'] as const;

/**
 * Record in private user, network, mount and PID namespaces. Nothing of it outlives this process, and nothing outside
 * is touched but the bundle folder. Never rejects.
 */
export async function recordInSandbox(job: RecordJob): Promise<RemoteResult> {
  let sandbox: PlaceProcess;
  try {
    // A profile that cannot be carried out is refused before anything is started.
    wiredPlan(job.profile, job.place);
    for (const program of PROGRAMS) requireProgram(program);
    sandbox = openSandbox();
  } catch (error) {
    if (error instanceof RallyError) return { ended: 'failed', error, errorOutput: '' };
    throw error;
  }
  return recordRemotely(job, sandbox, { number: 1 });
}

function openSandbox(): PlaceProcess {
  const namespaces = mayMakeNamespaces() ? '-nm' : '-Urnm';
  const args = ['--pdeathsig', 'KILL', requireProgram('unshare'), namespaces, '--fork', '--pid', '--kill-child'];
  const inner = [process.execPath, ...nodeProgram(import.meta.url, './inner')];
  const child = spawn(requireProgram('setpriv'), [...args, requireProgram('sh'), '-c', INIT, 'rally', ...inner], {
    // A group of its own: an interrupt at the terminal reaches the bench through the abort signal only.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, PATH: programPath(), LC_ALL: 'C' },
  });
  const lifeline = child.stdio[3] as Duplex;
  lifeline.on('error', () => undefined);
  return new PlaceProcess({
    name: 'the sandbox',
    child,
    input: child.stdin,
    output: child.stdout,
    errors: [child.stderr],
    readyLimitMs: READY_LIMIT_MS,
    stopLimitMs: STOP_LIMIT_MS,
    letGo: () => {
      lifeline.destroy();
    },
    explain,
  });
}

/** Why there was no sandbox. */
function explain(said: string, status: string): RallyError {
  const mountFailed = status === `exit ${MOUNT_FAILED}`;
  if (mountFailed || /^(unshare|setpriv): /.test(said)) return namespacesOff(said === '' ? 'mount failed' : said);
  return new RallyError('ERR_BENCH_DIED', `the bench in the sandbox did not come up (${status})`, {
    context: { status, said },
  });
}
