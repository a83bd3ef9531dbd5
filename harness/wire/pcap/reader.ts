import { toHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import { MAX_BLOCK_BYTES } from './blocks.js';
import type { PacketView } from './packet.js';
import { createPcapFormat } from './pcap-format.js';
import { createPcapngFormat, isSectionHeader } from './pcapng-format.js';

/** What a reader delivers to. */
export interface CaptureSink {
  /** The view is valid only during the call. */
  packet(packet: PacketView): void;
  /** The capture's own count of lost packets on an interface, a total since its begin (pcapng statistics). */
  dropped?(interfaceId: number, count: number): void;
}

/** What {@link CaptureReader.finish} says of the whole file. */
export interface CaptureSummary {
  readonly format: 'pcap' | 'pcapng';
  /** Packets delivered. */
  readonly packets: number;
  /** Packets of interfaces whose link type this tool does not read. */
  readonly skipped: number;
  /** Numbers of those link types, in order of appearance. */
  readonly unknownLinkTypes: readonly number[];
  /** Set when the file ends within a record or block: where that begins, and how many of its bytes are there. */
  readonly cut: { readonly offset: number; readonly haveBytes: number } | null;
}

/** One file format: knows how long its next record is and what to make of it. */
export interface Format {
  readonly name: 'pcap' | 'pcapng';
  /** Bytes from the begin of a record that {@link Format.measure} needs. */
  readonly headerBytes: number;
  /** Whether the record that was measured last is to be delivered to {@link Format.record}; else it is skipped. */
  readonly wanted: boolean;
  /** Length of the record at `bytes[at]`, which is at `offset` of the file. Throws ERR_CAPTURE_FORMAT. */
  measure(bytes: Uint8Array, at: number, offset: number): number;
  /** The whole record of `lengthBytes` at `bytes[at]`. Throws ERR_CAPTURE_FORMAT, ERR_LINK_TYPE. */
  record(bytes: Uint8Array, at: number, lengthBytes: number, offset: number): void;
  summary(): Pick<CaptureSummary, 'packets' | 'skipped' | 'unknownLinkTypes'>;
  /** The file is over. Throws ERR_LINK_TYPE when nothing of it could be read. */
  finish(): void;
}

/** First bytes of what people take for a capture, with what it is. */
const OTHER_FILES: readonly (readonly [string, string])[] = [
  ['1f8b', 'gzip'],
  ['28b52ffd', 'zstd'],
  ['fd377a58', 'xz'],
  ['04224d18', 'lz4'],
  ['425a68', 'bzip2'],
  ['504b0304', 'a ZIP archive'],
  ['736e6f6f', 'a snoop capture'],
];

const MAGIC_BYTES = 4;

/**
 * Reads pcap (microseconds and nanoseconds, both byte orders) and pcapng from a stream, chunk by chunk. Holds at most
 * one record, of at most {@link MAX_BLOCK_BYTES} bytes; a packet that lies whole in a chunk is not copied.
 */
export class CaptureReader {
  private readonly sink: CaptureSink;
  private format: Format | null = null;
  /** Offset in the file of the record that comes next, or is being held or skipped. */
  private offset = 0;
  private skipBytes = 0;
  private held = new Uint8Array(4096);
  private heldBytes = 0;
  /** Bytes from the begin of the record without which {@link step} cannot go on. */
  private needBytes = MAGIC_BYTES;
  private startOfSkipped = 0;

  constructor(sink: CaptureSink) {
    this.sink = sink;
  }

  /** The next bytes of the file. Throws ERR_CAPTURE_FORMAT and ERR_LINK_TYPE, with the offset in the message. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.skipBytes > 0) {
        const taken = Math.min(this.skipBytes, chunk.length - at);
        this.skipBytes -= taken;
        this.offset += taken;
        at += taken;
      } else if (this.heldBytes > 0) {
        at += this.hold(chunk.subarray(at, at + this.needBytes - this.heldBytes));
        if (this.heldBytes < this.needBytes) return;
        // A step takes all that is held, or asks for more.
        if (this.step(this.held, 0, this.heldBytes) > 0) this.heldBytes = 0;
      } else {
        const taken = this.step(chunk, at, chunk.length);
        at += taken > 0 ? taken : this.hold(chunk.subarray(at));
      }
    }
  }

  /** No more bytes. Throws ERR_CAPTURE_FORMAT for a file too short to be known, ERR_LINK_TYPE if nothing was readable. */
  finish(): CaptureSummary {
    const { format } = this;
    if (format === null) {
      if (this.heldBytes === 0) throw new RallyError('ERR_CAPTURE_FORMAT', 'the file is empty');
      throw new RallyError('ERR_CAPTURE_FORMAT', `the file has only ${this.heldBytes} bytes`);
    }
    format.finish();
    let cut: CaptureSummary['cut'] = null;
    if (this.skipBytes > 0) cut = { offset: this.startOfSkipped, haveBytes: this.offset - this.startOfSkipped };
    else if (this.heldBytes > 0) cut = { offset: this.offset, haveBytes: this.heldBytes };
    return { format: format.name, ...format.summary(), cut };
  }

  /** Take one record of `bytes[at, end)`; 0, with `needBytes` set, when it is not whole. */
  private step(bytes: Uint8Array, at: number, end: number): number {
    const format = this.format ?? this.detect(bytes, at, end);
    if (format === null) return 0;
    if (end - at < format.headerBytes) {
      this.needBytes = format.headerBytes;
      return 0;
    }
    const lengthBytes = format.measure(bytes, at, this.offset);
    if (!format.wanted) {
      const taken = Math.min(lengthBytes, end - at);
      this.startOfSkipped = this.offset;
      this.offset += taken;
      this.skipBytes = lengthBytes - taken;
      return taken;
    }
    if (end - at < lengthBytes) {
      this.needBytes = lengthBytes;
      return 0;
    }
    format.record(bytes, at, lengthBytes, this.offset);
    this.offset += lengthBytes;
    return lengthBytes;
  }

  private detect(bytes: Uint8Array, at: number, end: number): Format | null {
    this.needBytes = MAGIC_BYTES;
    if (end - at < MAGIC_BYTES) return null;
    const magic = bytes.subarray(at, at + MAGIC_BYTES);
    this.format = isSectionHeader(magic) ? createPcapngFormat(this.sink) : createPcapFormat(magic, this.sink);
    if (this.format !== null) return this.format;
    const hex = toHex(magic);
    const other = OTHER_FILES.find(([begin]) => hex.startsWith(begin));
    const what = other === undefined ? `a file that begins with ${toHex(magic, ' ')}` : other[1];
    throw new RallyError('ERR_CAPTURE_FORMAT', `offset 0: this is ${what}, not pcap or pcapng`);
  }

  private hold(bytes: Uint8Array): number {
    const wanted = this.heldBytes + bytes.length;
    if (wanted > this.held.length) {
      const grown = new Uint8Array(Math.min(MAX_BLOCK_BYTES, Math.max(wanted, 2 * this.held.length)));
      grown.set(this.held.subarray(0, this.heldBytes));
      this.held = grown;
    }
    this.held.set(bytes, this.heldBytes);
    this.heldBytes = wanted;
    return bytes.length;
  }
}
