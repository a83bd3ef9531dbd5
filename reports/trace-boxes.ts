import type { Trace, TracePromise, TraceRow, TraceWay } from '#judge/trace.js';
import type { Tone } from './svg.js';
import { visible } from './text.js';
import { agreementText, isParting, originText } from './trace-words.js';

/** What is drawn as one box: rows of one layer that say the same. */
export interface Box {
  readonly places: string;
  readonly value: string;
  readonly origin: string;
  /** Below the value, where it is not as it should be. */
  readonly remark: string;
  readonly tone: Tone;
  readonly mark: 'tick' | 'cross' | null;
  /** What the value is compared with, to mark what differs. */
  readonly expected: string | null;
}

/** A stripe of the picture: boxes over its whole width, or by lane. */
export interface Band {
  readonly label: string;
  readonly all: readonly Box[];
  readonly lanes: ReadonlyMap<TraceWay, readonly Box[]>;
}

/** Label of the band of container ids. */
export const CONTAINER = 'container id';

/** The stripes of a trace from top to bottom; those without a box are left out. */
export function bandsOf(trace: Trace, ways: readonly TraceWay[]): Band[] {
  const { rows, promises } = trace;
  const boxes = (way: TraceWay | null, ...layers: readonly TraceRow['layer'][]): Box[] => {
    const expected = promises.find((each) => each.way === way)?.expected ?? null;
    const own = rows.filter((row) => row.way === way && layers.includes(row.layer));
    return merged(trace, own, expected);
  };
  const byLane = (of: (way: TraceWay) => readonly Box[]): Band['lanes'] => new Map(ways.map((way) => [way, of(way)]));
  const bands: readonly Band[] = [
    { label: 'Probe Request', all: boxes(null, 'probe'), lanes: new Map() },
    { label: 'M1', all: boxes(null, 'm1'), lanes: byLane((way) => boxes(way, 'm1')) },
    {
      label: 'Windows waits for',
      all: [],
      lanes: byLane((way) => promises.filter((each) => each.way === way).map(promiseBox)),
    },
    { label: 'announced', all: [], lanes: byLane((way) => boxes(way, 'announcement')) },
    { label: 'answered', all: [], lanes: byLane((way) => boxes(way, 'answer')) },
    { label: 'documents', all: [], lanes: byLane((way) => boxes(way, 'document')) },
    { label: CONTAINER, all: [], lanes: byLane((way) => boxes(way, 'container')) },
  ];
  return bands.filter(({ all, lanes }) => all.length + [...lanes.values()].flat().length > 0);
}

/** Rows that say the same make one box. */
function merged(trace: Trace, rows: readonly TraceRow[], expected: string | null): Box[] {
  const groups = new Map<string, TraceRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.sent, row.agreement, row.how]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group): Box[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { agreement, layer } = first;
    const tones = { given: 'given', agrees: 'good', parts: 'bad', alone: 'quiet' } as const;
    const isCompared = agreement === 'parts' && layer !== 'container' && layer !== 'm1';
    return [
      {
        places: group.map(({ place }) => place).join(', '),
        value: visible(first.sent),
        origin: group.map(({ at, count }) => `${originText(at)}${count > 1 ? ` (${count} times)` : ''}`).join('; '),
        remark: agreement === 'parts' || agreement === 'alone' ? agreementText(first, isParting(trace, first)) : '',
        tone: tones[agreement],
        mark: agreement === 'agrees' ? 'tick' : agreement === 'parts' ? 'cross' : null,
        expected: isCompared ? expected : null,
      },
    ];
  });
}

function promiseBox({ transport, expected, origin, problem }: TracePromise): Box {
  const from =
    origin === 'transport-uuid' ? 'its Transport UUID in M1, as lower-case text' : 'UUID-E of M1, as lower-case text';
  return {
    places: transport,
    value: expected ?? 'cannot be told',
    origin: expected === null ? '' : from,
    remark: problem,
    tone: expected === null ? 'bad' : 'given',
    mark: null,
    expected: null,
  };
}
