import type { FetchProblem, Search } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import { ssdpHeader } from '#wire/ssdp.js';
import {
  all,
  datagrams,
  discovery,
  fetches,
  keep,
  lateBench,
  ssdpText,
  wsdText,
  type Change,
} from './network-edits.js';

/** A conformant device of which the network shows too little, or oddly. */
export interface Situation {
  readonly name: string;
  readonly change: Change;
  readonly profile?: (usual: Profile) => Profile | null;
}

const DIED = { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };
const LOST = [{ source: 'sequence', count: 1, text: 'one frame' }] as const;
const CUT: Change = discovery(() => ({ isComplete: false }));
const SILENT: Change = all(
  keep(() => false),
  discovery(() => ({ fetches: [] })),
);
const CAPTURE: Change = all(
  discovery(() => ({ isComplete: false, sinceMs: null, limitMs: null, stimuli: [] })),
  (evidence) => ({ ...evidence, source: 'capture' }),
);
const UNANSWERED: Change = keep(({ isMulticast }) => isMulticast);
const UNASKED: Change = discovery(({ datagrams: usual }) => ({
  searches: [],
  datagrams: usual.filter(({ sender, isMulticast }) => sender === 'dut' && isMulticast),
}));

/** What the bench did, of which one search failed; the searches that were made are named too. */
const FAILED_SEARCH = (
  [
    ['leave', 'no operator'],
    ['search', null],
    ['search', 'no address of its own'],
  ] as const
).map(([kind, failed]) => ({ kind, name: kind, timeMs: 0, endMs: 0, failed }));

function withoutDiscovery(evidence: Evidence): Evidence {
  const { discovery: dropped, ...rest } = evidence;
  if (dropped === undefined) throw new RangeError('a run without discovery');
  return rest;
}

const more =
  (change: Partial<Evidence>): Change =>
  (evidence) => ({ ...evidence, ...change });

const problem = (code: FetchProblem['code'], text: string): Change =>
  fetches(() => ({ status: null, body: null, document: null, bodyBytes: 0, headers: [], problem: { code, text } }));

/** Without most of its time: what came after `share` of the whole was not seen. */
function until(share: number): Change {
  return discovery(({ datagrams: usual, searches, fetches: served, stimuli, sinceMs }) => {
    const first = sinceMs ?? 0;
    const untilMs = first + share * ((usual.at(-1)?.timeMs ?? first) - first);
    const part = usual.filter(({ timeMs }) => timeMs <= untilMs);
    return {
      ...{ isComplete: false, untilMs, datagrams: part, fetches: served.filter(({ endMs }) => endMs <= untilMs) },
      stimuli: stimuli.filter(({ timeMs }) => timeMs <= untilMs),
      searches: searches
        .filter(({ request }) => part.includes(request))
        .map(({ request, answers }) => ({ request, answers: answers.filter((each) => part.includes(each)), untilMs })),
    };
  });
}

/** When the last search was sent, milliseconds since 1970. */
function lastSearchMs({ discovery: seen }: Evidence): number {
  return Math.max(...(seen?.searches ?? []).map(({ request }) => request.timeMs));
}

/** A device that was told to leave at that time and has said nothing since. */
function gone(leftMs: number): Change {
  return all(
    keep(({ timeMs }) => timeMs <= leftMs),
    discovery(() => ({ stimuli: [{ kind: 'leave', name: 'leave', timeMs: leftMs, endMs: leftMs, failed: null }] })),
  );
}

/** MX of a search; 5 s where it has none. */
function mxMs({ request: { ssdp } }: Search): number {
  return 1000 * Number(ssdp === null ? 5 : (ssdpHeader(ssdp, 'MX')?.value ?? 5));
}

