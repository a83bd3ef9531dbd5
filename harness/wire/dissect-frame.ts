import { toHex } from '#base/bytes.js';
import { printable } from '#base/text.js';
import { dissectWsc, type DissectLine, type DissectOptions } from './dissect.js';
import { decodeEapWsc, FLAG, OP_CODE } from './eap/eap-wsc.js';
import { decodeEap, EAP_CODE, EAP_TYPE, type EapMessage } from './eap/eap.js';
import { decodeEapol, EAPOL_TYPE } from './eap/eapol.js';
import { wscCarrier } from './eap/wsc-carrier.js';
import { decodeEthernet, ETHERTYPE } from './ethernet.js';
import type { Issue } from './issue.js';
import { ATTRIBUTES } from './wps/attributes.js';
import { decodeWsc, type WscMessage } from './wps/message.js';

export interface FrameOptions extends DissectOptions {
  /** What EAP-WSC holds is known to be a fragment, or known to be none; absent: told by the bytes of this frame alone. */
  readonly isFragment?: boolean;
}

/**
 * An Ethernet frame as lines, layer by layer down to the attributes of a WSC message that is not fragmented; a fragment
 * is named as one. Spans count in the frame. Never throws.
 */
export function dissectEthernet(frame: Uint8Array, options: FrameOptions = {}): DissectLine[] {
  const ethernet = decodeEthernet(frame);
  if (ethernet === null) return [layer('ethernet', 0, 0, frame.length, `Ethernet, cut after ${frame.length} bytes`)];
  const { destination, source, tags, etherType, payload, payloadOffset } = ethernet;
  const kind = etherType.toString(16).padStart(4, '0');
  const tagged = tags.map((tag) => `, VLAN tag ${toHex(tag, ' ')}`).join('');
  const text = `Ethernet ${toHex(source, ':')} to ${toHex(destination, ':')}${tagged}, EtherType ${kind}`;
  const head = layer('ethernet', 0, 0, payloadOffset, text);
  if (etherType !== ETHERTYPE.Eapol) return [head];
  return [head, ...shifted(dissectEapol(payload, options), payloadOffset)];
}

/** An EAPOL packet, from its version byte on, as lines; see {@link dissectEthernet}. Spans count in the packet. */
export function dissectEapol(bytes: Uint8Array, options: FrameOptions = {}): DissectLine[] {
  const { header, body, issues } = decodeEapol(bytes);
  const length = header === null ? 'cut' : `version ${header.version}, ${header.declaredLength} bytes of body`;
  const name = header === null ? '' : ` ${nameOf(EAPOL_TYPE, header.packetType)}`;
  const head = layer('eapol', 0, 0, Math.min(bytes.length, 4), `EAPOL${name}, ${length}`);
  const lines = [head, ...issueLines(issues, 1)];
  if (header?.packetType !== EAPOL_TYPE.EapPacket) return lines;
  return [...lines, ...shifted(dissectEap(body, options), 4)];
}

function dissectEap(bytes: Uint8Array, options: FrameOptions): DissectLine[] {
  const eap = decodeEap(bytes);
  const { header } = eap;
  const text =
    header === null
      ? 'EAP, cut'
      : `EAP ${nameOf(EAP_CODE, header.code)}, identifier ${header.identifier}, ${header.declaredLength} bytes${typeText(eap)}`;
  const carrier = wscCarrier(eap);
  const lines = [
    layer('eap', 0, 0, Math.min(bytes.length, eap.typeDataOffset), text),
    ...issueLines([...eap.issues, ...carrier.issues], 1),
  ];
  if (carrier.payload === null) return lines;
  return [...lines, ...shifted(dissectEapWsc(carrier.payload, options), carrier.payloadOffset)];
}

function typeText({ type, typeData }: EapMessage): string {
  if (type === null) return '';
  const name = nameOf(EAP_TYPE, type);
  return type === EAP_TYPE.Identity ? `, ${name} ${printable(typeData)}` : `, ${name}`;
}

function dissectEapWsc(payload: Uint8Array, options: FrameOptions): DissectLine[] {
  const wsc = decodeEapWsc(payload);
  if (wsc.header === null) return [layer('eapWsc', 0, 0, payload.length, 'EAP-WSC, cut'), ...issueLines(wsc.issues, 1)];
  const { opCode, flags } = wsc.header;
  const announced = wsc.messageLength === null ? '' : `, message of ${wsc.messageLength} bytes announced`;
  const flagText = `0x${toHex(Uint8Array.of(flags))}`;
  const text = `EAP-WSC ${nameOf(OP_CODE, opCode)}, flags ${flagText}${announced}`;
  const lines = [layer('eapWsc', 0, 0, wsc.dataOffset, text), ...issueLines(wsc.issues, 1)];
  if (wsc.data.length === 0) return lines;
  const hasMore = (flags & FLAG.MoreFragments) !== 0;
  const message = decodeWsc(wsc.data);
  if (options.isFragment ?? (hasMore || !beginsLikeMessage(message))) {
    const end = wsc.dataOffset + wsc.data.length;
    const which = hasMore ? 'fragment' : options.isFragment === true ? 'last fragment' : 'last fragment or no message';
    return [...lines, layer('eapWsc.data', 1, wsc.dataOffset, end, `${which}, ${wsc.data.length} bytes`)];
  }
  return [...lines, ...shifted(dissectWsc(message, options), wsc.dataOffset)];
}

/** A last fragment cannot be told from a message by its flags; a message begins with an attribute that is defined. */
function beginsLikeMessage({ messageType, attributes }: WscMessage): boolean {
  const [first] = attributes;
  return messageType !== null || (first !== undefined && ATTRIBUTES.has(first.type));
}

function layer(path: string, depth: number, start: number, end: number, text: string): DissectLine {
  return { kind: 'layer', depth, at: { start, end }, inPlaintext: false, path, text };
}

function issueLines(issues: readonly Issue[], depth: number): DissectLine[] {
  return issues.map(({ code, at, path, text }) => {
    return { kind: 'issue', depth, at, inPlaintext: false, path, text: `${code}: ${text}` };
  });
}

/** Lines of an inner layer, counted in the outer one. */
function shifted(lines: readonly DissectLine[], offset: number): DissectLine[] {
  return lines.map((line) => ({
    ...line,
    at: line.inPlaintext ? line.at : { start: line.at.start + offset, end: line.at.end + offset },
  }));
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  for (const [name, known] of Object.entries(names)) if (known === value) return name;
  return `0x${value.toString(16).padStart(2, '0')}`;
}
