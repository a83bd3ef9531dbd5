import { spawn } from 'node:child_process';
import { RallyError } from '#base/error.js';
import { recordHere } from '../record-here.js';
import { errorData, lineSplitter, type Order, type Report } from './messages.js';

/**
 * The program inside a place: takes one order on standard input, reports on standard output, and ends. Its parent going
 * away closes standard input; what ends the place does the rest.
 */
const abort = new AbortController();
let job: number | null = null;

function tell(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function stop(): void {
  abort.abort(new RallyError('ERR_ABORTED', 'the recording was aborted'));
}

async function obey(order: Order): Promise<void> {
  if (order.kind === 'stop') {
    if (order.job === job) stop();
    return;
  }
  job = order.job;
  if (order.beside !== undefined) spawn('sh', ['-c', order.beside], { detached: true, stdio: 'ignore' }).unref();
  const result = await recordHere({
    ...order.plan,
    signal: abort.signal,
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
