import { spawnSync } from 'node:child_process';
import { fromHex, toHex, type Span } from '#base/bytes.js';
import { decodeEapWsc } from '../eap/eap-wsc.js';
import { decodeEap, EAP_TYPE } from '../eap/eap.js';
import { decodeEapol, EAPOL_HEADER_BYTES, EAPOL_TYPE } from '../eap/eapol.js';
import { wscCarrier } from '../eap/wsc-carrier.js';
import { decodeEthernet, ETHERTYPE } from '../ethernet.js';
import { ATTRIBUTE, attributeName } from '../wps/attributes.js';
import { decodeWsc } from '../wps/message.js';
import { vendorExtensions } from '../wps/vendor-extension.js';
import { subelementName } from '../wps/wfa.js';
import { readPdml, type PdmlField, type PdmlPacket } from './pdml.js';

/**
 * Two decoders on the same frames: ours and tshark's. Each says what it finds as facts, one line each, with the offset
 * in the frame and the bytes; the lines must be the same.
 */

/** What the two decoders say of one frame. */
export interface Opinions {
  readonly frame: number;
  readonly ours: readonly string[];
  readonly tshark: readonly string[];
}

/** Names that differ in spelling only, tshark's to ours, and why. */
const SPELLING: readonly (readonly [reason: string, names: Readonly<Record<string, string>>])[] = [
  [
    'the programme was renamed after the attribute had been named',
    { 'Wifi Protected Setup State': 'Wi-Fi Simple Configuration State' },
  ],
  [
    'a hyphen belongs between the side and what it is of',
    {
      'E Hash1': 'E-Hash1',
      'E Hash2': 'E-Hash2',
      'E SNonce1': 'E-SNonce1',
      'E SNonce2': 'E-SNonce2',
      'R Hash1': 'R-Hash1',
      'R Hash2': 'R-Hash2',
      'R Snonce1': 'R-SNonce1',
      'R Snonce2': 'R-SNonce2',
      'UUID E': 'UUID-E',
      'UUID R': 'UUID-R',
    },
  ],
  [
    'capitals, points and blanks',
    {
      'Feature Id': 'Feature ID',
      registrar_max: 'Registrar Max',
      'X509 Certificate Request': 'X.509 Certificate Request',
      'X509 Certificate': 'X.509 Certificate',
      'Ap Setup Locked': 'AP Setup Locked',
      '8021x Enabled': '802.1X Enabled',
      WEPTransmitKey: 'WEP Transmit Key',
      'Probe Request': 'ProbeRequest',
      'Probe Response': 'ProbeResponse',
    },
  ],
  ['an abbreviation', { 'OOB Device Password': 'Out-of-Band Device Password' }],
];

/** Subelements that were defined after tshark 4.0: it shows them without a name. */
const UNKNOWN_TO_TSHARK: ReadonlySet<string> = new Set(['05', '07', '08']);

/** Fields of tshark that are no field of their own, and why. */
const DERIVED: readonly (readonly [field: RegExp, reason: string])[] = [
  [
    /^eth\.(dst|src|addr|lg|ig)(_resolved|\.|$)/,
    'views of the two addresses, which are compared as eth.dst and eth.src',
  ],
  [/^eap\.wps\.flags\./, 'bits of eap.wps.flags'],
  [/^data$/, 'op-code and flags of a WSC_Start once more, as bytes'],
];

/** Header fields that are compared as they are: offset, size and bytes. */
const HEADER_FIELDS: ReadonlySet<string> = new Set([
  'eth.dst',
  'eth.src',
  'eth.type',
  'eapol.version',
  'eapol.type',
  'eapol.len',
  'eap.code',
  'eap.id',
  'eap.len',
  'eap.type',
  'eap.identity',
  'eap.ext.vendor_id',
  'eap.ext.vendor_type',
  'eap.wps.code',
  'eap.wps.flags',
  'eap.wps.msglen',
]);

