import { toHex, type Span } from '#base/bytes.js';
import { formatUuid } from '#base/uuid.js';
import type { Issue } from './issue.js';
import {
  MICROSOFT_TLV,
  microsoftTlvName,
  transportName,
  verticalPairing,
  type TransportUuid,
} from './microsoft/vertical-pairing.js';
import type { TlvList, TlvNode } from './tlv.js';
import { ATTRIBUTE, attributeName, ATTRIBUTES } from './wps/attributes.js';
import { formatAttributeValue, formatSubelementValue, hiddenText, shortHex, type FormatOptions } from './wps/format.js';
import { decodeAttributes, messagePathName, type WscMessage } from './wps/message.js';
import type { Settings } from './wps/settings.js';
import { checkValues } from './wps/values.js';
import { vendorExtensions, type VendorExtension } from './wps/vendor-extension.js';
import { subelementName } from './wps/wfa.js';

/** One line of a dissection. */
export interface DissectLine {
  /** A protocol layer, an element of it, or a remark on what stands at this spot. */
  readonly kind: 'layer' | 'node' | 'issue';
  readonly depth: number;
  /** The bytes it speaks of. */
  readonly at: Span;
  /** `at` counts in the plaintext of Encrypted Settings instead of the message or frame. */
  readonly inPlaintext: boolean;
  readonly path: string;
  readonly text: string;
}

export interface DissectOptions extends FormatOptions {
  /** Encrypted Settings of this message, opened with the session keys. */
  readonly settings?: Settings;
}

/** What the attributes of one list need to know of each other. */
interface Context {
  readonly options: DissectOptions;
  readonly inPlaintext: boolean;
  /** Remark by the path it belongs to. */
  readonly remarks: ReadonlyMap<string, Issue>;
  readonly extensions: ReadonlyMap<TlvNode, VendorExtension>;
  /** TLVs of Microsoft's extensions by the attribute they stand in. */
  readonly microsoft: ReadonlyMap<TlvNode, TlvList>;
  readonly transportUuids: readonly TransportUuid[];
}

/**
 * A WSC message as lines: one for each attribute, with what is nested in it, and every remark of the decoders and of
 * the value tables at its spot. Spans count in the message.
 */
export function dissectWsc(message: WscMessage, options: DissectOptions = {}): DissectLine[] {
  const title = message.name ?? 'WSC message of unknown type';
  const at = { start: 0, end: message.bytes.length };
  const path = messagePathName(message.name);
  const text = `${title}, ${message.bytes.length} bytes`;
  return [
    { kind: 'layer', depth: 0, at, inPlaintext: false, path, text },
    ...dissectList(message.list, 1, false, options),
  ];
}

/** Lines as text: offset in hex (with `+` in front of one that counts in a plaintext), depth, and what stands there. */
export function formatDissection(lines: readonly DissectLine[]): string[] {
  return lines.map(({ kind, depth, at, inPlaintext, text }) => {
    const offset = `${inPlaintext ? '+' : ' '}${at.start.toString(16).padStart(4, '0')}`;
    return `${offset}  ${'  '.repeat(depth)}${kind === 'issue' ? `! ${text}` : text}`;
  });
}

function dissectList(list: TlvList, depth: number, inPlaintext: boolean, options: DissectOptions): DissectLine[] {
  const message = { attributes: list.nodes, list };
  const pairing = verticalPairing(message);
  const extensions = vendorExtensions(message);
  const remarks = remarksByPath([
    ...list.issues,
    ...extensions.flatMap((extension) => extension.subelements?.issues ?? []),
    ...pairing.extensions.flatMap((extension) => extension.list.issues),
    ...checkValues(message).map(({ owner, path, at, expected, actual }) => {
      return { code: owner, path, at, text: `expected ${expected}, got ${actual}` };
    }),
  ]);
  const context: Context = {
    options,
    inPlaintext,
    remarks,
    extensions: new Map(extensions.map((extension) => [extension.node, extension])),
    microsoft: new Map(pairing.extensions.map(({ extension, list: tlvs }) => [extension.node, tlvs])),
    transportUuids: pairing.transportUuids,
  };
  const lines = list.nodes.flatMap((node) => dissectAttribute(node, depth, context));
  return [...lines, ...restLines(list, depth, context)];
}

