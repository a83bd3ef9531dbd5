import type { Clock } from '#base/clock.js';
import type { Recorder } from '#evidence/recorder.js';
import { macBytes } from '#evidence/mac-key.js';
import { SequenceMeter } from '#evidence/sequence-loss.js';
import { RadiotapView } from '#wire/dot11/radiotap.js';
import { addressFilter } from '../link/packet-filter.js';
import { PacketSocket } from '../link/packet-socket.js';
import { setUpMonitor } from './radio-adapters.js';
import { addressText, RadioCapture, type RadioCaptureOptions } from './radio-capture.js';
import type { Closing } from './radio-closing.js';
import type { RadioPlan } from './radio-plan.js';

/** Kept of what the monitor hears: an hour of two networks' beacons and a device's traffic. */
const CAPTURE_LIMIT_BYTES = 64 * 1024 * 1024;
/** Every EtherType: what a monitor delivers has none. */
const ETH_P_ALL = 0x0003;

export interface RadioMonitorOptions extends Pick<RadioCaptureOptions, 'interfaces' | 'onEapol'> {
  readonly plan: RadioPlan;
  readonly evidence: Recorder;
  readonly clock: Clock;
  readonly fail: (error: unknown) => void;
  readonly closing: Closing;
}

/** The monitor's adapter: what it hears of the device and the networks, recorded; what it did not hear, counted. */
export class RadioMonitor {
  readonly capture: RadioCapture;
  private readonly meter = new SequenceMeter();
  private readonly radiotap = new RadiotapView();
  /** Addresses of the networks that are listened to, 6 bytes each. */
  readonly networks: Uint8Array[] = [];

  private constructor(
    private readonly socket: PacketSocket,
    private readonly options: RadioMonitorOptions,
  ) {
    const { evidence, clock, fail, interfaces, onEapol } = options;
    this.capture = new RadioCapture({
      evidence,
      clock,
      networks: this.networks,
      interfaces,
      ...(onEapol === undefined ? {} : { onEapol }),
      onDevice: (device) => {
        this.follow(device);
      },
      onFailure: fail,
      limitBytes: CAPTURE_LIMIT_BYTES,
    });
    this.follow();
  }

  /** Set the adapter up and listen; hears nothing of a network before it is told of. Throws RallyError. */
  static async open(options: RadioMonitorOptions): Promise<RadioMonitor> {
    const { plan, closing, fail } = options;
    await setUpMonitor(plan, closing);
    const socket = await PacketSocket.open({
      interfaceName: plan.radio.monitor,
      etherType: ETH_P_ALL,
      multicast: [],
    });
    closing.add(() => {
      socket.close();
    });
    const monitor = new RadioMonitor(socket, options);
    closing.add(() => {
      monitor.capture.flush();
    });
    socket.listen({
      frame: ({ bytes, timeNs }) => {
        monitor.count(bytes);
        monitor.capture.air(bytes, timeNs);
      },
      failure: fail,
    });
    return monitor;
  }

  /** Listen to a network too; its address has 6 bytes. */
  addNetwork(address: Uint8Array): void {
    this.networks.push(address);
    this.follow(address);
  }

  /** Tell what was missed since the last time. `alsoDropped`: frames the kernel dropped elsewhere. */
  noteLosses(alsoDropped = 0): void {
    const { evidence, clock } = this.options;
    const loss = (source: string, count: number, text: string): void => {
      if (count > 0) evidence.event('loss', { source, count, text, wallMs: clock.wallMs() });
    };
    const dropped = alsoDropped + this.socket.takeDropped();
    loss('kernel', dropped, `the kernel dropped ${dropped} frames for want of buffer`);
    const { missed, beyondLimit } = this.capture;
    loss(
      'limit',
      beyondLimit,
      `${beyondLimit} frames in the air came when the capture had its ${CAPTURE_LIMIT_BYTES} bytes`,
    );
    // The access point's copies stand in for these, so they are no loss of the recording.
    if (missed > 0) evidence.event('monitor-missed', { count: missed });
    this.capture.missed = 0;
    this.capture.beyondLimit = 0;
    for (const [key, { frames, certain, possible, jumps }] of this.meter.take()) {
      const address = addressText(macBytes(key));
      evidence.event('sequence', { address, frames, certain, possible, jumps });
      loss(
        'sequence',
        certain,
        `the sequence numbers of ${address} show that ${certain} of its data frames were not heard`,
      );
    }
  }

  private count(bytes: Uint8Array): void {
    const { radiotap } = this;
    if (!radiotap.read(bytes, 0, bytes.length) || radiotap.badFcs) return;
    this.meter.frame(bytes, radiotap.lengthBytes, bytes.length - radiotap.fcsBytes);
  }

  /** Have the kernel keep everybody else's frames from us, so that a crowded channel does not fill the buffer. */
  private follow(address?: Uint8Array): void {
    if (address !== undefined) this.meter.follow(address);
    const { device } = this.capture;
    this.socket.filter(addressFilter(device === null ? this.networks : [...this.networks, device]));
  }
}
