import { toHex, u16be, type Span } from '#base/bytes.js';
import { dissectEapol, dissectEthernet, type FrameOptions } from './dissect-frame.js';
import { DISCOVERY_LAYERS, dissectDiscovery } from './dissect-discovery.js';
import { dissectWsc, type DissectLine } from './dissect.js';
import { fixedFieldBytes, wpsElements, type WpsElementPart } from './dot11/elements.js';
import {
  FRAME_TYPE,
  MacHeaderView,
  MANAGEMENT,
  snapEtherType,
  snapPayload,
  visitSubframes,
} from './dot11/mac-header.js';
import { RadiotapView } from './dot11/radiotap.js';
import { ETHERTYPE } from './ethernet.js';
import type { CaptureLinkType } from './pcap/blocks.js';
import { decodeWsc } from './wps/message.js';

/**
 * A captured frame as lines, from its outermost layer down to the attributes of a WSC message, or over Ethernet to the
 * headers of SSDP and the elements of WS-Discovery. What is none of these is named and left there. Spans count in the frame. Never throws.
 *
 * @param fcsBytes frame check sequence at the end of the frame, as far as the capture says so
 */
export function dissectFrame(
  linkType: CaptureLinkType,
  frame: Uint8Array,
  options: FrameOptions = {},
  fcsBytes = 0,
): DissectLine[] {
  switch (linkType) {
    case 'ethernet':
      return [...dissectEthernet(frame, options), ...dissectDiscovery(frame)];
    case 'dot11':
      return dissectDot11(frame, { start: 0, end: frame.length - fcsBytes }, false, options);
    case 'dot11-radiotap':
      return dissectRadiotap(frame, options, fcsBytes);
    case 'linux-cooked':
      return dissectCooked(frame, options, { version: 1, headerBytes: 16, protocolAt: 14, addressAt: 6, lengthAt: 5 });
    case 'linux-cooked2':
      return dissectCooked(frame, options, { version: 2, headerBytes: 20, protocolAt: 0, addressAt: 12, lengthAt: 11 });
  }
}

/** True when there is more in the frame than its link layers: EAPOL, a WPS information element, or discovery. */
export function isOfInterest(lines: readonly DissectLine[]): boolean {
  return lines.some(({ path }) => path === 'eapol' || path === WPS_ELEMENT || DISCOVERY_LAYERS.includes(path));
}

const WPS_ELEMENT = 'wpsElement';

interface CookedLayout {
  readonly version: 1 | 2;
  readonly headerBytes: number;
  readonly protocolAt: number;
  /** Sender's address: up to 8 bytes. */
  readonly addressAt: number;
  /** Last byte of the field that says how many of them count. */
  readonly lengthAt: number;
}

function dissectCooked(frame: Uint8Array, options: FrameOptions, layout: CookedLayout): DissectLine[] {
  const { version, headerBytes, protocolAt, addressAt, lengthAt } = layout;
  const name = `Linux cooked v${version}`;
  if (frame.length < headerBytes) return [layer('cooked', 0, frame.length, `${name}, cut after ${frame.length} bytes`)];
  const addressBytes = Math.min(8, frame[lengthAt] ?? 0);
  const protocol = u16be(frame, protocolAt);
  const from = addressBytes === 0 ? 'nobody' : toHex(frame.subarray(addressAt, addressAt + addressBytes), ':');
  const head = layer('cooked', 0, headerBytes, `${name} from ${from}, protocol ${hex16(protocol)}`);
  if (protocol !== ETHERTYPE.Eapol) return [head];
  return [head, ...moved(dissectEapol(frame.subarray(headerBytes), options), headerBytes)];
}

function dissectRadiotap(frame: Uint8Array, options: FrameOptions, fcsBytes: number): DissectLine[] {
  const view = new RadiotapView();
  if (!view.read(frame, 0, frame.length))
    return [layer('radiotap', 0, frame.length, 'radiotap, cut or with lengths that do not fit')];
  const { lengthBytes, padded, badFcs } = view;
  const remarks = [padded ? ', header padded' : '', badFcs ? ', received damaged (bad FCS)' : ''].join('');
  const head = layer('radiotap', 0, lengthBytes, `radiotap, ${lengthBytes} bytes${remarks}`);
  const fcs = Math.max(view.fcsBytes, fcsBytes);
  return [head, ...dissectDot11(frame, { start: lengthBytes, end: frame.length - fcs }, padded, options)];
}