/** Both opinions on every frame of a capture file. `frames` are those that our own reader finds in it, in hex. */
export function opinionsOn(captureFile: string, frames: readonly string[]): Opinions[] {
  const packets = tshark(captureFile);
  const count = Math.max(packets.length, frames.length);
  return Array.from({ length: count }, (_, index) => {
    const packet = packets[index];
    const hex = frames[index];
    return {
      frame: index + 1,
      ours: hex === undefined ? ['no such frame'] : ourFacts(fromHex(hex)),
      tshark: packet === undefined ? ['no such frame'] : tsharkFacts(packet),
    };
  });
}

/** Lines that only one of them says, `-` ours and `+` tshark's; empty when they agree. */
export function disagreements({ frame, ours, tshark }: Opinions): string[] {
  const missing = (from: readonly string[], lines: readonly string[]): string[] => {
    const rest = [...from];
    return lines.filter((line) => {
      const at = rest.indexOf(line);
      if (at >= 0) rest.splice(at, 1);
      return at < 0;
    });
  };
  return [
    ...missing(tshark, ours).map((line) => `frame ${frame} - ours only: ${line}`),
    ...missing(ours, tshark).map((line) => `frame ${frame} + tshark only: ${line}`),
  ];
}

/** Every frame of a capture file as tshark reads it. Throws when tshark fails. */
export function tshark(captureFile: string): PdmlPacket[] {
  const { status, stdout, stderr } = spawnSync('tshark', ['-n', '-r', captureFile, '-T', 'pdml'], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`tshark ended with ${String(status)}: ${stderr}`);
  return readPdml(stdout);
}

function fact(what: string, { start, end }: Span, bytes: string, said = ''): string {
  return `${what} @${start}+${end - start} ${bytes}${said === '' ? '' : ` ${said}`}`;
}

/** What our decoders find in an Ethernet frame. */
export function ourFacts(frame: Uint8Array): string[] {
  const facts: string[] = [];
  const field = (what: string, start: number, lengthBytes: number): void => {
    const span = { start, end: start + lengthBytes };
    facts.push(fact(what, span, toHex(frame.subarray(span.start, span.end))));
  };
  const ethernet = decodeEthernet(frame);
  if (ethernet === null) return ['cut'];
  field('eth.dst', 0, ethernet.destination.length);
  field('eth.src', 6, ethernet.source.length);
  field('eth.type', ethernet.payloadOffset - 2, 2);
  if (ethernet.etherType !== ETHERTYPE.Eapol) return facts;
  const eapolAt = ethernet.payloadOffset;
  const eapol = decodeEapol(ethernet.payload);
  field('eapol.version', eapolAt, 1);
  field('eapol.type', eapolAt + 1, 1);
  field('eapol.len', eapolAt + 2, 2);
  if (eapol.header?.packetType !== EAPOL_TYPE.EapPacket) return facts;
  const eapAt = eapolAt + EAPOL_HEADER_BYTES;
  const eap = decodeEap(eapol.body);
  field('eap.code', eapAt, 1);
  field('eap.id', eapAt + 1, 1);
  field('eap.len', eapAt + 2, 2);
  if (eap.type !== null) field('eap.type', eapAt + 4, 1);
  if (eap.type === EAP_TYPE.Identity && eap.typeData.length > 0)
    field('eap.identity', eapAt + eap.typeDataOffset, eap.typeData.length);
  const carrier = wscCarrier(eap);
  if (carrier.payload === null) return facts;
  field('eap.ext.vendor_id', eapAt + 5, 3);
  field('eap.ext.vendor_type', eapAt + 8, 4);
  const wscAt = eapAt + carrier.payloadOffset;
  const wsc = decodeEapWsc(carrier.payload);
  field('eap.wps.code', wscAt, 1);
  field('eap.wps.flags', wscAt + 1, 1);
  if (wsc.messageLength !== null) field('eap.wps.msglen', wscAt + 2, 2);
  return [...facts, ...ourAttributes(wsc.data, wscAt + wsc.dataOffset)];
}

