import { RallyError } from '#base/error.js';
import type { Progress } from '../job.js';
import type { PlaceProcess } from './place-process.js';

/** How long a machine that comes up may say nothing. It says something at each step, so this is long. */
export const QUIET_LIMIT_MS = 60_000;
/** And so many times as long as it took for what it has said: a busy machine is slow in everything. */
const SLOWNESS = 3;
/** The last try is given so many times as long. */
const PATIENCE = 3;
const TRIES = 2;
/** Of the console, in an error. */
const LAST_LINES = 10;

export interface ComingUp {
  /** The machine to wait for; not ready yet. */
  readonly machine: PlaceProcess;
  /** Power on another. */
  readonly again: () => PlaceProcess;
  readonly quietMs: number;
  /** Whatever it has said by then. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (event: Progress) => void;
}

/** How it went. */
export interface CameUp {
  /** The last one. */
  readonly machine: PlaceProcess;
  /** Null: it is ready. */
  readonly error: RallyError | null;
  /** What was said in vain. */
  readonly console: string;
}

/**
 * Wait until a machine takes orders. One that shows no sign of life, or ends, is replaced once by another. Resolves when
 * one is ready, when the second failed as well, or when the signal is aborted; those that are not ready are gone then.
 */
export async function comeUp(coming: ComingUp): Promise<CameUp> {
  const { again, quietMs, limitMs, signal, onProgress } = coming;
  let { machine } = coming;
  let said = '';
  for (let tries = 1; ; tries++) {
    const patience = tries < TRIES ? 1 : PATIENCE;
    const outcome = await untilReady(machine, { quietMs: quietMs * patience, limitMs, signal });
    const console = machine.takeErrorOutput();
    if (outcome === 'ready') return { machine, error: null, console: said };
    said += `${console}\n`;
    if (outcome === 'aborted')
      return { machine, error: new RallyError('ERR_ABORTED', 'the recording was aborted'), console: said };
    if (tries === TRIES) return { machine, error: failure(outcome, console), console: said };
    machine = again();
    onProgress({ step: `the virtual machine ${outcome.text}: booting it once more`, limitMs });
  }
}

/** What became of a machine, in words, and the code of the error that it is. */
interface NotReady {
  readonly code: 'ERR_TIMEOUT' | 'ERR_BENCH_DIED';
  readonly text: string;
}

type Limits = Pick<ComingUp, 'quietMs' | 'limitMs' | 'signal'>;

async function untilReady(machine: PlaceProcess, limits: Limits): Promise<'ready' | 'aborted' | NotReady> {
  const { quietMs, limitMs, signal } = limits;
  const beganMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const cut = new Promise<'aborted' | NotReady>((resolve) => {
    onAbort = () => {
      resolve('aborted');
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const look = (): void => {
      const nowMs = performance.now();
      const signMs = Math.max(machine.lastSignMs, beganMs);
      const quietUntilMs = signMs + quietMs + SLOWNESS * (signMs - beganMs);
      const dueMs = Math.min(quietUntilMs, beganMs + limitMs);
      if (nowMs < dueMs) {
        timer = setTimeout(look, dueMs - nowMs);
        return;
      }
      const isQuiet = nowMs >= quietUntilMs;
      const what = isQuiet
        ? `said nothing for ${Math.round(nowMs - signMs)} ms when it came up`
        : `was not ready within ${limitMs} ms`;
      resolve({ code: 'ERR_TIMEOUT', text: `${what} and was ended` });
    };
    look();
  });
  const ready = new Promise<'ready'>((resolve) => {
    machine.listen((report) => {
      if (report.kind === 'ready') resolve('ready');
    });
    if (machine.ready) resolve('ready');
  });
  const ended = machine.ended.then((status): NotReady => ({
    code: 'ERR_BENCH_DIED',
    text: `did not come up (${status})`,
  }));
  const outcome = await Promise.race([ready, ended, cut]);
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
  machine.listen(null);
  if (outcome !== 'ready') {
    machine.kill();
    await machine.ended;
  }
  return outcome;
}

function failure({ code, text }: NotReady, console: string): RallyError {
  const lines = console.split('\n').map((line) => line.trim());
  const last = lines.filter((line) => line !== '').slice(-LAST_LINES);
  const word = last.at(-1);
  const lastWord = word === undefined ? 'its console said nothing' : `its console said last: ${word}`;
  return new RallyError(code, `the virtual machine ${text}, twice; ${lastWord}`, {
    context: { console: last },
    remedy:
      'Run it again when this machine has less to do; what the console said is in logs/bench.log of the bundle folder. The wired bench needs no virtual machine (--bench wired).',
  });
}
