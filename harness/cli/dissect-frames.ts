import type { Evidence, ExchangeMessage, OpenedSettings } from '#evidence/model.js';
import { canonicalJson } from '#judge/canonical.js';
import { dissectFrame, isOfInterest } from '#wire/dissect-link.js';
import { dissectWsc, formatDissection, type DissectLine, type DissectOptions } from '#wire/dissect.js';
import type { PacketView } from '#wire/pcap/packet.js';
import { messagePathName, type MessageName } from '#wire/wps/message.js';

/** One frame, layer by layer. */
export interface FrameDissection {
  /** From 1; null for a frame that is not from a capture. */
  readonly number: number | null;
  /** Nanoseconds since 1970; null where the capture has no time. */
  readonly timeNs: bigint | null;
  readonly linkType: string;
  readonly capturedBytes: number;
  readonly wireLength: number;
  /** It repeats an earlier one of its exchange. */
  readonly isRetransmission: boolean;
  readonly lines: readonly DissectLine[];
  /** The message whose last fragment it holds. */
  readonly message: ReassembledMessage | null;
}

/** A message that came in fragments; offsets of its lines count in the message. */
export interface ReassembledMessage {
  readonly name: MessageName | null;
  readonly lengthBytes: number;
  /** Numbers of the frames it came in. */
  readonly frames: readonly number[];
  readonly lines: readonly DissectLine[];
}

/** What the exchange a frame belongs to tells of it. */
interface FrameNote {
  isRetransmission: boolean;
  /** Messages the frame holds, or holds a part of. */
  readonly messages: ExchangeMessage[];
}

/** Which frames are wanted; an empty list asks for nothing. */
export interface FrameFilter {
  readonly frames: readonly number[];
  readonly messages: readonly MessageName[];
}

/** Dissects the frames of a capture, with what its exchanges tell: fragments put together, settings opened. */
export class FrameDissector {
  private readonly notes = new Map<number, FrameNote>();
  private readonly filter: FrameFilter;
  private readonly options: DissectOptions;

  constructor(evidence: readonly Evidence[], filter: FrameFilter, options: DissectOptions) {
    this.filter = filter;
    this.options = options;
    for (const { packets, messages } of evidence.flatMap(({ exchanges }) => exchanges)) {
      for (const { frame, retransmission } of packets) this.note(frame.number).isRetransmission ||= retransmission;
      for (const message of messages)
        for (const number of frameNumbers(message)) this.note(number).messages.push(message);
    }
  }

  /** Only some frames are asked for. */
  get isFiltered(): boolean {
    return this.filter.frames.length + this.filter.messages.length > 0;
  }

  /** The packet's dissection; null when it is not asked for, or without a filter carries no EAPOL and no WPS IE. */
  dissect(packet: PacketView): FrameDissection | null {
    const { frames, messages } = this.filter;
    const { number } = packet;
    if (frames.length > 0 && !frames.includes(number)) return null;
    const note = this.notes.get(number);
    const lines = dissectFrame(packet.linkType, packet.bytes, this.frameOptions(note), packet.fcsBytes);
    if (messages.length > 0) {
      const held = note?.messages.map(({ wsc }) => wsc.name) ?? [];
      if (!messages.some((name) => held.includes(name) || holds(lines, name))) return null;
    } else if (frames.length === 0 && !isOfInterest(lines)) return null;
    return {
      number,
      timeNs: packet.timeNs === 0n ? null : packet.timeNs,
      linkType: packet.linkType,
      capturedBytes: packet.end - packet.start,
      wireLength: packet.wireLength,
      isRetransmission: note?.isRetransmission ?? false,
      lines,
      message: note === undefined ? null : this.completed(number, note),
    };
  }

  private note(number: number): FrameNote {
    const known = this.notes.get(number);
    if (known !== undefined) return known;
    const fresh: FrameNote = { isRetransmission: false, messages: [] };
    this.notes.set(number, fresh);
    return fresh;
  }

