import { RallyError } from '#base/error.js';
import type { Ability, BenchEvent, EvidenceKind, Scenario } from './model.js';

/** Version of the bundle folder's shape. A higher one is refused. */
export const BUNDLE_VERSION = 1;

/** Names within a bundle folder. */
export const BUNDLE_FILES = {
  run: 'run.json',
  capture: 'capture.pcapng',
  events: 'events.jsonl',
  secrets: 'secrets.json',
  documents: 'documents',
  logs: 'logs',
} as const;

/** `run.json`: what a recording is of, written before its first frame. */
export interface RunJson {
  readonly bundleVersion: typeof BUNDLE_VERSION;
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly bench: string;
  readonly place: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly plan: {
    readonly scope: string;
    readonly kinds: readonly EvidenceKind[];
    readonly sessions: number;
    /** Scripted scenarios; absent: none. */
    readonly scenarios?: readonly Scenario[];
    /** Lower-case colon form; null when the DUT's address is not known beforehand. */
    readonly dutMac: string | null;
    /** The bench only listened; absent: it took part. */
    readonly observed?: boolean;
  };
  /** The profile without secrets, as it was used; not looked into here. */
  readonly profile: unknown;
  /** SHA-256 in hex by file name, added when a recording ends orderly. */
  readonly digests?: Readonly<Record<string, string>>;
}

const MAC_ADDRESS = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

/** Read `run.json`. Throws ERR_BUNDLE_FORMAT for a newer version or a wrong shape. */
export function parseRunJson(text: string): RunJson {
  const run = parseObject(text);
  const version = run?.['bundleVersion'];
  if (run === null || typeof version !== 'number')
    throw new RallyError('ERR_BUNDLE_FORMAT', `${BUNDLE_FILES.run} is not the description of a run`);
  if (version > BUNDLE_VERSION)
    throw new RallyError('ERR_BUNDLE_FORMAT', `the bundle has version ${version}, this tool knows ${BUNDLE_VERSION}`);
  const plan = run['plan'];
  const ok =
    version === BUNDLE_VERSION &&
    isObject(run['tool']) &&
    isObject(run['environment']) &&
    isObject(plan) &&
    Array.isArray(plan['kinds']) &&
    typeof plan['sessions'] === 'number' &&
    (plan['scenarios'] === undefined || Array.isArray(plan['scenarios'])) &&
    isMacOrNull(plan['dutMac']);
  if (!ok) throw new RallyError('ERR_BUNDLE_FORMAT', `${BUNDLE_FILES.run} lacks what version ${version} has`);
  return run as unknown as RunJson;
}

/** What a run set out to show. */
export function abilityOf({ kinds, sessions, scenarios }: RunJson['plan']): Ability {
  return { kinds, sessions, ...(scenarios === undefined ? {} : { scenarios }) };
}

/** One line of `events.jsonl`. */
export function formatEvent({ monotonicMs, kind, detail }: BenchEvent): string {
  return `${JSON.stringify({ monotonicMs, kind, ...detail })}\n`;
}

/** The events of `events.jsonl`. The last line may be cut; a line that is no event is passed over. */
export function parseEvents(text: string): BenchEvent[] {
  return text.split('\n').flatMap((line) => {
    const event = parseObject(line);
    const { monotonicMs, kind, ...detail } = event ?? {};
    return typeof monotonicMs === 'number' && typeof kind === 'string' ? [{ monotonicMs, kind, detail }] : [];
  });
}

function isMacOrNull(value: unknown): boolean {
  return value === null || (typeof value === 'string' && MAC_ADDRESS.test(value));
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