function dissectDot11(frame: Uint8Array, { start, end }: Span, padded: boolean, options: FrameOptions): DissectLine[] {
  const mac = new MacHeaderView();
  if (!mac.read(frame, start, end, padded)) {
    const what =
      end - start < 2 ? `cut after ${Math.max(0, end - start)} bytes` : 'control frame, no body, or a cut header';
    return [layer('dot11', start, frame.length, `802.11, ${what}`)];
  }
  const address = (at: number): string => toHex(frame.subarray(at, at + 6), ':');
  const flags = [
    mac.retry ? ', retry' : '',
    mac.protected ? ', encrypted' : '',
    mac.fragment ? ', a fragment' : '',
    mac.amsdu ? ', A-MSDU' : '',
  ].join('');
  const text = `802.11 ${kindOf(mac)} ${address(mac.sourceAt)} to ${address(mac.destinationAt)}${flags}`;
  const lines = [layer('dot11', start, mac.bodyAt, text)];
  if (!mac.protected) {
    if (mac.type === FRAME_TYPE.management) lines.push(...dissectElements(frame, mac, end, options));
    else if (!mac.amsdu) lines.push(...dissectMsdu(frame, { start: mac.bodyAt, end }, mac.fragment, options));
    else {
      const behind = visitSubframes(frame, mac.bodyAt, end, (subframeAt, payloadAt, payloadEnd) => {
        const route = `${address(subframeAt + 6)} to ${address(subframeAt)}`;
        lines.push(
          layer('subframe', subframeAt, payloadAt, `A-MSDU subframe ${route}, ${payloadEnd - payloadAt} bytes`),
        );
        lines.push(...dissectMsdu(frame, { start: payloadAt, end: payloadEnd }, mac.fragment, options));
      });
      if (end - behind > MAX_SUBFRAME_PADDING_BYTES) {
        const text = `subframe-length-past-end: ${end - behind} bytes are left over behind the last whole subframe`;
        lines.push({ kind: 'issue', depth: 0, at: { start: behind, end }, inPlaintext: false, path: 'subframe', text });
      }
    }
  }
  if (end < frame.length) {
    const fcs = frame.subarray(Math.max(0, end));
    lines.push(layer('fcs', frame.length - fcs.length, frame.length, `frame check sequence ${toHex(fcs, ' ')}`));
  }
  return lines;
}

function dissectMsdu(
  frame: Uint8Array,
  { start, end }: Span,
  isFragment: boolean,
  options: FrameOptions,
): DissectLine[] {
  const etherType = snapEtherType(frame, start, end);
  if (etherType < 0) return [layer('body', start, end, `body of ${end - start} bytes, no LLC/SNAP header`)];
  const payloadAt = snapPayload(start);
  const head = layer('snap', start, payloadAt, `LLC/SNAP, EtherType ${hex16(etherType)}`);
  if (etherType !== ETHERTYPE.Eapol) return [head];
  if (isFragment)
    return [head, layer('body', payloadAt, end, `first piece of an EAPOL packet, ${end - payloadAt} bytes`)];
  return [head, ...moved(dissectEapol(frame.subarray(payloadAt, end), options), payloadAt)];
}

function dissectElements(frame: Uint8Array, mac: MacHeaderView, end: number, options: FrameOptions): DissectLine[] {
  const fixedBytes = fixedFieldBytes(mac.subtype);
  if (fixedBytes < 0 || mac.fragment) return [];
  const found = wpsElements(frame, mac.bodyAt + fixedBytes, end);
  if (found === null) return [];
  const { data, parts, missingBytes } = found;
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return [];
  const inElements = parts.length === 1 ? '' : ` in ${parts.length} elements`;
  const lines = [
    layer(
      WPS_ELEMENT,
      first.offset - ELEMENT_HEADER_BYTES,
      last.offset + last.lengthBytes,
      `WPS information element, ${data.length} bytes${inElements}`,
    ),
  ];
  if (missingBytes > 0) {
    const at = { start: last.offset - ELEMENT_HEADER_BYTES, end: last.offset + last.lengthBytes };
    const text = `element-length-past-end: ${missingBytes} bytes of the last element are beyond the end of the frame`;
    lines.push({ kind: 'issue', depth: 1, at, inPlaintext: false, path: WPS_ELEMENT, text });
  }
  for (const line of dissectWsc(decodeWsc(data), options))
    lines.push(line.inPlaintext ? line : { ...line, at: placeOf(line.at, parts) });
  return lines;
}

/** Element id, length, OUI and its type. */
const ELEMENT_HEADER_BYTES = 6;

/** A span of concatenated data, counted in the frame; it may reach over element headers in between. */
function placeOf({ start, end }: Span, parts: readonly WpsElementPart[]): Span {
  const place = (offset: number): number => {
    const part = parts.findLast(({ dataOffset }) => dataOffset <= offset) ?? parts[0];
    return part === undefined ? offset : part.offset + offset - part.dataOffset;
  };
  const from = place(start);
  return { start: from, end: end > start ? place(end - 1) + 1 : from };
}

const MAX_SUBFRAME_PADDING_BYTES = 3;

const MANAGEMENT_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(MANAGEMENT).map(([name, subtype]) => [
    subtype,
    name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`),
  ]),
);

function kindOf({ type, subtype }: MacHeaderView): string {
  if (type !== FRAME_TYPE.management) return 'data';
  return MANAGEMENT_NAMES.get(subtype) ?? `management (subtype ${subtype})`;
}

function layer(path: string, start: number, end: number, text: string): DissectLine {
  return { kind: 'layer', depth: 0, at: { start, end }, inPlaintext: false, path, text };
}

/** Lines of an inner layer, counted in the frame. */
function moved(lines: readonly DissectLine[], offset: number): DissectLine[] {
  return lines.map((line) => {
    return line.inPlaintext ? line : { ...line, at: { start: line.at.start + offset, end: line.at.end + offset } };
  });
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, '0');
}
