import type { Span } from '#base/bytes.js';
import type { TlvNode } from '../tlv.js';
import { ATTRIBUTE_VALUES, SUBELEMENT_VALUES, type ValueOwner, type ValueRule } from './value-tables.js';
import type { WscMessage } from './message.js';
import { vendorExtensions } from './vendor-extension.js';

/** A value or length that WSC does not allow, and where. */
export interface ValueViolation {
  /** The rule that judges it. */
  readonly owner: ValueOwner;
  /** Path of the attribute or subelement. */
  readonly path: string;
  /** The wrong bytes in the message: the Length field for a length, else the part of the value. */
  readonly at: Span;
  readonly expected: string;
  readonly actual: string;
}

const WHOLE_OWNER: ValueOwner = 'RVP-WSC-05';
/** Strings are judged by a SHOULD rule; a string that runs past the end of the message is worse than that. */
const STRING_OWNER: ValueOwner = 'RVP-WSC-16';

/** Legal length and value of a WPS attribute (WSC: data element definitions); null when right or not defined. */
export function checkAttributeValue(node: TlvNode): ValueViolation | null {
  return checkNode(node, ATTRIBUTE_VALUES.get(node.type), 2);
}

/** Legal length and value of a subelement of the Wi-Fi Alliance's extension; null when right or not defined. */
export function checkSubelement(node: TlvNode): ValueViolation | null {
  return checkNode(node, SUBELEMENT_VALUES.get(node.type), 1);
}

/**
 * Every violation of a message, of the plaintext of its settings or of a Credential, in message order: attributes,
 * subelements, and bytes left over that are neither. Microsoft's TLVs are never looked at.
 */
export function checkValues(message: Pick<WscMessage, 'attributes' | 'list'>): ValueViolation[] {
  const inExtension = new Map(
    vendorExtensions(message).map(({ node, subelements }) => [
      node,
      [...(subelements?.nodes.map(checkSubelement) ?? []), checkRest(subelements?.rest, `${node.path}.rest`, 2)],
    ]),
  );
  const found = message.attributes.flatMap((node) => [checkAttributeValue(node), ...(inExtension.get(node) ?? [])]);
  const root = message.attributes[0]?.path.split('.').slice(0, -1).join('.') ?? 'wsc';
  found.push(checkRest(message.list.rest, `${root}.rest`, 4));
  return found.filter((violation) => violation !== null);
}

function checkRest(
  rest: WscMessage['list']['rest'] | undefined,
  path: string,
  headerBytes: number,
): ValueViolation | null {
  if (rest === null || rest === undefined) return null;
  const expected = `nothing, or ${headerBytes} bytes or more of another one`;
  return { owner: WHOLE_OWNER, path, at: rest.span, expected, actual: `${bytesText(rest.bytes.length)} left over` };
}

function checkNode(node: TlvNode, rule: ValueRule | undefined, fieldBytes: 1 | 2): ValueViolation | null {
  const at = { start: node.span.start + fieldBytes, end: node.valueSpan.start };
  const owner = rule?.owner ?? WHOLE_OWNER;
  const isCut = node.missingBytes > 0;
  if (rule !== undefined && !isLegalLength(rule, node.declaredLength) && !(isCut && owner === STRING_OWNER)) {
    return { owner, path: node.path, at, expected: lengthText(rule), actual: bytesText(node.declaredLength) };
  }
  if (isCut) {
    const expected = `${bytesText(node.declaredLength)}, as its Length says`;
    return {
      owner: WHOLE_OWNER,
      path: node.path,
      at,
      expected,
      actual: `${bytesText(node.value.length)} before the end`,
    };
  }
  const fault = rule?.value?.(node.value) ?? null;
  if (rule === undefined || fault === null) return null;
  const [from, to] = fault.range ?? [0, node.value.length];
  return {
    owner: rule.valueOwner ?? owner,
    path: node.path,
    at: { start: node.valueSpan.start + from, end: node.valueSpan.start + to },
    expected: fault.expected,
    actual: fault.actual,
  };
}

function isLegalLength(rule: ValueRule, lengthBytes: number): boolean {
  return lengthBytes >= rule.least && lengthBytes <= rule.most && lengthBytes % (rule.multipleOf ?? 1) === 0;
}

function lengthText(rule: ValueRule): string {
  if (rule.least === rule.most) return bytesText(rule.least);
  const range =
    rule.most === Number.POSITIVE_INFINITY
      ? `${rule.least} bytes or more`
      : rule.least === 0
        ? `at most ${bytesText(rule.most)}`
        : `${rule.least} to ${rule.most} bytes`;
  return rule.multipleOf === undefined ? range : `${range}, a multiple of ${rule.multipleOf}`;
}

function bytesText(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}
