import { spawn, type ChildProcess } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import { RallyError } from '#base/error.js';
import { wiredPlan } from '../bench/wired-plan.js';
import type { RecordJob, RecordPlan, RecordResult } from '../job.js';
import { programPath, requireProgram } from '../programs.js';
import { innerArguments } from './inner-arguments.js';
import { errorFrom, lineSplitter, parseReport, type Order, type Report } from './messages.js';
import { mayMakeNamespaces, namespacesOff } from './namespaces.js';

/** An aborted bench closes its bundle within this time, or is killed. */
const STOP_LIMIT_MS = 2000;
/** A killed tree is gone within this time. */
const KILL_LIMIT_MS = 2000;
/** On top of the profile's own limits: how long the bench may say nothing before it counts as hung. */
const SILENCE_SLACK_MS = 30_000;
/** Kept of what the sandbox wrote to standard error. */
const ERROR_BYTES = 64 * 1024;
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

export interface SandboxResult extends RecordResult {
  /** What was written to standard error in the sandbox; normally nothing. */
  readonly errorOutput: string;
}

/**
 * Record in private user, network, mount and PID namespaces. Nothing of it outlives this process, and nothing outside
 * is touched but the bundle folder. Never rejects.
 */
export async function recordInSandbox(job: RecordJob): Promise<SandboxResult> {
  let sandbox: Sandbox;
  try {
    // A profile that cannot be carried out is refused before anything is started.
    wiredPlan(job.profile, job.place);
    for (const program of PROGRAMS) requireProgram(program);
    sandbox = new Sandbox(job);
  } catch (error) {
    if (error instanceof RallyError) return { ended: 'failed', error, errorOutput: '' };
    throw error;
  }
  return sandbox.result;
}

class Sandbox {
  readonly result: Promise<SandboxResult>;
  private readonly child: ChildProcess;
  private readonly lifeline: Duplex;
  private ready = false;
  private end: (Report & { kind: 'end' }) | null = null;
  private killedBecause: RallyError | null = null;
  private errorOutput = Buffer.alloc(0);
  private silence: NodeJS.Timeout | undefined;
  private killTimer: NodeJS.Timeout | undefined;

  constructor(private readonly job: RecordJob) {
    const namespaces = mayMakeNamespaces() ? '-nm' : '-Urnm';
    const args = ['--pdeathsig', 'KILL', requireProgram('unshare'), namespaces, '--fork', '--pid', '--kill-child'];
    const inner = [process.execPath, ...innerArguments()];
    this.child = spawn(requireProgram('setpriv'), [...args, requireProgram('sh'), '-c', INIT, 'rally', ...inner], {
      // A group of its own: an interrupt at the terminal reaches the bench through the abort signal only.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, PATH: programPath(), LC_ALL: 'C' },
    });
    this.lifeline = this.child.stdio[3] as Duplex;
    for (const pipe of [this.child.stdin as Writable, this.lifeline])
      // Writing to a sandbox that has just died is no news: its exit is.
      pipe.on('error', () => undefined);
    (this.child.stdout as Readable).on(
      'data',
      lineSplitter((line) => {
        this.receive(line);
      }),
    );
    (this.child.stderr as Readable).on('data', (chunk: Buffer) => {
      this.keepErrorOutput(chunk);
    });
    this.order({ kind: 'record', plan: planOf(job) });
    this.listenForSilence();
    const onAbort = (): void => {
      this.stop();
    };
    job.signal.addEventListener('abort', onAbort, { once: true });
    if (job.signal.aborted) onAbort();
    this.result = this.closed().then((status) => {
      job.signal.removeEventListener('abort', onAbort);
      clearTimeout(this.silence);
      clearTimeout(this.killTimer);
      this.lifeline.destroy();
      return this.resultOf(status);
    });
  }

  private closed(): Promise<string> {
    return new Promise((resolve) => {
      this.child.on('error', (error) => {
        resolve(error.message);
      });
      this.child.on('close', (code, signal) => {
        resolve(code === MOUNT_FAILED ? 'mount failed' : `exit ${String(code ?? signal)}`);
      });
    });
  }

  private order(order: Order): void {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  private receive(line: string): void {
    this.listenForSilence();
    const report = parseReport(line);
    if (report === null) {
      // Whoever wrote to the bench's standard output: it is not for us.
      this.keepErrorOutput(Buffer.from(`${line}\n`));
      return;
    }
    if (report.kind === 'ready') this.ready = true;
    if (report.kind === 'progress') this.job.onProgress(report.event);
    if (report.kind === 'end') this.end = report;
  }

  private keepErrorOutput(chunk: Buffer): void {
    this.errorOutput = Buffer.concat([this.errorOutput, chunk]).subarray(-ERROR_BYTES);
  }

  private listenForSilence(): void {
    const { startMs, sessionMs } = this.job.profile.ixit.limits;
    const limitMs = startMs + sessionMs + SILENCE_SLACK_MS;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.kill(
        new RallyError('ERR_TIMEOUT', `the bench in the sandbox said nothing for ${limitMs} ms and was killed`),
      );
    }, limitMs);
  }

  private stop(): void {
    this.order({ kind: 'stop' });
    this.killTimer = setTimeout(() => {
      this.kill(aborted());
    }, STOP_LIMIT_MS);
  }

  private kill(reason: RallyError): void {
    this.killedBecause = reason;
    this.lifeline.destroy();
    const { pid } = this.child;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
    // The pipes close with the last process that holds them; do not wait for ever for one the kernel cannot kill.
    this.killTimer = setTimeout(() => {
      this.child.stdout?.destroy();
      this.child.stderr?.destroy();
    }, KILL_LIMIT_MS);
  }

  private resultOf(status: string): SandboxResult {
    const errorOutput = this.errorOutput.toString('utf8').trim();
    const failed = (error: RallyError): SandboxResult => ({ ended: 'failed', error, errorOutput });
    if (this.end !== null) {
      const { ended, error } = this.end;
      return { ended, ...(error === undefined ? {} : { error: errorFrom(error) }), errorOutput };
    }
    if (this.job.signal.aborted) return { ended: 'aborted', error: aborted(), errorOutput };
    if (this.killedBecause !== null) return failed(this.killedBecause);
    const said = errorOutput.split('\n').at(-1) ?? '';
    if (!this.ready && (status === 'mount failed' || /^(unshare|setpriv): /.test(said)))
      return failed(namespacesOff(said === '' ? status : said));
    return failed(
      new RallyError('ERR_BENCH_DIED', `the bench in the sandbox ended before its work was done (${status})`, {
        context: { status, said },
      }),
    );
  }
}

function aborted(): RallyError {
  return new RallyError('ERR_ABORTED', 'the recording was aborted');
}

/** The job without what cannot cross as JSON. */
function planOf(job: RecordJob): RecordPlan {
  const { bench, place, profile, bundleDir, sessions, scope, kinds, toolVersion } = job;
  return { bench, place, profile, bundleDir, sessions, scope, kinds, toolVersion };
}
