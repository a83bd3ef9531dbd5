import type { Clock } from '#base/clock.js';
import { equal } from '#base/bytes.js';
import { NO_PROMISES, promisesOf, type Promises } from '#discovery/promise.js';
import type { Recorder } from '#evidence/recorder.js';
import type { WscMessage } from '#wire/wps/message.js';
import { OWN_ADDRESS } from '../daemon/dnsmasq.js';
import { NetworkFeed } from '../discovery/network-feed.js';
import type { FollowUpTimes, Stimuli } from '../discovery/run-follow-up.js';
import type { RecordJob } from '../job.js';
import type { RadioPlan } from './radio-plan.js';

/** Kept of the operational network: an hour of a device's announcements and some megabytes of documents. */
const CAPTURE_LIMIT_BYTES = 64 * 1024 * 1024;

export interface RadioFollowUpOptions {
  readonly job: RecordJob;
  readonly evidence: Recorder;
  readonly clock: Clock;
  /** What the profile declares. */
  readonly declared: RadioPlan['declared'];
  /** Of the network that is joined. */
  readonly interfaceName: string;
  /** Its place among the recorder's interfaces. */
  readonly interfaceId: number;
  readonly fail: (error: unknown) => void;
}

/** Looks for the device on the network it was given the key of, by what its M1 and the profile say. */
export class RadioFollowUp {
  private promises: Promises = NO_PROMISES;

  private constructor(
    private readonly options: RadioFollowUpOptions,
    private readonly feed: NetworkFeed,
  ) {}

  /** Listens from now on: long before the device has the key. Throws RallyError as {@link NetworkFeed.open} does. */
  static async open(options: RadioFollowUpOptions): Promise<RadioFollowUp> {
    const { interfaceName, interfaceId, evidence, fail } = options;
    const feed = await NetworkFeed.open({
      interfaceName,
      interfaceId,
      evidence,
      limitBytes: CAPTURE_LIMIT_BYTES,
      onFailure: fail,
    });
    return new RadioFollowUp(options, feed);
  }

  /** A session begins: what the device said before is not its announcement. */
  begin(): void {
    this.promises = NO_PROMISES;
    this.feed.forget();
  }

  /** The device's address, 6 bytes. */
  device(mac: Uint8Array): void {
    if (this.feed.device === null || !equal(this.feed.device, mac)) this.feed.device = mac.slice();
  }

  m1(m1: WscMessage): void {
    this.promises = promisesOf(m1);
  }

  /** True when this run is to show discovery, and the device or its profile declares some. */
  get isDue(): boolean {
    const { upnp, dpws } = this.declared();
    return (upnp || dpws) && this.options.job.kinds.some((kind) => kind === 'ssdp' || kind === 'wsd');
  }

  /** The device has these addresses (text form). Throws the signal's reason, and what the bench fails of. */
  async run(addresses: readonly string[], stimuli: Stimuli, signal: AbortSignal): Promise<FollowUpTimes> {
    const { job, evidence, clock, interfaceName } = this.options;
    const { discoveryMs, refreshMs } = job.profile.ixit.limits;
    // Loaded when it is needed: its libraries are half of what an emulated machine takes to start this program.
    const { runFollowUp } = await import('../discovery/run-follow-up.js');
    return runFollowUp({
      declared: this.declared(),
      promised: this.promises.promised,
      addresses,
      limitMs: discoveryMs,
      refreshWaitMs: refreshMs,
      interfaceName,
      ownAddress: OWN_ADDRESS,
      feed: this.feed,
      stimuli,
      evidence,
      clock,
      signal,
      onProgress: (event) => {
        evidence.event('progress', { step: event.step });
        job.onProgress(event);
      },
    });
  }

  /** Tell what was missed since the last time. */
  noteLosses(): void {
    const { evidence, clock } = this.options;
    const dropped = this.feed.takeDropped();
    const { beyondLimit } = this.feed;
    this.feed.beyondLimit = 0;
    const loss = (source: string, count: number, text: string): void => {
      if (count > 0) evidence.event('loss', { source, count, text, wallMs: clock.wallMs() });
    };
    loss('kernel', dropped, `the kernel dropped ${dropped} frames of the network for want of buffer`);
    loss(
      'limit',
      beyondLimit,
      `${beyondLimit} frames of the network came when the capture had its ${CAPTURE_LIMIT_BYTES} bytes`,
    );
  }

  close(): void {
    this.feed.close();
  }

  private declared(): Promises['declared'] {
    const { declared } = this.options;
    return {
      upnp: declared.upnp || this.promises.declared.upnp,
      dpws: declared.dpws || this.promises.declared.dpws,
    };
  }
}
