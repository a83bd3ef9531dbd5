import { concat, equal, u16be } from '#base/bytes.js';
import type { Fault } from '#reference/fault.js';
import type { Evidence, Exchange, ExchangeMessage } from '#evidence/model.js';
import type { TlvNode } from '#wire/tlv.js';
import { ATTRIBUTE, attributeName } from '#wire/wps/attributes.js';
import { attribute, type WscMessage } from '#wire/wps/message.js';
import { vendorExtensions } from '#wire/wps/vendor-extension.js';
import { discoveryDifference } from './discovery-difference.js';

/** Places in which the evidence of a device differs from that of the same device without its faults. */
export interface Difference {
  /** What the device does otherwise: `M1.Device Name`, `Probe Request.Microsoft extension`, `WSC_DONE.missing`. */
  readonly own: ReadonlySet<string>;
  /** What follows from the rest of the exchange by computation: `M3.Authenticator`, `M5.settings`. */
  readonly computed: ReadonlySet<string>;
}

/** Attributes whose value depends on keys, secrets and all that was said before. */
const COMPUTED: ReadonlySet<number> = new Set([
  ATTRIBUTE.Authenticator,
  ATTRIBUTE.EHash1,
  ATTRIBUTE.EHash2,
  ATTRIBUTE.EncryptedSettings,
  ATTRIBUTE.KeyWrapAuthenticator,
]);

/** Compare what two devices of the same seed sent, message by message. */
export function differenceOf(base: Evidence, other: Evidence): Difference {
  const comparison = new Comparison();
  const before = probeRequests(base);
  // A frame that repeats an earlier one is not kept twice.
  for (const [index, frame] of probeRequests(other).entries()) {
    const counterpart = before[index] ?? before.at(-1);
    if (counterpart === undefined) comparison.own.add('Probe Request.added');
    else comparison.attributes('Probe Request', counterpart, frame);
  }
  for (const { question, answer } of other.operator ?? [])
    if (base.operator?.find((each) => each.question === question)?.answer !== answer)
      comparison.own.add(`panel.${question}`);
  for (const [one, two] of pairs(base.exchanges, other.exchanges)) {
    if (one === undefined || two === undefined) comparison.own.add('exchanges');
    else comparison.exchange(one, two);
  }
  for (const place of discoveryDifference(base.discovery ?? null, other.discovery ?? null)) comparison.own.add(place);
  return comparison;
}

/** True when a fault declares this place of {@link Difference}. */
export function declares({ changes }: Pick<Fault, 'changes'>, place: string): boolean {
  return changes.some((change) => change === place || (change.startsWith('*.') && place.endsWith(change.slice(1))));
}

/** The declared places in which a device with the fault differs from one without; empty when the fault did not fire. */
export function changesSeen(fault: Fault, base: Evidence, other: Evidence): string[] {
  const { own, computed } = differenceOf(base, other);
  return [...own, ...computed].filter((place) => declares(fault, place));
}

class Comparison implements Difference {
  readonly own = new Set<string>();
  readonly computed = new Set<string>();

  exchange(one: Exchange, other: Exchange): void {
    if (!equal(concat(...one.identities.map(eapData)), concat(...other.identities.map(eapData))))
      this.own.add('Identity');
    const otherMessages = byName(other);
    const messages = byName(one);
    for (const [name, message] of messages) {
      const counterpart = otherMessages.get(name);
      if (counterpart === undefined) this.own.add(`${name}.missing`);
      else this.message(name, message, counterpart);
    }
    for (const name of otherMessages.keys()) if (!messages.has(name)) this.own.add(`${name}.added`);
  }

