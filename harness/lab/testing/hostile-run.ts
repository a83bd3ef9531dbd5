import type { FetchOutput, FetchResult, FollowUpOutput } from '#discovery/engine.js';
import { createFollowUp } from '#discovery/follow-up.js';
import { ascii } from '#base/bytes.js';
import { fetchFromDevice, type HttpAnswer, type HttpLimits } from '../discovery/http-client.js';

export interface HostileRun {
  readonly answers: ReadonlyMap<string, HttpAnswer & { readonly durationMs: number }>;
  /** URLs that were not fetched, with the problem's code. */
  readonly refused: ReadonlyMap<string, string>;
  readonly outcome: 'all-seen' | 'limit';
  /** Most memory in use beyond what was at the start, bytes. */
  readonly grownBytes: number;
}

const DEVICE = '127.0.0.1';

/** What a device without services announces, type and UUID of {@link DESCRIPTION}. */
const USNS = ['uuid:x::upnp:rootdevice', 'uuid:x', 'uuid:x::x'];

export const DESCRIPTION =
  '<root xmlns="urn:schemas-upnp-org:device-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>' +
  '<device><deviceType>x</deviceType><UDN>uuid:x</UDN></device></root>';

const notify = (usn: string, location: string): string =>
  `NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nUSN: ${usn}\r\nLOCATION: ${location}\r\n\r\n`;

/** The follow-up of a device that announces descriptions at these places: time is simulated, fetching is real. */
export async function runHostile(locations: readonly string[], limits: HttpLimits, from = DEVICE): Promise<HostileRun> {
  const engine = createFollowUp({
    declared: { upnp: true, dpws: false },
    promised: { upnp: null, dpws: null },
    families: ['ipv4'],
    addresses: [DEVICE],
    ownAddress: '192.0.2.1',
    limitMs: 60_000,
    refreshWaitMs: 0,
    abilities: { leave: false, powerCycle: false },
    random: (lengthBytes) => new Uint8Array(lengthBytes),
  });
  const answers = new Map<string, HttpAnswer & { durationMs: number }>();
  const refused = new Map<string, string>();
  const atStart = memoryInUse();
  let most = atStart;
  const watch = setInterval(() => (most = Math.max(most, memoryInUse())), 10);
  let nowMs = 0;
  const queue: FollowUpOutput[] = [...engine.start(nowMs)];
  for (const location of locations)
    for (const usn of USNS) {
      const received = { protocol: 'ssdp', from: { address: from, port: 1900 }, isMulticast: true } as const;
      queue.push(...engine.datagram({ ...received, bytes: ascii(notify(usn, location)) }, ++nowMs));
    }
  let wakeMs = nowMs;
  try {
    for (;;) {
      const output = queue.shift();
      if (output === undefined) {
        nowMs = Math.max(nowMs, wakeMs);
        queue.push(...engine.tick(nowMs));
      } else if (output.kind === 'fetch') queue.push(...engine.fetched(await fetchOne(output), nowMs));
      else if (output.kind === 'wake') wakeMs = output.atMs;
      else if (output.kind === 'event' && output.name === 'fetch') noteRefusal(output.detail);
      else if (output.kind === 'end') {
        most = Math.max(most, memoryInUse());
        return { answers, refused, outcome: output.outcome, grownBytes: most - atStart };
      }
    }
  } finally {
    clearInterval(watch);
  }

  async function fetchOne(output: FetchOutput): Promise<FetchResult> {
    const startMs = performance.now();
    const answer = await fetchFromDevice(output, 'lo', new AbortController().signal, limits);
    answers.set(output.url, { ...answer, durationMs: performance.now() - startMs });
    return answer.result;
  }

  function noteRefusal(detail: Readonly<Record<string, unknown>>): void {
    const { url, problem } = detail as { url: string; problem: { code: string } };
    refused.set(url, problem.code);
  }
}

function memoryInUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
