import type { Fetch, FetchProblem, FetchPurpose, Lateness, Stimulus } from './discovery-model.js';
import type { BenchEvent } from './model.js';

/** What the bench's events say of the discovery follow-up. Records that lack what they should have are passed over. */
export interface DiscoveryEvents {
  readonly addresses: readonly string[];
  readonly sinceMs: number | null;
  /** Null while no end was recorded. */
  readonly untilMs: number | null;
  readonly limitMs: number | null;
  /** The follow-up came to its own end: everything seen, or its limit reached. */
  readonly isComplete: boolean;
  /** How long each search was listened to, by protocol and source port. */
  readonly searches: readonly { readonly protocol: string; readonly port: number; readonly untilMs: number }[];
  readonly fetches: readonly Fetch[];
  readonly stimuli: readonly Stimulus[];
  readonly lateness: readonly Lateness[];
}

const PURPOSES: readonly FetchPurpose[] = [
  'description',
  'metadata',
  'metadata-chunked',
  'metadata-extended',
  'metadata-reply-to',
  'directed-probe',
  'connect',
];
const METHODS: readonly Fetch['method'][] = ['GET', 'POST', 'CONNECT'];
const PROBLEMS: readonly FetchProblem['code'][] = [
  'refused',
  'unreachable',
  'timeout',
  'too-large',
  'redirect',
  'foreign-address',
  'tls',
  'bad-url',
  'content-encoding',
  'protocol',
];

/** @param documents bodies by their name in the bundle */
export function discoveryEventsOf(
  events: readonly BenchEvent[],
  documents: ReadonlyMap<string, Uint8Array>,
): DiscoveryEvents | null {
  const start = events.find(({ kind }) => kind === 'discovery-start')?.detail;
  if (start === undefined) return null;
  const end = events.findLast(({ kind }) => kind === 'discovery-end')?.detail;
  return {
    addresses: [
      ...texts(start['addresses']),
      ...events.flatMap(({ kind, detail }) => (kind === 'discovery-address' ? (textOf(detail['address']) ?? []) : [])),
    ],
    sinceMs: numberOf(start['wallMs']),
    untilMs: numberOf(end?.['wallMs']),
    limitMs: numberOf(start['limitMs']),
    isComplete: end !== undefined && end['outcome'] !== 'aborted',
    searches: events.flatMap(({ kind, detail }) => {
      const port = numberOf(detail['port']);
      const untilMs = numberOf(detail['untilMs']);
      if (kind !== 'search' || port === null || untilMs === null) return [];
      return [{ protocol: textOf(detail['protocol']) ?? '', port, untilMs }];
    }),
    fetches: events.flatMap(({ kind, detail }) => (kind === 'fetch' ? (fetchOf(detail, documents) ?? []) : [])),
    stimuli: events.flatMap(({ kind, detail }) => stimulusOf(kind, detail) ?? []),
    lateness: events.flatMap(({ kind, detail }) => (kind === 'bench-late' ? (latenessOf(detail) ?? []) : [])),
  };
}

/** Names of the documents that the events speak of. */
export function documentNames(events: readonly BenchEvent[]): string[] {
  const names = events.flatMap(({ kind, detail }) => (kind === 'fetch' ? (textOf(detail['document']) ?? []) : []));
  return [...new Set(names)];
}

function fetchOf(detail: BenchEvent['detail'], documents: ReadonlyMap<string, Uint8Array>): Fetch | null {
  const purpose = PURPOSES.find((known) => known === detail['purpose']);
  const method = METHODS.find((known) => known === detail['method']);
  const url = textOf(detail['url']);
  const startMs = numberOf(detail['wallMs']);
  if (purpose === undefined || method === undefined || url === null || startMs === null) return null;
  const document = textOf(detail['document']);
  return {
    purpose,
    method,
    url,
    messageId: textOf(detail['messageId']),
    requestHeaders: pairs(detail['requestHeaders']),
    startMs,
    endMs: numberOf(detail['endMs']) ?? startMs,
    status: numberOf(detail['status']),
    httpVersion: textOf(detail['httpVersion']),
    headers: pairs(detail['headers']),
    body: document === null ? null : (documents.get(document) ?? null),
    document,
    bodyBytes: numberOf(detail['bodyBytes']) ?? 0,
    problem: problemOf(detail['problem']),
  };
}

function problemOf(value: unknown): FetchProblem | null {
  if (!isRecord(value)) return null;
  const code = PROBLEMS.find((known) => known === value['code']);
  return code === undefined ? null : { code, text: textOf(value['text']) ?? '' };
}

function stimulusOf(kind: string, detail: BenchEvent['detail']): Stimulus | null {
  const endMs = numberOf(detail['wallMs']);
  const name = textOf(detail['name']);
  if (endMs === null || name === null) return null;
  const timeMs = numberOf(detail['beganMs']) ?? endMs;
  if (kind === 'stimulus' && (name === 'leave' || name === 'power-cycle'))
    return { kind: name, name, timeMs, endMs, failed: textOf(detail['failed']) };
  if (kind === 'search-failed') return { kind: 'search', name, timeMs, endMs, failed: textOf(detail['text']) ?? '' };
  return null;
}

function latenessOf(detail: BenchEvent['detail']): Lateness | null {
  const startMs = numberOf(detail['startMs']);
  const endMs = numberOf(detail['wallMs']);
  const lateMs = numberOf(detail['lateMs']);
  return startMs === null || endMs === null || lateMs === null ? null : { startMs, endMs, lateMs };
}

function pairs(value: unknown): (readonly [string, string])[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair: unknown) => {
    if (!Array.isArray(pair)) return [];
    const [name, text] = pair as unknown[];
    return typeof name === 'string' && typeof text === 'string' ? [[name, text] as const] : [];
  });
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