  /** Several messages in one frame (an A-MSDU) are left to what the bytes tell by themselves. */
  private frameOptions(note: FrameNote | undefined): DissectOptions & { isFragment?: boolean } {
    const [message] = note?.messages ?? [];
    if (message === undefined || note?.messages.length !== 1) return this.options;
    const isFragment = message.parts.length > 1;
    return { ...this.options, isFragment, ...(isFragment ? {} : settingsOf(message)) };
  }

  private completed(number: number, note: FrameNote): ReassembledMessage | null {
    const message = note.messages.find(({ parts }) => parts.length > 1 && parts.at(-1)?.frame.number === number);
    if (message === undefined) return null;
    return {
      name: message.wsc.name,
      lengthBytes: message.wsc.bytes.length,
      frames: frameNumbers(message),
      lines: dissectWsc(message.wsc, { ...this.options, ...settingsOf(message) }),
    };
  }
}

/** One frame that is no part of a capture, which begins with this layer. */
export function looseFrame(linkType: string, bytes: Uint8Array, lines: readonly DissectLine[]): FrameDissection {
  const lengthBytes = bytes.length;
  return {
    number: null,
    timeNs: null,
    linkType,
    capturedBytes: lengthBytes,
    wireLength: lengthBytes,
    isRetransmission: false,
    lines,
    message: null,
  };
}

/** True when a message of this name begins in the lines. */
export function holds(lines: readonly DissectLine[], name: MessageName): boolean {
  return lines.some(({ kind, path }) => kind === 'layer' && path === messagePathName(name));
}

/** The frame as text, one line a spot, and a last empty one. */
export function frameText(frame: FrameDissection): string {
  const { number, timeNs, linkType, capturedBytes, wireLength, isRetransmission, message } = frame;
  const head = [
    number === null ? 'Frame' : `Frame ${number}`,
    ...(timeNs === null ? [] : [timeText(timeNs)]),
    `${linkType}, ${capturedBytes} bytes${wireLength > capturedBytes ? ` of ${wireLength}, the rest was not captured` : ''}`,
    ...(isRetransmission ? ['(repeats an earlier one)'] : []),
  ];
  const lines = [head.join('  '), ...formatDissection(frame.lines)];
  if (message !== null) {
    const name = message.name ?? 'Message of unknown type';
    lines.push(`${name} put together from frames ${message.frames.join(', ')}; offsets in the message`);
    lines.push(...formatDissection(message.lines));
  }
  return `${lines.join('\n')}\n\n`;
}

/** The frame as JSON. `in` says what the offsets of a line count in. */
export function frameJson(frame: FrameDissection): string {
  const { timeNs, message, lines, ...rest } = frame;
  return canonicalJson({
    ...rest,
    timeNs: timeNs === null ? null : timeNs.toString(),
    lines: linesJson(lines, 'frame'),
    message: message === null ? null : { ...message, lines: linesJson(message.lines, 'message') },
  });
}

function linesJson(lines: readonly DissectLine[], where: 'frame' | 'message'): unknown {
  return lines.map(({ kind, depth, at, inPlaintext, path, text }) => {
    return { kind, depth, start: at.start, end: at.end, in: inPlaintext ? 'plaintext' : where, path, text };
  });
}

function settingsOf({ settings }: ExchangeMessage): { settings?: OpenedSettings } {
  return settings === undefined ? {} : { settings };
}

function frameNumbers({ parts }: ExchangeMessage): number[] {
  return parts.map(({ frame }) => frame.number);
}

const NS_PER_MS = 1_000_000n;
/** Last time a Date can hold. */
const MAX_DATE_MS = 8_640_000_000_000_000n;

/** `2026-11-20T23:10:35.516846027Z`; a time no calendar holds in nanoseconds. */
function timeText(timeNs: bigint): string {
  const ms = timeNs / NS_PER_MS;
  if (timeNs < 0n || ms > MAX_DATE_MS) return `${timeNs} ns since 1970`;
  const rest = (timeNs % NS_PER_MS).toString().padStart(6, '0');
  return new Date(Number(ms)).toISOString().replace('Z', `${rest}Z`);
}