function dissectAttribute(node: TlvNode, depth: number, context: Context): DissectLine[] {
  const text = nodeText(4, node, attributeName(node.type), attributeText(node, context));
  const lines = nodeLines(node, text, depth, context);
  const subelements = context.extensions.get(node)?.subelements ?? null;
  if (subelements !== null) {
    for (const sub of subelements.nodes) {
      const subText = nodeText(2, sub, subelementName(sub.type), formatSubelementValue(sub));
      lines.push(...nodeLines(sub, subText, depth + 1, context));
    }
    lines.push(...restLines(subelements, depth + 1, context));
  }
  const microsoft = context.microsoft.get(node);
  if (microsoft !== undefined) lines.push(...microsoftLines(microsoft, depth + 1, context));
  if (node.type === ATTRIBUTE.Credential) {
    const inner = decodeAttributes(node.value, node.path, node.valueSpan.start);
    lines.push(...dissectList(inner, depth + 1, context.inPlaintext, context.options));
  }
  if (node.type === ATTRIBUTE.EncryptedSettings && !context.inPlaintext) {
    lines.push(...settingsLines(node, depth + 1, context.options));
  }
  return lines;
}

function attributeText(node: TlvNode, { inPlaintext, options }: Context): string {
  // What was encrypted under a type that is not defined may be a key under a wrong type.
  if (inPlaintext && options.secrets !== true && !ATTRIBUTES.has(node.type)) return hiddenText(node.value);
  return formatAttributeValue(node, options);
}

function microsoftLines(list: TlvList, depth: number, context: Context): DissectLine[] {
  const lines = list.nodes.flatMap((node) => {
    const name = microsoftTlvName(node.type) ?? 'unknown';
    return nodeLines(node, nodeText(4, node, name, microsoftText(node, context)), depth, context);
  });
  return [...lines, ...restLines(list, depth, context)];
}

function microsoftText(node: TlvNode, context: Context): string {
  const { value } = node;
  if (node.type === MICROSOFT_TLV.VerticalPairingIdentifier && value.length === 2) {
    const transport = value[0] ?? 0;
    const name = transportName(transport) ?? 'reserved';
    return `Transport 0x${toHex(value.subarray(0, 1))} (${name}), Profile Request 0x${toHex(value.subarray(1))}`;
  }
  if (node.type === MICROSOFT_TLV.TransportUuid && value.length === 16) {
    const vpi = context.transportUuids.find((found) => found.node === node)?.vpi ?? null;
    const transport = vpi?.transport ?? null;
    const of =
      transport === null ? 'no transport before it' : `of ${transportName(transport) ?? 'a reserved transport'}`;
    return `${formatUuid(value)} (${of})`;
  }
  return shortHex(value);
}

function settingsLines(node: TlvNode, depth: number, options: DissectOptions): DissectLine[] {
  const { settings } = options;
  if (settings === undefined) return [];
  const { path } = node;
  const lines: DissectLine[] = [];
  if (settings.problem !== null) {
    const text = `${settings.problem}: ${settings.detail}`;
    lines.push({ kind: 'issue', depth, at: node.valueSpan, inPlaintext: false, path, text });
  }
  if (settings.plain !== null) lines.push(...dissectList(settings.plain.list, depth, true, options));
  return lines;
}

function nodeText(typeDigits: number, node: TlvNode, name: string, value: string): string {
  return `${node.type.toString(16).padStart(typeDigits, '0')} ${name} (${node.declaredLength}): ${value}`.trimEnd();
}

function nodeLines(node: TlvNode, text: string, depth: number, context: Context): DissectLine[] {
  const { span: at, path } = node;
  const { inPlaintext } = context;
  return [{ kind: 'node', depth, at, inPlaintext, path, text }, ...issueLines(path, depth, context)];
}

function issueLines(path: string, depth: number, { remarks, inPlaintext }: Context): DissectLine[] {
  const remark = remarks.get(path);
  if (remark === undefined) return [];
  return [{ kind: 'issue', depth, at: remark.at, inPlaintext, path, text: `${remark.code}: ${remark.text}` }];
}

function restLines(list: TlvList, depth: number, context: Context): DissectLine[] {
  if (list.rest === null) return [];
  const path = list.issues.at(-1)?.path ?? '';
  const text = `left over (${list.rest.bytes.length}): ${shortHex(list.rest.bytes)}`;
  const { inPlaintext } = context;
  return [{ kind: 'node', depth, at: list.rest.span, inPlaintext, path, text }, ...issueLines(path, depth, context)];
}

/** The first by each path: what a decoder has remarked is not said a second time by the value tables. */
function remarksByPath(issues: readonly Issue[]): Map<string, Issue> {
  const byPath = new Map<string, Issue>();
  for (const issue of issues) if (!byPath.has(issue.path)) byPath.set(issue.path, issue);
  return byPath;
}