  attributes(label: string, one: WscMessage, other: WscMessage): void {
    const before = grouped(one.attributes, one);
    const after = grouped(other.attributes, other);
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const [mine, its] = [before.get(name), after.get(name)];
      if (mine !== undefined && its !== undefined && equal(mine.bytes, its.bytes)) continue;
      const isComputed = mine?.isComputed === true && its?.isComputed === true;
      (isComputed ? this.computed : this.own).add(`${label}.${name}`);
    }
    const common = (list: WscMessage, others: ReadonlyMap<string, unknown>): string =>
      names(list)
        .filter((name) => others.has(name))
        .join();
    if (common(one, after) !== common(other, before) && !this.repeats(one, other)) this.own.add(`${label}.order`);
    if (!equal(restOf(one), restOf(other))) this.own.add(`${label}.rest`);
  }

  /** More or fewer of an attribute is a difference of that attribute, not of the order. */
  private repeats(one: WscMessage, other: WscMessage): boolean {
    return names(one).length !== names(other).length;
  }

  private message(name: string, one: ExchangeMessage, other: ExchangeMessage): void {
    this.attributes(name, one.wsc, other.wsc);
    // A longer message may need fragments, and they other flags.
    const sameParts = one.parts.length === other.parts.length;
    if (sameParts && framing(one) !== framing(other)) this.own.add(`${name}.framing`);
    this.settings(name, one, other);
  }

  private settings(name: string, one: ExchangeMessage, other: ExchangeMessage): void {
    const label = `${name}.settings`;
    const [plain, otherPlain] = [one.settings?.plain ?? null, other.settings?.plain ?? null];
    if (plain !== null && otherPlain !== null) this.attributes(label, plain, otherPlain);
    else if (plain !== otherPlain && other.settings !== undefined) this.own.add(label);
    const [iv, otherIv] = [ivOf(one), ivOf(other)];
    if (iv !== null && otherIv !== null && !equal(iv, otherIv)) this.own.add(`${label}.IV`);
  }
}

function probeRequests(evidence: Evidence): WscMessage[] {
  return evidence.management.filter(({ kind }) => kind === 'probe-request').map(({ wsc }) => wsc);
}

/** The Enrollee's messages by name, the first of each. */
function byName(exchange: Exchange): Map<string, ExchangeMessage> {
  const found = new Map<string, ExchangeMessage>();
  for (const message of exchange.messages) {
    const name = message.wsc.name ?? 'unknown';
    if (message.from === 'enrollee' && !found.has(name)) found.set(name, message);
  }
  return found;
}

/** Attributes of one name together: their bytes in order. */
function grouped(
  nodes: readonly TlvNode[],
  message: WscMessage,
): Map<string, { readonly bytes: Uint8Array; readonly isComputed: boolean }> {
  const labels = names(message);
  const found = new Map<string, { bytes: Uint8Array; isComputed: boolean }>();
  nodes.forEach((node, index) => {
    const name = labels[index] ?? attributeName(node.type);
    const earlier = found.get(name)?.bytes ?? new Uint8Array(0);
    const bytes = concat(earlier, Uint8Array.of(node.declaredLength >> 8, node.declaredLength & 0xff), node.value);
    found.set(name, { bytes, isComputed: COMPUTED.has(node.type) });
  });
  return found;
}

const VENDORS = {
  wfa: 'Wi-Fi Alliance extension',
  microsoft: 'Microsoft extension',
  other: 'other extension',
  short: 'other extension',
} as const;

/** Name of each attribute; vendor extensions by their vendor. */
function names(message: WscMessage): string[] {
  const vendors = new Map(vendorExtensions(message).map(({ position, vendor }) => [position, VENDORS[vendor]]));
  return message.attributes.map((node, position) => vendors.get(position) ?? attributeName(node.type));
}

function restOf({ list }: WscMessage): Uint8Array {
  return list.rest?.bytes ?? new Uint8Array(0);
}

/** Op-code, flags and length field of the packets of a message, each kind once; a length field as far as it is wrong. */
function framing({ packets, parts, opCode, wsc }: ExchangeMessage): string {
  const heads = parts.map((part) => {
    const packet = packets.find(({ frame }) => frame === part.frame);
    if (packet === undefined) return '';
    const head = packet.bytes.subarray(EXPANDED_END, part.frameOffset - packet.span.start);
    const announced = head.length === 4 ? u16be(head, 2) - wsc.bytes.length : 0;
    return `${head.subarray(0, 2).join()} ${head.length} ${announced}`;
  });
  return [opCode, ...new Set(heads)].join(' | ');
}

/** Code, identifier and length of an EAP packet; its expanded method type ends 8 bytes later. */
const EAP_LENGTH_END = 4;
const EXPANDED_END = 12;

function eapData({ bytes }: Exchange['identities'][number]): Uint8Array {
  return bytes.subarray(EAP_LENGTH_END);
}

function ivOf(message: ExchangeMessage): Uint8Array | null {
  return attribute(message.wsc, ATTRIBUTE.EncryptedSettings)?.value.subarray(0, 16) ?? null;
}

function pairs<T>(one: readonly T[], other: readonly T[]): [T | undefined, T | undefined][] {
  return Array.from({ length: Math.max(one.length, other.length) }, (_, index) => [one[index], other[index]]);
}
