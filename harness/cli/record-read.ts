import { RallyError } from '#base/error.js';
import { RECORD_VERSION } from '#judge/record.js';
import { TRACE_VERSION } from '#judge/trace.js';
import { readTextFile } from './files.js';
import type { RunRecord } from './record-files.js';

/** Far more than the record of any run. */
export const MAX_RECORD_BYTES = 256 * 1024 * 1024;

/** What `record.json` holds. Throws RallyError ERR_FILE_UNREADABLE, ERR_BUNDLE_DAMAGED, ERR_BUNDLE_FORMAT (newer). */
export async function readRecord(file: string): Promise<RunRecord> {
  const text = await readTextFile(file, MAX_RECORD_BYTES);
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (cause) {
    throw new RallyError('ERR_BUNDLE_DAMAGED', `${file} is not JSON`, { cause });
  }
  const verdicts = memberOf(record, 'verdicts');
  const version = memberOf(verdicts, 'recordVersion');
  refuseNewer(version, RECORD_VERSION, file);
  refuseNewer(memberOf(memberOf(record, 'trace'), 'traceVersion'), TRACE_VERSION, `the trace in ${file}`);
  if (typeof version !== 'number' || !isRecord(record)) {
    throw new RallyError('ERR_BUNDLE_DAMAGED', `${file} is not the record of a run`);
  }
  const { trace } = record;
  return { info: record.info, verdicts: record.verdicts, ...(trace === undefined ? {} : { trace }) };
}

function refuseNewer(version: unknown, known: number, what: string): void {
  if (typeof version === 'number' && version > known) {
    throw new RallyError('ERR_BUNDLE_FORMAT', `${what} has version ${version}; this tool knows ${known}`);
  }
}

/** What every reader of a record relies on; the rest is as the writer of that version left it. */
function isRecord(record: unknown): record is RunRecord {
  const [info, verdicts] = [memberOf(record, 'info'), memberOf(record, 'verdicts')];
  const results = memberOf(verdicts, 'results');
  const totals = memberOf(verdicts, 'totals');
  return (
    ['startedAt', 'bench', 'place'].every((name) => typeof memberOf(info, name) === 'string') &&
    ['name', 'version'].every((name) => typeof memberOf(memberOf(info, 'tool'), name) === 'string') &&
    typeof memberOf(info, 'environment') === 'object' &&
    ['scope', 'sentence', 'catalogueDigest'].every((name) => typeof memberOf(verdicts, name) === 'string') &&
    typeof memberOf(memberOf(verdicts, 'dut'), 'name') === 'string' &&
    Array.isArray(memberOf(verdicts, 'planned')) &&
    typeof totals === 'object' &&
    Array.isArray(results) &&
    results.every(
      (result) =>
        ['id', 'title', 'reason'].every((name) => typeof memberOf(result, name) === 'string') &&
        typeof memberOf(result, 'revision') === 'number',
    )
  );
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