/** What a run of a conformant device may show too little of: no rule fails but where silence itself is judged. */
export const SITUATIONS: readonly Situation[] = [
  { name: 'nobody listened', change: withoutDiscovery },
  { name: 'nobody listened, and the bench failed', change: all(withoutDiscovery, more({ benchFailure: DIED })) },
  { name: 'nothing was heard', change: SILENT },
  { name: 'nothing was heard, and nobody listened to the end', change: all(SILENT, CUT) },
  { name: 'nothing was heard, and frames are missing', change: all(SILENT, more({ losses: LOST })) },
  { name: 'nothing was heard, and the bench failed', change: all(SILENT, more({ benchFailure: DIED })) },
  { name: 'nothing was heard in a capture', change: all(SILENT, CAPTURE) },
  { name: 'nothing was heard, and the bench was late', change: all(SILENT, lateBench(1_000_000)) },
  { name: 'the bench was late', change: lateBench(1_000_000) },
  { name: 'nobody listened to the end', change: CUT },
  { name: 'frames are missing', change: more({ losses: LOST }) },
  { name: 'the bench failed', change: more({ benchFailure: DIED }) },
  { name: 'a capture', change: CAPTURE },
  { name: 'a capture, and frames are missing', change: all(CAPTURE, more({ losses: LOST })) },
  {
    name: 'a capture in which nothing was fetched',
    change: all(
      CAPTURE,
      discovery(() => ({ fetches: [] })),
    ),
  },
  { name: 'the first tenth', change: until(0.1) },
  { name: 'the first half', change: until(0.5) },
  { name: 'nearly all', change: until(0.95) },
  { name: 'no time of the first address', change: discovery(() => ({ sinceMs: null })) },
  { name: 'the device was not told to leave', change: discovery(() => ({ stimuli: [] })) },
  {
    name: 'the device could not be told to leave',
    change: discovery(({ stimuli }) => ({ stimuli: stimuli.map((each) => ({ ...each, failed: 'no operator' })) })),
  },
  {
    name: 'the device was switched off and on, but not told to leave',
    change: discovery(({ stimuli }) => ({ stimuli: stimuli.filter(({ kind }) => kind === 'power-cycle') })),
  },
  {
    name: 'no farewell, and frames are missing',
    change: all(
      keep(({ ssdp }) => ssdp === null || ssdpHeader(ssdp, 'NTS')?.value !== 'ssdp:byebye'),
      more({ losses: LOST }),
    ),
  },
  { name: 'no searches', change: UNASKED },
  {
    name: 'no searches, as one of them failed',
    change: all(
      UNASKED,
      discovery(() => ({ stimuli: FAILED_SEARCH })),
    ),
  },
  {
    name: 'no searches, and announcements from another port',
    change: all(
      UNASKED,
      datagrams((each) => [{ ...each, source: { ...each.source, port: 50_100 } }]),
    ),
  },
  { name: 'no searches, in a capture', change: all(UNASKED, CAPTURE) },
  { name: 'no answers', change: UNANSWERED },
  { name: 'no answers, and frames are missing', change: all(UNANSWERED, more({ losses: LOST })) },
  { name: 'no answers, and the bench was late', change: all(UNANSWERED, lateBench(1000)) },
  { name: 'no answers, and nobody listened to the end', change: all(UNANSWERED, CUT) },
  { name: 'no answers, and the bench failed', change: all(UNANSWERED, more({ benchFailure: DIED })) },
  ...[500, 4999, 5000].map((listenedMs) => ({
    name: `no answers within ${listenedMs} ms`,
    change: all(
      UNANSWERED,
      discovery(({ searches }) => ({
        searches: searches.map((each) => ({ ...each, untilMs: each.request.timeMs + listenedMs })),
      })),
    ),
  })),
  ...[0, 1].map((beyondMs) => ({
    name: `no answers within MX and ${249 + beyondMs} ms`,
    change: all(
      UNANSWERED,
      discovery(({ searches }) => ({
        searches: searches.map((each) => ({ ...each, untilMs: each.request.timeMs + mxMs(each) + 249 + beyondMs })),
      })),
    ),
  })),
  { name: 'no answers, after the device has left', change: (evidence) => gone(lastSearchMs(evidence) - 1)(evidence) },
  { name: 'found later than the profile allows', change: discovery(() => ({ limitMs: 10 })) },
  {
    name: 'found after 40 s',
    change: discovery(({ sinceMs }) => ({ limitMs: null, sinceMs: (sinceMs ?? 0) - 40_000 })),
  },
  {
    name: 'found after 40 s on a late bench',
    change: all(
      discovery(({ sinceMs }) => ({ limitMs: null, sinceMs: (sinceMs ?? 0) - 40_000 })),
      lateBench(5000),
    ),
  },
  {
    name: 'found just in time',
    change: discovery(({ datagrams: usual, sinceMs }) => {
      const first = usual.find(({ sender }) => sender === 'dut');
      return { limitMs: (first?.timeMs ?? 0) - (sinceMs ?? 0) };
    }),
  },
  {
    name: 'found before it was seen to have an address',
    change: discovery(({ sinceMs }) => ({ sinceMs: (sinceMs ?? 0) + 60_000 })),
  },
  { name: 'answers alone', change: keep(({ isMulticast }) => !isMulticast) },
  {
    name: 'answers alone, and frames are missing',
    change: all(
      keep(({ isMulticast }) => !isMulticast),
      more({ losses: LOST }),
    ),
  },
  { name: 'announcements once', change: keep(({ isRepeat }) => !isRepeat) },
  {
    name: 'announcements once, and frames are missing',
    change: all(
      keep(({ isRepeat }) => !isRepeat),
      more({ losses: LOST }),
    ),
  },
  {
    name: 'watched until announcements have expired, and frames are missing',
    change: all(
      discovery(({ untilMs }) => ({ untilMs: untilMs + 3_600_000 })),
      more({ losses: LOST }),
    ),
  },
  { name: 'nothing was fetched', change: discovery(() => ({ fetches: [] })) },
  {
    name: 'nothing was fetched, and nobody listened to the end',
    change: all(
      discovery(() => ({ fetches: [] })),
      CUT,
    ),
  },
  { name: 'connections are refused', change: problem('refused', 'the connection was refused') },
  { name: 'HTTP is not answered', change: problem('timeout', 'no answer within 10 s') },
  {
    name: 'HTTP is not answered, and the bench was late',
    change: all(problem('timeout', 'no answer'), lateBench(1000)),
  },
  {
    name: 'HTTP breaks off, and the bench was late',
    change: all(problem('protocol', 'the answer breaks off'), lateBench(1000)),
  },
  { name: 'TLS fails', change: problem('tls', 'no cipher in common') },
  { name: 'status 404', change: fetches(() => ({ status: 404, body: null, document: null, bodyBytes: 0 })) },
  { name: 'empty documents', change: fetches(() => ({ body: Uint8Array.of(), bodyBytes: 0 })) },
  { name: 'documents are not at hand', change: fetches(() => ({ body: null })) },
  { name: 'documents that are no XML', change: fetches(() => ({ body: Uint8Array.of(0x3c, 0x3c), bodyBytes: 2 })) },
  { name: 'documents are cut', change: fetches(({ body }) => ({ body: body?.subarray(0, 300) ?? null })) },
  { name: 'SSDP that is no HTTP', change: ssdpText(() => 'hello') },
  { name: 'SSDP without headers', change: ssdpText((text) => `${text.split('\r\n')[0] ?? ''}\r\n\r\n`) },
  { name: 'SSDP without the last bytes', change: ssdpText((text) => text.slice(0, -2)) },
  { name: 'WS-Discovery that is no XML', change: wsdText(() => 'hello') },
  { name: 'WS-Discovery without the last bytes', change: wsdText((text) => text.slice(0, -10)) },
  { name: 'by IPv6', change: datagrams((each) => [{ ...each, family: 'ipv6' }]) },
  { name: 'no M1', change: more({ exchanges: [] }) },
  { name: 'no M1 and nothing heard', change: all(SILENT, more({ exchanges: [] })) },
  { name: 'no profile', change: more({}), profile: () => null },
  { name: 'no M1 and no profile', change: more({ exchanges: [] }), profile: () => null },
  {
    name: 'a profile that declares no transport',
    change: more({}),
    profile: (usual) => ({ ...usual, ics: { ...usual.ics, transports: ['none'] } }),
  },
];
