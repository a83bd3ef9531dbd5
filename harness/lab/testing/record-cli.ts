/**
 * A recording process of its own, as the command line is one: takes a plan as JSON in its first argument, prints
 * progress and result as JSON lines, and aborts the recording on SIGTERM.
 */
import { RallyError } from '#base/error.js';
import type { RecordPlan } from '../job.js';
import { errorData } from '../place/messages.js';
import { record } from '../session.js';

const plan = JSON.parse(process.argv[2] ?? '') as RecordPlan;
const abort = new AbortController();
process.once('SIGTERM', () => {
  abort.abort(new RallyError('ERR_ABORTED', 'terminated'));
});
const { ended, error } = await record({
  ...plan,
  signal: abort.signal,
  onProgress: (event) => {
    console.log(JSON.stringify(event));
  },
});
console.log(JSON.stringify({ ended, ...(error === undefined ? {} : { error: errorData(error) }) }));
