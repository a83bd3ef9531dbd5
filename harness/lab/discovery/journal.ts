import type { Clock } from '#base/clock.js';
import type { FetchOutput, FetchResult, Protocol } from '#discovery/engine.js';
import type { Lateness } from '#evidence/discovery-model.js';
import type { Recorder } from '#evidence/recorder.js';

export type DiscoverySink = Pick<Recorder, 'event' | 'document'>;

/** Writes what the follow-up does into the bundle: events and documents. The frames are the capture's. */
export class DiscoveryJournal {
  private documents = 0;
  /** When the bench began to do something to the device, by its name. */
  private readonly began = new Map<string, number>();

  constructor(
    private readonly sink: DiscoverySink,
    private readonly clock: Clock,
  ) {}

  started(addresses: readonly string[], limitMs: number): void {
    this.event('discovery-start', { addresses, limitMs });
  }

  ended(outcome: 'all-seen' | 'limit' | 'aborted'): void {
    this.event('discovery-end', { outcome });
  }

  /** The bench begins to do this to the device; that it is done is an event of the follow-up. */
  stimulating(name: string): void {
    this.began.set(name, this.clock.wallMs());
  }

  /** A search was listened to until now, at this source port. */
  searched(name: string, protocol: Protocol, port: number): void {
    this.event('search', { name, protocol, port, untilMs: this.clock.wallMs() });
  }

  searchFailed(name: string, text: string): void {
    this.event('search-failed', { name, text });
  }

  /** @param startWallMs when the request was made, milliseconds since 1970 */
  fetched(request: FetchOutput, startWallMs: number, result: FetchResult, bodyBytes: number): void {
    const { purpose, method, url, messageId, headers } = request;
    const { body, status, httpVersion, problem } = result;
    const document = body === null || body.length === 0 ? null : this.keep(purpose, body);
    this.sink.event('fetch', {
      wallMs: startWallMs,
      endMs: this.clock.wallMs(),
      ...{ purpose, method, url, messageId, requestHeaders: headers },
      ...{ status, httpVersion, headers: result.headers, document, bodyBytes, problem },
    });
  }

  /** The bench did not keep up. */
  late({ startMs, endMs, lateMs }: Lateness): void {
    this.sink.event('bench-late', { wallMs: endMs, startMs, lateMs });
  }

  /** An event of the follow-up itself: what it did not do, and why. */
  event(name: string, detail: Readonly<Record<string, unknown>>): void {
    const beganMs = name === 'stimulus' ? this.began.get(String(detail['name'])) : undefined;
    this.sink.event(name, { wallMs: this.clock.wallMs(), ...(beganMs === undefined ? {} : { beganMs }), ...detail });
  }

  private keep(purpose: string, body: Uint8Array): string {
    this.documents++;
    const name = `${String(this.documents).padStart(3, '0')}-${purpose}.xml`;
    this.sink.document(name, body);
    return name;
  }
}
