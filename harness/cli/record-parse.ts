import { z } from 'zod';
import { RallyError } from '#base/error.js';
import { RECORD_VERSION } from '#judge/record.js';
import { TRACE_LAYERS, TRACE_VERSION } from '#judge/trace.js';
import type { RunRecord } from './record-files.js';

const text = z.string();
const count = z.int().nonnegative();
const ruleId = text.startsWith('RVP-');
const verdict = z.enum(['pass', 'fail', 'inconclusive', 'not-applicable', 'not-run', 'error']);

const location = z.object({
  path: text,
  message: text,
  exchange: count.optional(),
  frame: count.optional(),
  messageOffset: count,
  frameOffset: count.optional(),
  lengthBytes: count,
  hex: text.regex(/^([0-9a-f]{2})*$/),
  hexCut: z.boolean().optional(),
  document: text.optional(),
  line: count.optional(),
  column: count.optional(),
});

const finding = z.object({
  verdict,
  text,
  expected: text.optional(),
  actual: text.optional(),
  at: location.optional(),
  remedy: text.optional(),
  blockedBy: ruleId.optional(),
  level: z.literal('SHOULD').optional(),
  note: z.boolean().optional(),
});

const outcome = z.object({ verdict, warning: z.boolean() });

const result = z.object({
  id: ruleId,
  ...{ area: text, clause: text, title: text, requirement: text, why: text, remedy: text },
  level: z.enum(['MUST', 'SHOULD', 'INFO']),
  revision: count,
  source: z.array(z.object({ document: text, heading: text.optional(), line: count.optional() })),
  interpretation: z.array(text),
  inScope: z.boolean(),
  verdict: verdict.optional(),
  warning: z.boolean(),
  reason: text,
  blockedBy: z.array(ruleId),
  findings: z.array(finding),
  repeated: z.object({ first: outcome, repeats: z.array(outcome.extend({ number: count })) }).optional(),
});

const way = z.enum(['upnp', 'dpws']);
/** As far from 1970 as a date can be. */
const MAX_TIME_MS = 8.64e15;

const trace = z.object({
  traceVersion: z.literal(TRACE_VERSION),
  declares: z.enum(['transports', 'none', 'unknown']),
  isLookedFor: z.boolean(),
  promises: z.array(
    z.object({
      way,
      transport: text,
      expected: text.nullable(),
      origin: z.enum(['transport-uuid', 'uuid-e']).nullable(),
      problem: text,
      paths: z.array(text),
    }),
  ),
  rows: z.array(
    z.object({
      layer: z.enum(TRACE_LAYERS),
      way: way.nullable(),
      ...{ place: text, sent: text, uuid: text.nullable() },
      count,
      timeMs: z.number().min(-MAX_TIME_MS).max(MAX_TIME_MS),
      at: location,
      agreement: z.enum(['given', 'agrees', 'parts', 'alone']),
      how: text,
      owner: ruleId.nullable(),
    }),
  ),
  unlisted: count,
});

const TOTALS = [...verdict.options, 'warnings', 'outOfScope'] as const;

/** The shape of {@link RunRecord}; what it does not know, a later tool of the same version may have added. */
const record = z.object({
  info: z.object({
    bundleVersion: count,
    tool: z.object({ name: text, version: text }),
    ...{ startedAt: text, bench: text, place: text },
    environment: z.record(text, text),
  }),
  verdicts: z.object({
    recordVersion: z.literal(RECORD_VERSION),
    catalogueDigest: text,
    profileDigest: text.nullable(),
    dut: z.object({ name: text, mac: text.nullable() }),
    scope: z.enum(['full', 'wired', 'loopback', 'capture', 'unattended', 'radio', 'selection']),
    strict: z.boolean(),
    planned: z.array(ruleId),
    results: z.array(result),
    totals: z.record(z.enum(TOTALS), count),
    mustApplicable: count,
    mustPassed: count,
    exitCode: z.literal([0, 1, 2, 3]),
    sentence: text,
  }),
  trace: trace.optional(),
});

const recordVersion = z.object({ verdicts: z.object({ recordVersion: count }) });
const traceVersion = z.object({ trace: z.object({ traceVersion: count }) });

/**
 * Read the record of a run. Throws RallyError ERR_BUNDLE_DAMAGED, which names the place that is wrong, and
 * ERR_BUNDLE_FORMAT for one of a later version.
 *
 * @param file what messages call it
 */
export function parseRecord(content: string, file: string): RunRecord {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new RallyError('ERR_BUNDLE_DAMAGED', `${file} is not JSON`, { cause });
  }
  refuseLater(recordVersion.safeParse(value).data?.verdicts.recordVersion, RECORD_VERSION, file);
  refuseLater(traceVersion.safeParse(value).data?.trace.traceVersion, TRACE_VERSION, `the trace in ${file}`);
  const [issue] = record.safeParse(value).error?.issues ?? [];
  if (issue !== undefined) {
    const place = issue.path.length === 0 ? '' : `, at ${issue.path.map(String).join('.')}`;
    throw new RallyError('ERR_BUNDLE_DAMAGED', `${file} is not the record of a run${place}`);
  }
  // What a later tool may have added stays in it.
  return value as RunRecord;
}

function refuseLater(version: number | undefined, known: number, what: string): void {
  if (version !== undefined && version > known)
    throw new RallyError('ERR_BUNDLE_FORMAT', `${what} has version ${version}; this tool knows ${known}`);
}