function ourAttributes(data: Uint8Array, dataAt: number): string[] {
  const message = decodeWsc(data);
  const moved = ({ start, end }: Span): Span => ({ start: start + dataAt, end: end + dataAt });
  const facts: string[] = [];
  for (const node of message.attributes) {
    const { start, end } = node.span;
    const said = `${attributeName(node.type)}, Length ${node.declaredLength}`;
    facts.push(fact('attribute', moved(node.span), toHex(data.subarray(start, end)), said));
    if (node.type === ATTRIBUTE.MessageType) facts.push(`message ${message.name ?? '?'}`);
  }
  for (const { node, vendorId, subelements } of vendorExtensions(message)) {
    if (vendorId !== null) {
      const { start } = node.valueSpan;
      facts.push(fact('vendor id', moved({ start, end: start + 3 }), toHex(vendorId)));
    }
    for (const sub of subelements?.nodes ?? []) {
      const { start, end } = sub.span;
      const said = `${subelementName(sub.type)}, Length ${sub.declaredLength}`;
      facts.push(fact('subelement', moved(sub.span), toHex(data.subarray(start, end)), said));
    }
  }
  return facts;
}

/** What tshark finds in a frame. */
export function tsharkFacts({ fields }: PdmlPacket): string[] {
  return fields.flatMap((field) => factsOf(field));
}

/** A field and what is in it; a field that is neither known nor derived is a fact of its own, so that it is noticed. */
function factsOf(field: PdmlField): string[] {
  const { name, children } = field;
  if (DERIVED.some(([pattern]) => pattern.test(name)) && !HEADER_FIELDS.has(name)) return [];
  const span = { start: field.start, end: field.start + field.lengthBytes };
  const below = (): string[] => children.flatMap(factsOf);
  if (HEADER_FIELDS.has(name)) return [fact(name, span, field.value), ...below()];
  const first = children[0]?.name;
  if (name === '' && first === 'wps.type') return attributeFacts(field, span);
  if (name === '' && first === 'wps.ext.id') return [subelementFact(field, span)];
  // The container of everything behind the expanded method type has no name and no bytes of its own.
  if (name === '' && first === 'eap.ext.vendor_id') return below();
  return [fact(`unexpected ${name}`, span, field.value, field.shown)];
}

function attributeFacts(field: PdmlField, span: Span): string[] {
  const type = child(field, 'wps.type');
  const length = child(field, 'wps.length');
  if (type === null || length === null) return [fact('cut attribute', span, field.value)];
  const said = `${nameIn(type.shown)}, Length ${Number.parseInt(length.value, 16)}`;
  const facts = [fact('attribute', span, field.value, said)];
  for (const inner of field.children) {
    if (inner.name === 'wps.message_type') facts.push(`message ${nameIn(inner.shown)}`);
    else if (inner.name === 'wps.vendor_id') {
      facts.push(fact('vendor id', { start: inner.start, end: inner.start + inner.lengthBytes }, inner.value));
    } else if (inner.name === '' || inner.start < span.start || inner.start + inner.lengthBytes > span.end) {
      facts.push(...factsOf(inner));
    }
    // What is left names the value or a part of it, inside the bytes that are compared.
  }
  return facts;
}

function subelementFact(field: PdmlField, span: Span): string {
  const length = child(field, 'wps.ext.len');
  const id = child(field, 'wps.ext.id');
  if (length === null || id === null) return fact('cut subelement', span, field.value);
  const known = nameIn(id.shown);
  const isNew = known === 'Unknown' && UNKNOWN_TO_TSHARK.has(id.value);
  const name = isNew ? subelementName(Number.parseInt(id.value, 16)) : known;
  return fact('subelement', span, field.value, `${name}, Length ${Number.parseInt(length.value, 16)}`);
}

/** Null where tshark has given up in the middle of a structure. */
function child(field: PdmlField, name: string): PdmlField | null {
  return field.children.find((inner) => inner.name === name) ?? null;
}

/** The name in `Data Element Type: Version (0x104a)` or `WFA Extension Subelement ID: Version2 (0)`, spelled as ours. */
function nameIn(shown: string): string {
  const name = /: (.*) \([^()]*\)$/.exec(shown)?.[1] ?? shown;
  return SPELLING.find(([, names]) => name in names)?.[1][name] ?? name;
}
