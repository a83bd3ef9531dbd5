import { equal, type Span } from '#base/bytes.js';
import type { Evidence, Exchange, ExchangeMessage } from '#evidence/model.js';
import type { Finding, RuleId } from '#judge/rule.js';
import { verticalPairing, type VerticalPairing } from '#wire/microsoft/vertical-pairing.js';
import type { TlvNode } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute, type MessageName } from '#wire/wps/message.js';
import type { ValueOwner } from '#wire/wps/value-tables.js';
import { checkAttributeValue } from '#wire/wps/values.js';
import { benchError, blocked, inconclusive } from './finding.js';
import { seenMessage, type Seen } from './locate.js';
import { overlapText } from './overlap.js';

/** An M1 of the DUT with its view of the Microsoft extensions. */
export interface M1 extends Seen {
  readonly exchange: number;
  readonly of: Exchange;
  readonly message: ExchangeMessage;
  readonly pairing: VerticalPairing;
  /** `M1 of exchange 2`: how findings name it. */
  readonly text: string;
}

/** Names only an Enrollee's later messages have. */
const LATER: readonly (MessageName | null)[] = ['M3', 'M5', 'M7', 'WSC_ACK', 'WSC_NACK', 'WSC_DONE'];
/** EAP-WSC op-code of M1 to M8. */
const WSC_MSG = 0x04;

const M1S = new WeakMap<Exchange, readonly M1[]>();

/**
 * Every M1 of an exchange, each content once. Where no message calls itself M1, the Enrollee's first WSC_MSG stands
 * for it unless it is a later message: a wrong or missing Message Type must not hide everything else.
 */
export function m1sOf(exchange: Exchange): readonly M1[] {
  // Nearly every rule asks for them: they are decoded once.
  const known = M1S.get(exchange);
  if (known !== undefined) return known;
  const found = findM1s(exchange);
  M1S.set(exchange, found);
  return found;
}

function findM1s(exchange: Exchange): M1[] {
  const own = exchange.messages.filter((message) => message.from === 'enrollee');
  const named = own.filter((message) => message.wsc.name === 'M1');
  const first = own[0];
  const stand = first !== undefined && first.opCode === WSC_MSG && !LATER.includes(first.wsc.name) ? [first] : [];
  const found = named.length > 0 ? named : stand;
  return found
    .filter((message, index) => !found.slice(0, index).some((other) => equal(other.wsc.bytes, message.wsc.bytes)))
    .map((message) => ({
      ...seenMessage(exchange, message),
      label: 'M1',
      exchange: exchange.number,
      of: exchange,
      message,
      pairing: verticalPairing(message.wsc),
      text: `M1 of exchange ${exchange.number}`,
    }));
}

/** Every M1 of the evidence, in capture order. */
export function allM1s(evidence: Evidence): M1[] {
  return evidence.exchanges.flatMap(m1sOf);
}

/** Judge each M1; without any, the one finding that says why there is none. */
export function eachM1(evidence: Evidence, judge: (m1: M1) => readonly Finding[]): readonly Finding[] {
  const m1s = allM1s(evidence);
  return m1s.length === 0 ? [noM1(evidence)] : m1s.flatMap(judge);
}

/** Why there is no M1: our bench, a silent DUT, or evidence that does not hold one. */
export function noM1(evidence: Evidence): Finding {
  if (evidence.benchFailure !== null)
    return benchError(`the bench failed before an M1 was seen: ${evidence.benchFailure.text}`);
  const silenceMs = silence(evidence);
  if (silenceMs !== null)
    return inconclusive(`the DUT sent no M1 within ${seconds(silenceMs)}${overlapText(evidence)}`);
  if (evidence.exchanges.length === 0) return inconclusive('no WPS exchange in the evidence');
  return evidence.exchanges.some((exchange) => exchange.lossy) || evidence.losses.length > 0
    ? inconclusive('no M1 in the evidence, and frames are known to be missing')
    : inconclusive('no M1 in the evidence');
}

