import { equal, toHex } from '#base/bytes.js';
import type { Clock } from '#base/clock.js';
import { MacHeaderView, MANAGEMENT } from '#wire/dot11/mac-header.js';
import { RadiotapView } from '#wire/dot11/radiotap.js';
import { subtypeFilter } from '../link/packet-filter.js';
import { PacketSocket } from '../link/packet-socket.js';
import { PushButtons, pushedButtonOf, type PushedButton } from './push-buttons.js';
import type { Closing } from './radio-closing.js';

/** Every EtherType: what a monitor delivers has none. */
const ETH_P_ALL = 0x0003;
/**
 * A look now and then at a few frames costs the same in a crowded channel as in a quiet one. A button counts for two
 * minutes, in which an access point sends a thousand Beacons.
 */
const LOOK_EVERY_MS = 200;
const FRAMES_A_LOOK = 32;
const BUFFER_BYTES = 32 * 1024;
/** Apart, so that Beacons do not take the room of the few Probe Requests there are. */
const GROUPS = [[MANAGEMENT.probeRequest], [MANAGEMENT.beacon, MANAGEMENT.probeResponse]] as const;

export interface RadioNeighboursOptions {
  readonly monitor: string;
  /** Addresses of our own networks, 6 bytes each; may grow. */
  readonly networks: readonly Uint8Array[];
  /** The device's address, 6 bytes, as far as it is known. */
  readonly device: () => Uint8Array | null;
  readonly clock: Clock;
  readonly closing: Closing;
}

/** Looks out for strangers in push-button mode, by what the monitor hears; nothing of it is recorded. */
export class RadioNeighbours {
  private readonly buttons: PushButtons;
  private readonly radiotap = new RadiotapView();
  private readonly mac = new MacHeaderView();
  private told: PushedButton[] = [];
  private onOverlap: ((strangers: readonly PushedButton[]) => void) | null = null;

  private constructor(private readonly options: RadioNeighboursOptions) {
    this.buttons = new PushButtons(options.networks);
  }

  /** Throws RallyError: see {@link PacketSocket.open}. */
  static async open(options: RadioNeighboursOptions): Promise<RadioNeighbours> {
    const { monitor, closing } = options;
    const neighbours = new RadioNeighbours(options);
    const sockets: PacketSocket[] = [];
    for (const subtypes of GROUPS) {
      const socket = await PacketSocket.open({
        interfaceName: monitor,
        etherType: ETH_P_ALL,
        multicast: [],
        receiveBufferBytes: BUFFER_BYTES,
      });
      closing.add(() => {
        socket.close();
      });
      socket.filter(subtypeFilter(subtypes));
      sockets.push(socket);
    }
    const timer = setInterval(() => {
      neighbours.look(sockets);
    }, LOOK_EVERY_MS);
    closing.add(() => {
      clearInterval(timer);
    });
    return neighbours;
  }

  /** A session by push button begins: tell with whom it overlaps, each once, now and until its end. */
  begin(onOverlap: (strangers: readonly PushedButton[]) => void): void {
    this.onOverlap = onOverlap;
    this.told = [];
    this.tell();
  }

  end(): void {
    this.onOverlap = null;
  }

  /** Somebody says otherwise than in the air that its button was pushed. */
  see(pushed: PushedButton): void {
    this.buttons.see(pushed, this.options.clock.monotonicMs());
    this.tell();
  }

  private look(sockets: readonly PacketSocket[]): void {
    const nowMs = this.options.clock.monotonicMs();
    for (const socket of sockets)
      for (const { bytes } of socket.take(FRAMES_A_LOOK)) {
        const pushed = pushedButtonOf(bytes, this.radiotap, this.mac);
        if (pushed !== null) this.buttons.see(pushed, nowMs);
      }
    this.tell();
  }

  private tell(): void {
    if (this.onOverlap === null) return;
    const strangers = this.buttons.overlap(this.options.device(), this.options.clock.monotonicMs());
    const fresh = strangers.filter((stranger) => !this.told.some((known) => equal(known.address, stranger.address)));
    if (fresh.length === 0) return;
    this.told.push(...fresh);
    this.onOverlap(fresh);
  }
}

/** `device 02:00:00:00:03:00`: how messages name somebody in push-button mode. */
export function buttonText({ role, address }: PushedButton): string {
  return `${role} ${toHex(address, ':')}`;
}
