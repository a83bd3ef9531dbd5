/** A judging thread: started with {@link WorkerStart}, answers each {@link WorkerTask} with a {@link WorkerAnswer}. */
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerAnswer, WorkerStart, WorkerTask } from './judge-pool.js';
import { resultsOf, type JudgeResult } from './judge-result.js';

const { inputs, forms } = workerData as WorkerStart;
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (task: WorkerTask) => {
  last = last.then(() => answer(task));
});

async function answer({ paths }: WorkerTask): Promise<void> {
  const results: JudgeResult[] = [];
  for (const path of paths) for await (const result of resultsOf(path, inputs, forms)) results.push(result);
  parentPort?.postMessage({ results } satisfies WorkerAnswer);
}
