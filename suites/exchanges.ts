import { equal, u16be } from '#base/bytes.js';
import type { Evidence, Exchange, ExchangeMessage } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import { attribute, type MessageName } from '#wire/wps/message.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { benchError, inconclusive } from './finding.js';
import { messageLabel } from './locate.js';
import { allM1s, noM1, seconds } from './observe.js';
import { overlapText } from './overlap.js';

/**
 * Judge each exchange as a whole. What is seen counts at once; nothing passes, and no absence counts, before the end
 * of the exchange was seen and as long as frames may be missing: such an exchange adds an inconclusive finding.
 *
 * @param judge findings of one exchange; none where it shows nothing the rule speaks of
 * @param needed messages of the DUT that have to be in the evidence somewhere for the rule to pass
 * @returns empty only when `judge` finds nothing in any exchange, none is needed, and all were seen to their end
 */
export function eachExchange(
  evidence: Evidence,
  judge: (exchange: Exchange) => readonly Finding[],
  ...needed: readonly MessageName[]
): Finding[] {
  if (allM1s(evidence).length === 0) return withoutM1(evidence, judge);
  const findings = evidence.exchanges.flatMap((exchange) => {
    const unsettled = unsettledFinding(evidence, exchange);
    return unsettled === null ? judge(exchange) : [...judge(exchange), unsettled];
  });
  if (findings.some(({ verdict }) => verdict === 'fail')) return findings;
  return [...findings, ...neverSeen(evidence, needed)];
}

/** Evidence that begins after M1, or ends before it: violations count, and for the rest there is too little. */
function withoutM1(evidence: Evidence, judge: (exchange: Exchange) => readonly Finding[]): Finding[] {
  return [...evidence.exchanges.flatMap(judge).filter(({ verdict }) => verdict === 'fail'), noM1(evidence)];
}

/** True when the exchange is known to be over and whole, so that what is not there was not sent. */
export function isSettled(exchange: Exchange): boolean {
  return exchange.closing !== 'open' && !exchange.lossy;
}

function unsettledFinding(evidence: Evidence, exchange: Exchange): Finding | null {
  if (isSettled(exchange)) return null;
  const { number } = exchange;
  if (exchange.closing !== 'open') return inconclusive(`frames of exchange ${number} may be missing from the evidence`);
  if (evidence.benchFailure !== null)
    return benchError(`the bench failed during exchange ${number}: ${evidence.benchFailure.text}`);
  return inconclusive(`the end of exchange ${number} was not seen`);
}

/** The Enrollee's messages of these names, each content once, in order; all of its messages when none is named. */
export function ownMessages(exchange: Exchange, ...names: readonly MessageName[]): ExchangeMessage[] {
  const own = exchange.messages.filter(
    ({ from, wsc }) => from === 'enrollee' && (names.length === 0 || names.some((name) => name === wsc.name)),
  );
  return own.filter(({ wsc }, index) => !own.slice(0, index).some((earlier) => equal(earlier.wsc.bytes, wsc.bytes)));
}

/** The last message of this name the Registrar sent before `before`, which is one of the exchange; or null. */
export function precedingRegistrarMessage(
  exchange: Exchange,
  before: ExchangeMessage,
  ...names: readonly MessageName[]
): ExchangeMessage | null {
  const earlier = exchange.messages.slice(0, exchange.messages.indexOf(before));
  return earlier.findLast(({ from, wsc }) => from === 'registrar' && names.some((name) => name === wsc.name)) ?? null;
}

/** Findings for the needed messages that no exchange of the evidence holds: a rule about them cannot pass. */
function neverSeen(evidence: Evidence, needed: readonly MessageName[]): Finding[] {
  const missing = needed.filter((name) =>
    evidence.exchanges.every((exchange) => ownMessages(exchange, name).length === 0),
  );
  if (missing.length === 0) return [];
  const labels = missing.map((name) => (name === 'WSC_DONE' ? 'WSC_Done' : name)).join(', ');
  if (evidence.benchFailure !== null)
    return [benchError(`no ${labels}: the bench failed: ${evidence.benchFailure.text}`)];
  return [inconclusive(`no ${labels} in the evidence${lastEnding(evidence)}${overlapText(evidence)}`)];
}

/** `: exchange 2 failed after M3`: how the last exchange ended, to be added to a reason. */
export function lastEnding({ exchanges }: Evidence): string {
  return exchanges
    .slice(-1)
    .map((last) => `: ${endingText(last)}`)
    .join();
}

/** How an exchange ended, in words. */
export function endingText(exchange: Exchange): string {
  const { number, closing, silenceMs } = exchange;
  const last = exchange.messages.findLast(({ from }) => from === 'enrollee');
  const its = last?.wsc.name === null ? '' : 'its ';
  const after = last === undefined ? 'before any message of the DUT' : `after ${its}${messageLabel(last.wsc)}`;
  const nack = ownMessages(exchange, 'WSC_NACK').at(-1);
  const error = nack === undefined ? null : attribute(nack.wsc, ATTRIBUTE.ConfigurationError);
  const reason = error?.value.length === 2 ? ` (Configuration Error ${u16be(error.value, 0)})` : '';
  if (closing === 'timeout') {
    const limit = silenceMs === undefined ? '' : ` for ${seconds(silenceMs)}`;
    return `the DUT was silent${limit} in exchange ${number}, ${after}`;
  }
  if (closing === 'failed') return `exchange ${number} failed ${after}${reason}`;
  if (closing === 'done') return `exchange ${number} ended ${after}`;
  return `the evidence of exchange ${number} ends ${after}${reason}`;
}
