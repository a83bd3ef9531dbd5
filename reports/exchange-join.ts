import { toHex } from '#base/bytes.js';
import { millisecondsOf } from '#base/nanoseconds.js';
import type { Evidence, Exchange, JoinFact, ManagementFrame } from '#evidence/model.js';
import type { SequenceMessage, SequenceNote } from './sequence.js';

export type ExchangeLane = 'dut' | 'access-point' | 'registrar';

/** A row that has its time. */
export type TimedRow = (SequenceMessage<ExchangeLane> | SequenceNote) & { readonly timeNs: bigint };

/** How long after its frames an access point may tell of a step, milliseconds. */
const SAME_STEP_MS = 10_000;

/**
 * What passed between the DUT and the access point around an exchange: before it what led to it, after it how the
 * device joined. What lies between two exchanges belongs to the later one from where the device looks for a Registrar.
 */
export function accessPointRows(exchange: Exchange, evidence: Evidence): TimedRow[] {
  const all = stepsOf(evidence);
  const index = evidence.exchanges.indexOf(exchange);
  const [own, next] = [evidence.exchanges[index], evidence.exchanges[index + 1]];
  const [from, until] = [beginOf(own), beginOf(next)];
  const before = index === 0 ? -Infinity : boundary(all, beginOf(evidence.exchanges[index - 1]), from);
  const after = next === undefined ? Infinity : boundary(all, from, until);
  return withRepetitions(all.filter(({ timeMs }) => timeMs >= before && timeMs < after).map(({ row }) => row));
}

/** Probe Requests are sent on every channel, and again: the first of a chart stands for the search. */
function withRepetitions(rows: readonly TimedRow[]): TimedRow[] {
  let isSearching = false;
  return rows.map((row) => {
    if (row.kind === 'note' || !row.name.startsWith(MANAGEMENT['probe-request'][0])) return row;
    const look = isSearching ? 'again' : 'plain';
    isSearching = true;
    return { ...row, look };
  });
}

interface Step {
  readonly timeMs: number;
  /** `seeks`: on the way to a registration. `joins`: on the way onto the network that a registration gave it. */
  readonly way: 'seeks' | 'joins' | 'neither';
  readonly row: TimedRow;
}

function beginOf(exchange: Exchange | undefined): number {
  const timeNs = exchange?.starts?.[0]?.timeNs ?? exchange?.packets[0]?.frame.timeNs;
  return timeNs === undefined ? Infinity : millisecondsOf(timeNs);
}

/** Where, between the begins of two exchanges, the later one begins to be prepared. */
function boundary(all: readonly Step[], from: number, until: number): number {
  const between = all.filter(({ timeMs }) => timeMs >= from && timeMs < until);
  const joined = between.findLastIndex(({ way }) => way === 'joins');
  return between.slice(joined + 1).find(({ way }) => way === 'seeks')?.timeMs ?? until;
}

/** Every step of the DUT that concerns an access point, by time. */
function stepsOf({ join = [], management, dutMac }: Evidence): Step[] {
  const shown = managementSteps(management, dutMac);
  const frames = new Set(shown.flatMap(({ row }) => (row.kind === 'message' ? row.frames : [])));
  const facts = join.filter((fact) => (fact.frame === undefined ? !isSeen(fact, join) : !frames.has(fact.frame)));
  return [...shown, ...facts.flatMap(factSteps)].sort((a, b) => a.timeMs - b.timeMs);
}

/** The access point told of what its frames show as well. */
function isSeen({ state, timeMs }: JoinFact, join: readonly JoinFact[]): boolean {
  return join.some(
    (other) => other.frame !== undefined && other.state === state && Math.abs(other.timeMs - timeMs) < SAME_STEP_MS,
  );
}

const MANAGEMENT = {
  'probe-request': ['Probe Request with a WPS IE', 'seeks'],
  'probe-response': ['Probe Response with a WPS IE', 'neither'],
  'association-request': ['Association Request with a WPS IE', 'seeks'],
  'association-response': ['Association Response with a WPS IE', 'neither'],
} as const satisfies Record<Exclude<ManagementFrame['kind'], 'beacon'>, readonly [string, Step['way']]>;

/** Answers to probes are many and alike: the first shows that they were there. Beacons are of nobody's step. */
function managementSteps(frames: readonly ManagementFrame[], dutMac: Uint8Array | null): Step[] {
  const own = dutMac === null ? '' : toHex(dutMac);
  const seen = new Set<string>();
  return frames.flatMap(({ kind, frame, transmitter }): Step[] => {
    if (kind === 'beacon') return [];
    const isOfAccessPoint = kind !== 'probe-request' && kind !== 'association-request';
    const key = `${kind} ${toHex(transmitter)}`;
    const isKnown = seen.has(key);
    seen.add(key);
    if (isOfAccessPoint && kind !== 'association-response' && isKnown) return [];
    const [what, way] = MANAGEMENT[kind];
    const name = kind === 'probe-request' && toHex(transmitter) !== own ? `${what}, from another address` : what;
    const row: TimedRow = {
      kind: 'message',
      timeNs: frame.timeNs,
      from: isOfAccessPoint ? 'access-point' : 'dut',
      to: isOfAccessPoint ? 'dut' : 'access-point',
      name,
      frames: [frame.number],
      look: 'plain',
      marks: [],
    };
    return [{ timeMs: millisecondsOf(frame.timeNs), way, row }];
  });
}

function factSteps(fact: JoinFact): Step[] {
  const { state, timeMs, frame, source } = fact;
  const timeNs = BigInt(Math.round(timeMs * 1000)) * 1000n;
  const frames = frame === undefined ? [] : [frame];
  const message = (toDut: boolean, name: string, way: Step['way'] = 'joins'): Step[] => {
    const [from, to] = toDut ? (['access-point', 'dut'] as const) : (['dut', 'access-point'] as const);
    return [{ timeMs, way, row: { kind: 'message', timeNs, from, to, name, frames, look: 'plain', marks: [] } }];
  };
  switch (state) {
    case 'registering':
      return message(false, 'Association Request with a WPS IE', 'seeks');
    case 'requested':
      return message(false, `Association Request${fact.isSecured === true ? ', protected network' : ''}`);
    case 'associated':
      return message(true, 'Association Response, taken in', 'neither');
    case 'key-message': {
      const number = fact.keyMessage ?? 0;
      return message(number % 2 === 1, `4-way handshake, message ${number}`);
    }
    case 'handshake':
      // Its last message stands there already where frames show it.
      return source === 'frames' ? [] : message(false, '4-way handshake, complete');
    case 'address':
      return message(false, `speaks from its address ${fact.address ?? ''}`);
    case 'left':
      return message(false, `takes its leave, reason code ${fact.reasonCode ?? 'unknown'}`, 'neither');
    case 'lost':
      return [
        {
          timeMs,
          way: 'neither',
          row: { kind: 'note', timeNs, text: 'The access point has the device no more', tone: 'muted' },
        },
      ];
  }
}
