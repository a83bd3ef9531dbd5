import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { RallyError } from '#base/error.js';
import type { JudgingInputs } from './judge-evidence.js';
import type { JudgeResult, ResultForms } from './judge-result.js';

/** What a worker is started with. */
export interface WorkerStart {
  readonly inputs: JudgingInputs;
  readonly forms: ResultForms;
}

/** What a worker is sent: paths to judge, in order. */
export interface WorkerTask {
  readonly paths: readonly string[];
}

/** What it answers: the results of all of them, in order. */
export interface WorkerAnswer {
  readonly results: readonly JudgeResult[];
}

/** Below this many pieces of evidence, starting workers takes longer than they save. */
const FEWEST_PATHS = 400;
/** Paths of one task: little enough that the results of all tasks under way are small. */
const TASK_PATHS = 8;
const MOST_WORKERS = 8;

const WORKER = new URL(`./judge-worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

/** How many workers judging this many pieces of evidence is worth; 1 means: do without. */
export function workersFor(paths: number): number {
  return paths < FEWEST_PATHS ? 1 : Math.min(MOST_WORKERS, availableParallelism());
}

/**
 * Judge in several threads; results come in the order of the paths, and the same as without threads. At most two tasks
 * a worker are under way. Throws RallyError ERR_INTERNAL when a worker dies.
 */
export async function* judgeInPool(
  paths: readonly string[],
  start: WorkerStart,
  workers: number,
): AsyncGenerator<JudgeResult, void> {
  const pool = Array.from({ length: workers }, () => new JudgeWorker(start));
  const pending: Promise<WorkerAnswer>[] = [];
  try {
    for (let at = 0, task = 0; at < paths.length || pending.length > 0;) {
      const worker = pool[task % pool.length];
      if (worker !== undefined && at < paths.length && pending.length < 2 * pool.length) {
        pending.push(worker.judge({ paths: paths.slice(at, at + TASK_PATHS) }));
        at += TASK_PATHS;
        task++;
        continue;
      }
      const answer = await pending.shift();
      yield* answer?.results ?? [];
    }
  } finally {
    await Promise.all(pool.map((worker) => worker.end()));
  }
}

interface Waiting {
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** One thread; it answers tasks in the order they are given. */
class JudgeWorker {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];

  constructor(start: WorkerStart) {
    this.worker = new Worker(WORKER, { workerData: start });
    this.worker.on('message', (answer: WorkerAnswer) => this.waiting.shift()?.resolve(answer));
    this.worker.on('error', (cause) => {
      this.fail(new RallyError('ERR_INTERNAL', `A judging thread failed: ${cause.message}`, { cause }));
    });
    this.worker.on('exit', () => {
      this.fail(new RallyError('ERR_INTERNAL', 'A judging thread ended before its work was done'));
    });
  }

  judge(task: WorkerTask): Promise<WorkerAnswer> {
    const answer = new Promise<WorkerAnswer>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
    });
    // Answers are awaited in order: one that is rejected earlier than it is awaited is no loose end.
    answer.catch(() => undefined);
    this.worker.postMessage(task);
    return answer;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(error: RallyError): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
