import { toHex, type Span } from '#base/bytes.js';
import type { EapPacket, Exchange, ExchangeMessage, ManagementFrame, Part } from '#evidence/model.js';
import type { Location } from '#judge/rule.js';
import type { WscMessage } from '#wire/wps/message.js';

/** At most so many bytes of a spot are shown. */
const HEX_LIMIT_BYTES = 64;

/** A message as a finding points into it. */
export interface Seen {
  /** e.g. `M1`, `WSC_Done`, `Probe Request`. */
  readonly label: string;
  /** Exchange number from 1; null outside an exchange. */
  readonly exchange: number | null;
  readonly wsc: WscMessage;
  readonly parts: readonly Part[];
}

/** A place in a message: a TLV node has this shape. */
export interface Spot {
  readonly span: Span;
  readonly path: string;
}

/** Name of a message as the reports print it: `M1`, `WSC_Done`; `a WSC message` when its type is not known. */
export function messageLabel(wsc: WscMessage): string {
  if (wsc.name === null) return 'a WSC message';
  return wsc.name === 'WSC_DONE' ? 'WSC_Done' : wsc.name;
}

/** A message of an exchange, ready to be pointed into. */
export function seenMessage(exchange: Exchange, message: ExchangeMessage): Seen {
  return {
    label: messageLabel(message.wsc),
    exchange: exchange.number,
    wsc: message.wsc,
    parts: message.parts,
  };
}

const MANAGEMENT_LABEL: Readonly<Record<ManagementFrame['kind'], string>> = {
  beacon: 'Beacon',
  'probe-request': 'Probe Request',
  'probe-response': 'Probe Response',
  'association-request': 'Association Request',
  'association-response': 'Association Response',
};

/** A WPS IE of a management frame, ready to be pointed into. */
export function seenManagement(frame: ManagementFrame): Seen {
  return { label: MANAGEMENT_LABEL[frame.kind], exchange: null, wsc: frame.wsc, parts: frame.parts };
}

/** Where a spot of a message is: in the message, and in the frame its first byte came in. */
export function locate(seen: Seen, spot: Spot): Location {
  const { start, end } = spot.span;
  const part =
    seen.parts.find((each) => start >= each.messageOffset && start < each.messageOffset + each.lengthBytes) ??
    seen.parts.at(-1);
  return {
    path: spot.path,
    message: seen.label,
    ...(seen.exchange === null ? {} : { exchange: seen.exchange }),
    ...(part === undefined
      ? {}
      : { frame: part.frame.number, frameOffset: part.frameOffset + start - part.messageOffset }),
    messageOffset: start,
    ...shownBytes(seen.wsc.bytes.subarray(start, end)),
  };
}

/** The end of a message: where something that is missing would stand. */
export function locateEnd(seen: Seen, path: string): Location {
  const end = seen.wsc.bytes.length;
  return locate(seen, { span: { start: end, end }, path });
}

/** Where a span of an EAP packet is; `messageOffset` counts from the EAP code byte. */
export function locateEap(exchange: Exchange, packet: EapPacket, label: string, spot: Spot): Location {
  const { start, end } = spot.span;
  return {
    path: spot.path,
    message: label,
    exchange: exchange.number,
    frame: packet.frame.number,
    messageOffset: start,
    frameOffset: packet.span.start + start,
    ...shownBytes(packet.bytes.subarray(start, end)),
  };
}

/** The bytes of a spot as a location shows them. */
export function shownBytes(bytes: Uint8Array): Pick<Location, 'lengthBytes' | 'hex' | 'hexCut'> {
  return {
    lengthBytes: bytes.length,
    hex: toHex(bytes.subarray(0, HEX_LIMIT_BYTES)),
    ...(bytes.length > HEX_LIMIT_BYTES ? { hexCut: true } : {}),
  };
}

/** The place in words for a remedy: `offset 412 of M1 (frame 7, byte 438)`. */
export function placeText(at: Location): string {
  const frame =
    at.frame === undefined || at.frameOffset === undefined ? '' : ` (frame ${at.frame}, byte ${at.frameOffset})`;
  return `offset ${at.messageOffset} of ${at.message}${frame}`;
}

/** `0x01`, `0x1049`: a number as the specifications print it. */
export function hexNumber(value: number, digits: 2 | 4 | 8 = 2): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
