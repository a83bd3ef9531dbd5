import { spawn } from 'node:child_process';
import { RallyError } from '#base/error.js';
import type { PutQuestion, Reply } from '../device/ask.js';
import { asRallyError } from '../failure.js';
import { recordHere } from '../record-here.js';
import { errorData, lineSplitter, type Order, type Report } from './messages.js';

/**
 * The program inside a place: takes one order on standard input, reports on standard output, and ends. Its parent going
 * away closes standard input; what ends the place does the rest.
 */
const abort = new AbortController();
/** Those who wait for the answer to a question, by its number. */
const waiting: ((reply: Reply) => void)[] = [];
let job: number | null = null;

function tell(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function stop(): void {
  abort.abort(new RallyError('ERR_ABORTED', 'the recording was aborted'));
}

/** Ask outside, where the terminal is. */
function askOutside(question: PutQuestion, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(asRallyError(signal.reason));
    };
    // Outside nobody answers any more, so whoever asked would wait for ever.
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    const number = waiting.push(resolve) - 1;
    tell({ kind: 'ask', number, question });
  });
}

async function obey(order: Order): Promise<void> {
  if (order.kind === 'stop') {
    if (order.job === job) stop();
    return;
  }
  if (order.kind === 'reply') {
    if (order.job === job) waiting[order.question]?.(order.reply);
    return;
  }
  job = order.job;
  if (order.beside !== undefined) spawn('sh', ['-c', order.beside], { detached: true, stdio: 'ignore' }).unref();
  const result = await recordHere({
    ...order.plan,
    signal: abort.signal,
    ...(order.canAsk ? { ask: askOutside } : {}),
    onProgress: (event) => {
      tell({ kind: 'progress', event });
    },
  });
  tell({
    kind: 'end',
    ended: result.ended,
    ...(result.error === undefined ? {} : { error: errorData(result.error) }),
  });
  process.stdin.destroy();
}

tell({ kind: 'ready' });
process.stdin.on(
  'data',
  lineSplitter((line) => {
    void obey(JSON.parse(line) as Order);
  }),
);
process.stdin.on('end', stop);
