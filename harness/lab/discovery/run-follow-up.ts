import { randomBytes } from 'node:crypto';
import type { Clock } from '#base/clock.js';
import { createFollowUp, type FollowUpOptions } from '#discovery/follow-up.js';
import type { FetchOutput, FollowUpEngine, FollowUpOutput, SearchOutput } from '#discovery/engine.js';
import type { Recorder } from '#evidence/recorder.js';
import type { Progress } from '../job.js';
import { fetchFromDevice } from './http-client.js';
import { DiscoveryJournal } from './journal.js';
import { LatenessMeter } from './lateness-meter.js';
import type { NetworkFeed } from './network-feed.js';
import { SearchSockets } from './search-sockets.js';

/** What the bench can do to the device; each rejects when it failed. */
export interface Stimuli {
  readonly leave?: () => Promise<void>;
  readonly powerCycle?: () => Promise<void>;
}

export interface FollowUpRun {
  readonly declared: FollowUpOptions['declared'];
  readonly promised: FollowUpOptions['promised'];
  readonly addresses: readonly string[];
  readonly limitMs: number;
  readonly refreshWaitMs: number;
  readonly interfaceName: string;
  /** Our own address on the operational network, IPv4. */
  readonly ownAddress: string;
  readonly feed: NetworkFeed;
  readonly stimuli: Stimuli;
  readonly evidence: Recorder;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress: (event: Progress) => void;
}

/** Where the time of a follow-up went, milliseconds. */
export interface FollowUpTimes {
  readonly tookMs: number;
  /** Of that ours: what was due later than it should have been. The rest are waits of the protocols and the device. */
  readonly lateMs: number;
}

/**
 * The follow-up on a real network: sends and fetches what the engine asks for, tells it what comes, writes down all of
 * it. Resolves when it has ended; rejects with the signal's reason when it is aborted.
 */
export async function runFollowUp(run: FollowUpRun): Promise<FollowUpTimes> {
  return new Runner(run).run();
}

class Runner {
  private readonly engine: FollowUpEngine;
  private readonly journal: DiscoveryJournal;
  private readonly sockets: SearchSockets;
  private readonly abandon = new AbortController();
  private readonly signal: AbortSignal;
  private timer: NodeJS.Timeout | undefined;
  private lateMs = 0;
  /** How much later than asked what was asked of the network has left: the time of the engine stands still meanwhile. */
  private heldMs = 0;
  private finish: (outcome: 'all-seen' | 'limit') => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;

  constructor(private readonly run_: FollowUpRun) {
    const { declared, promised, addresses, ownAddress, limitMs, refreshWaitMs, stimuli } = run_;
    this.engine = createFollowUp({
      declared,
      promised,
      addresses,
      ownAddress,
      limitMs,
      refreshWaitMs,
      families: addresses.some((address) => address.includes(':')) ? ['ipv4', 'ipv6'] : ['ipv4'],
      abilities: { leave: stimuli.leave !== undefined, powerCycle: stimuli.powerCycle !== undefined },
      random: randomBytes,
    });
    this.journal = new DiscoveryJournal(run_.evidence, run_.clock);
    this.sockets = new SearchSockets({ interfaceName: run_.interfaceName, address: run_.ownAddress });
    this.signal = AbortSignal.any([run_.signal, this.abandon.signal]);
  }

  async run(): Promise<FollowUpTimes> {
    const beganMs = this.run_.clock.monotonicMs();
    const { addresses, limitMs, feed, signal } = this.run_;
    const ended = new Promise<'all-seen' | 'limit'>((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    const onAbort = (): void => {
      this.fail(signal.reason);
    };
    const meter = new LatenessMeter(this.run_.clock, (lateness) => {
      this.guarded(() => {
        this.journal.late(lateness);
      });
    });
    signal.addEventListener('abort', onAbort, { once: true });
    this.journal.started(addresses, limitMs);
    meter.start();
    try {
      signal.throwIfAborted();
      this.carryOut(this.engine.start(this.nowMs()));
      feed.passTo({
        datagram: (datagram) => {
          this.carryOut(this.engine.datagram(datagram, this.nowMs()));
        },
        address: (address) => {
          this.carryOut(this.engine.addressed(address, this.nowMs()));
        },
      });
      this.journal.ended(await ended);
      return { tookMs: this.run_.clock.monotonicMs() - beganMs, lateMs: this.lateMs + this.heldMs };
    } catch (error) {
      this.journal.ended('aborted');
      throw error;
    } finally {
      meter.stop();
      signal.removeEventListener('abort', onAbort);
      feed.passTo(null);
      clearTimeout(this.timer);
      this.abandon.abort();
      await this.sockets.closeAll();
    }
  }

  /** Time of the engine: a search is listened to as long as it should be from when it left, however late that was. */
  private nowMs(): number {
    return this.run_.clock.monotonicMs() - this.heldMs;
  }

  private carryOut(outputs: readonly FollowUpOutput[]): void {
    for (const output of outputs) {
      if (output.kind === 'search') this.watch(this.search(output));
      else if (output.kind === 'close') this.watch(this.close(output.name));
      else if (output.kind === 'fetch') this.watch(this.fetch(output));
      else if (output.kind === 'event') this.journal.event(output.name, output.detail);
      else if (output.kind === 'stimulate') this.watch(this.stimulate(output.name));
      else if (output.kind === 'end') this.finish(output.outcome);
      else if (output.kind === 'wake') this.wakeAt(output.atMs);
      else this.run_.onProgress(output);
    }
  }

  /** A failure of ours in something that is carried out beside ends the follow-up. */
  private watch(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.signal.aborted) this.fail(error);
    });
  }

  /** What a timer does has nobody else to tell that it failed, e.g. for a full disk. */
  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  private wakeAt(atMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        const nowMs = this.nowMs();
        this.lateMs += Math.max(0, nowMs - atMs);
        this.guarded(() => {
          this.carryOut(this.engine.tick(nowMs));
        });
      },
      Math.max(0, atMs - this.nowMs()),
    );
  }

  private async search(output: SearchOutput): Promise<void> {
    this.protocols.set(output.name, output.protocol);
    const askedMs = this.nowMs();
    try {
      await this.sockets.search(output);
      this.heldMs += Math.max(0, this.nowMs() - askedMs);
    } catch (error) {
      this.journal.searchFailed(output.name, error instanceof Error ? error.message : String(error));
    }
  }

  private readonly protocols = new Map<string, SearchOutput['protocol']>();

  private async close(name: string): Promise<void> {
    const port = await this.sockets.close(name);
    const protocol = this.protocols.get(name);
    if (port !== null && protocol !== undefined) this.journal.searched(name, protocol, port);
  }

  private async fetch(output: FetchOutput): Promise<void> {
    const startWallMs = this.run_.clock.wallMs();
    const { result, bodyBytes } = await fetchFromDevice(output, this.run_.interfaceName, this.signal);
    this.journal.fetched(output, startWallMs, result, bodyBytes);
    this.carryOut(this.engine.fetched(result, this.nowMs()));
  }

  private async stimulate(name: 'leave' | 'power-cycle'): Promise<void> {
    const { stimuli } = this.run_;
    let failed: string | null = null;
    this.journal.stimulating(name);
    try {
      await (name === 'leave' ? stimuli.leave?.() : stimuli.powerCycle?.());
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error);
    }
    this.carryOut(this.engine.stimulated(name, failed, this.nowMs()));
  }
}
