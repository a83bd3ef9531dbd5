import { RallyError } from '#base/error.js';
import { recordHere } from '../record-here.js';
import { errorData, lineSplitter, type Order, type Report } from './messages.js';

/**
 * The program in the sandbox: takes one order on standard input, reports on standard output, and ends. Its parent
 * going away closes standard input; the lifeline of PID 1 does the rest.
 */
const abort = new AbortController();

function tell(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function stop(): void {
  abort.abort(new RallyError('ERR_ABORTED', 'the recording was aborted'));
}

async function obey(order: Order): Promise<void> {
  if (order.kind === 'stop') {
    stop();
    return;
  }
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