/** How long the bench waited in vain, milliseconds; null when it did not. */
function silence(evidence: Evidence): number | null {
  for (const exchange of evidence.exchanges)
    if (exchange.closing === 'timeout' && exchange.silenceMs !== undefined) return exchange.silenceMs;
  for (const { kind, detail } of evidence.events)
    if (kind === 'session-end' && detail['outcome'] === 'timeout' && typeof detail['silenceMs'] === 'number')
      return detail['silenceMs'];
  return null;
}

/** `10 s`, `0.8 s`: to the millisecond. */
export function seconds(durationMs: number): string {
  return `${Math.round(durationMs) / 1000} s`;
}

/** Every rule that may judge the length of an attribute: what may block a rule about a cut message. */
export const LENGTH_OWNERS: readonly RuleId[] = [
  'RVP-VX-04',
  'RVP-WSC-05',
  'RVP-WSC-06',
  'RVP-WSC-07',
  'RVP-WSC-08',
  'RVP-WSC-14',
];

/** The rules that own an attribute in M1 alone; in other messages RVP-WSC-05 judges it. */
const M1_OWNERS: readonly ValueOwner[] = ['RVP-VX-04', 'RVP-WSC-07', 'RVP-WSC-08', 'RVP-WSC-14'];

/** Rules that judge the first attribute of this id; a second one is RVP-WSC-05's. */
const FIRST_OWNERS: ReadonlyMap<ValueOwner, number> = new Map([
  ['RVP-WSC-07', ATTRIBUTE.MACAddress],
  ['RVP-WSC-08', ATTRIBUTE.PublicKey],
  ['RVP-WSC-14', ATTRIBUTE.DevicePasswordID],
]);

/**
 * The rule that judges what `owner` judges in M1, in this message.
 *
 * @param at the spot, where it may be that of an attribute that is there twice
 */
export function ownerIn(seen: Seen, owner: ValueOwner, at?: Span): ValueOwner {
  if (seen.label !== 'M1' && M1_OWNERS.includes(owner)) return 'RVP-WSC-05';
  const first = seen.wsc.attributes.find(({ type }) => type === FIRST_OWNERS.get(owner));
  if (first === undefined || at === undefined) return owner;
  return at.end <= first.span.end ? owner : 'RVP-WSC-05';
}

/** The rule that fails for the length of this attribute. */
export function lengthOwner(seen: Seen, node: TlvNode): RuleId {
  return ownerIn(seen, checkAttributeValue(node)?.owner ?? 'RVP-WSC-05', node.span);
}

/** The attribute whose Length reaches past the end of the message, hiding what may have followed; null when whole. */
export function cutAttribute(seen: Seen): TlvNode | null {
  return seen.wsc.attributes.find((node) => node.missingBytes > 0) ?? null;
}

/**
 * Absence is decidable only in a message that could be read to its end: the finding that says so for a cut one, or null.
 */
export function unreadableEnd(seen: Seen, missing: string): Finding | null {
  const cut = cutAttribute(seen);
  if (cut === null) return null;
  return blocked(
    lengthOwner(seen, cut),
    `${seen.label} is cut inside ${cut.path}, so whether ${missing} cannot be told`,
  );
}

/** The value of an attribute of exactly `lengthBytes`, or the finding why it cannot be used. */
export function wholeValue(
  seen: Seen,
  attributeId: number,
  name: string,
  lengthBytes: number,
  presenceOwner: RuleId,
): { readonly node: TlvNode; readonly problem: null } | { readonly node: null; readonly problem: Finding } {
  const node = attribute(seen.wsc, attributeId);
  if (node === null)
    return {
      node: null,
      problem:
        unreadableEnd(seen, `it has ${name}`) ?? blocked(presenceOwner, `${seen.label} has no ${name} attribute`),
    };
  if (node.missingBytes > 0 || node.value.length !== lengthBytes)
    return {
      node: null,
      problem: blocked(
        lengthOwner(seen, node),
        `${name} of ${seen.label} is not ${lengthBytes} bytes long, so it cannot be read`,
      ),
    };
  return { node, problem: null };
}
