import { equal, toHex } from '#base/bytes.js';
import type { RallyError } from '#base/error.js';
import { decodeEthernet, encodeEthernet, ETHERTYPE, PAE_GROUP_ADDRESS } from '#wire/ethernet.js';
import { asRallyError } from '../failure.js';
import { PacketSocket, type ReceivedFrame } from '../link/packet-socket.js';

/** What the link hands on. Frames come only while someone listens; see {@link EapolLink.listen}. */
export interface EapolListener {
  /** One EAPOL packet of the device, from its version byte on. Its frame is recorded already. */
  packet(eapol: Uint8Array): void;
  failure(error: RallyError): void;
}

export interface FrameSink {
  /** A frame as it stood on the wire. `timeNs` since 1970. Throws RallyError ERR_DISK. */
  frame(bytes: Uint8Array, timeNs: bigint, from: 'dut' | 'bench'): void;
}

/**
 * EAPOL with one device on one interface. The first sender becomes the device, unless its address is known beforehand;
 * frames of others are counted, not answered and not recorded.
 */
export class EapolLink {
  /** Frames that came while no session was open. */
  outsideSessions = 0;
  /** Frames the link did not take: the device's end was down. */
  notSent = 0;
  /** Frames of other senders, by address (lower-case colon form). */
  readonly strangers = new Map<string, number>();
  private listener: EapolListener | null = null;
  private failed: RallyError | null = null;

  private constructor(
    private readonly socket: PacketSocket,
    private readonly sink: FrameSink,
    private peer: Uint8Array | null,
  ) {}

  /** Throws RallyError: see {@link PacketSocket.open}. */
  static async open(interfaceName: string, peer: Uint8Array | null, sink: FrameSink): Promise<EapolLink> {
    const socket = await PacketSocket.open({
      interfaceName,
      etherType: ETHERTYPE.Eapol,
      multicast: [PAE_GROUP_ADDRESS],
    });
    const link = new EapolLink(socket, sink, peer);
    socket.listen({
      frame: (frame) => {
        try {
          link.receive(frame);
        } catch (error) {
          link.fail(asRallyError(error));
        }
      },
      failure: (error) => {
        link.fail(error);
      },
    });
    return link;
  }

  /** The device's address, once known. */
  get peerMac(): Uint8Array | null {
    return this.peer;
  }

  /** Hand packets to this listener (null: to nobody) from now on. A link that failed before says so at once. */
  listen(listener: EapolListener | null): void {
    this.listener = listener;
    if (this.failed !== null) listener?.failure(this.failed);
  }

  /** Send one EAPOL packet: to the device, or to the port access entities' group while it is unknown. */
  send(eapol: Uint8Array): void {
    const frame = encodeEthernet({
      destination: this.peer ?? PAE_GROUP_ADDRESS,
      source: this.socket.mac,
      etherType: ETHERTYPE.Eapol,
      payload: eapol,
    });
    const timeNs = this.socket.send(frame);
    if (timeNs === null) this.notSent += 1;
    else this.sink.frame(frame, timeNs, 'bench');
  }

  /** Frames the kernel dropped since the last call. */
  takeDropped(): number {
    return this.socket.takeDropped();
  }

  close(): void {
    this.listener = null;
    this.socket.close();
  }

  private fail(error: RallyError): void {
    this.failed ??= error;
    this.listener?.failure(error);
  }

  private receive(received: ReceivedFrame): void {
    const frame = decodeEthernet(received.bytes);
    if (frame === null) return;
    if (this.listener === null) {
      this.outsideSessions += 1;
      return;
    }
    this.peer ??= Uint8Array.from(frame.source);
    if (!equal(this.peer, frame.source)) {
      const address = toHex(frame.source, ':');
      this.strangers.set(address, (this.strangers.get(address) ?? 0) + 1);
      return;
    }
    this.sink.frame(received.bytes, received.timeNs, 'dut');
    this.listener.packet(frame.payload);
  }
}
