import { allBytes, equal, toHex, u16be } from '#base/bytes.js';
import type { Evidence, Exchange, ExchangeMessage } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ATTRIBUTE, attributeName } from '#wire/wps/attributes.js';
import { attribute, type MessageName } from '#wire/wps/message.js';
import { MESSAGE_TABLES, missingAttributes } from '#wire/wps/messages.js';
import { checkAttributeValue } from '#wire/wps/values.js';
import { eachExchange, endingText, isSettled, ownMessages, precedingRegistrarMessage } from '../exchanges.js';
import { benchError, blocked, fail, inconclusive, note, pass } from '../finding.js';
import { locate, locateEnd, placeText, seenMessage, type Seen } from '../locate.js';
import { LENGTH_OWNERS, m1sOf, unreadableEnd, wholeValue, ownerIn } from '../observe.js';
import { overlapText } from '../overlap.js';
import { WSC } from '../sources.js';

const COMPLETE = ['M3', 'M5', 'M7', 'WSC_DONE'] as const;
const ANSWERS: readonly MessageName[] = [...COMPLETE, 'WSC_ACK', 'WSC_NACK'];
const NONCE_BYTES = 16;

const wsc12: Rule = {
  id: 'RVP-WSC-12',
  title: 'Echo the nonces, and send M3, M5, M7 and WSC_Done complete',
  source: [WSC],
  requirement: 'Nonces are echoed correctly, and M3, M5, M7 and WSC_Done have their mandatory attributes.',
  why: 'A Registrar tells by the nonces whose message it is, and drops one that is not complete.',
  level: 'MUST',
  revision: 2,
  needs: ['exchange'],
  interpretation: ['I-15'],
  remedy: 'Copy the Registrar Nonce of the last M2 and the Enrollee Nonce of M1; add the attribute that is named.',
  blockedBy: ['RVP-WSC-03', 'RVP-WSC-13', ...LENGTH_OWNERS],
  check: (evidence) => {
    const findings = eachExchange(evidence, judgeMessages, 'M3', 'M5', 'M7');
    if (findings.some(({ verdict }) => verdict === 'fail')) return findings;
    const isDone = evidence.exchanges.some((exchange) => ownMessages(exchange, 'WSC_DONE').length > 0);
    return isDone ? findings : [...findings, noDone(evidence)];
  },
};

function judgeMessages(exchange: Exchange): Finding[] {
  const answers = ownMessages(exchange, ...ANSWERS).flatMap((message) => {
    const findings = [...judgeAttributes(exchange, message), ...judgeNonces(exchange, message)];
    const { label } = seenMessage(exchange, message);
    return findings.length > 0
      ? findings
      : [pass(`${label} of exchange ${exchange.number} is complete and echoes the nonces`)];
  });
  return [...answers, ...judgeNameless(exchange)];
}

/** Messages after M1 that have no Message Type, so that nobody can tell which they are. */
function judgeNameless(exchange: Exchange): Finding[] {
  const m1s = m1sOf(exchange).map(({ message }) => message);
  return ownMessages(exchange)
    .filter((message) => !m1s.includes(message) && attribute(message.wsc, ATTRIBUTE.MessageType) === null)
    .map((message) => {
      const seen = seenMessage(exchange, message);
      return unreadableEnd(seen, 'it has a Message Type') ?? missingAttribute(exchange, seen, ATTRIBUTE.MessageType);
    });
}

function noDone(evidence: Evidence): Finding {
  // There is no WSC_Done: all that is to be said of an end is that it is missing.
  const refused = evidence.exchanges.find((exchange) => judgeEnd(exchange).length > 0);
  if (refused !== undefined)
    return blocked('RVP-WSC-13', `exchange ${refused.number} has no WSC_Done, which follows M8`);
  return notReached(evidence, 'no WSC_Done in the evidence');
}

function judgeAttributes(exchange: Exchange, message: ExchangeMessage): Finding[] {
  const name = COMPLETE.find((each) => each === message.wsc.name);
  if (name === undefined) return [];
  const seen = seenMessage(exchange, message);
  const missing = missingAttributes(MESSAGE_TABLES[name], message.wsc, false);
  if (missing.length === 0) return [];
  const cut = unreadableEnd(seen, 'the other mandatory attributes are there');
  if (cut !== null) return [cut];
  return missing.map(({ id }) => missingAttribute(exchange, seen, id));
}

function missingAttribute(exchange: Exchange, seen: Seen, id: number): Finding {
  const at = locateEnd(seen, seen.label.toLowerCase());
  const text = `${attributeName(id)} (${toHex(Uint8Array.of(id >> 8, id & 0xff), ' ')})`;
  return fail(`${seen.label} of exchange ${exchange.number} has no ${attributeName(id)}`, {
    expected: text,
    actual: 'no such attribute',
    at,
    remedy: `Add ${text} to ${seen.label}; the message ends at ${placeText(at)}.`,
  });
}

function judgeNonces(exchange: Exchange, message: ExchangeMessage): Finding[] {
  const seen = seenMessage(exchange, message);
  return [
    ...judgeNonce(exchange, seen, ATTRIBUTE.EnrolleeNonce, () => enrolleeNonce(exchange)),
    ...judgeNonce(exchange, seen, ATTRIBUTE.RegistrarNonce, () => registrarNonce(exchange, message)),
  ];
}

/** The nonce that has to be echoed, the finding why it is not known, or null where none was sent yet. */
type Original = { readonly value: Uint8Array; readonly orZeros?: boolean } | { readonly problem: Finding } | null;

function enrolleeNonce(exchange: Exchange): Original {
  const m1 = m1sOf(exchange).at(-1);
  if (m1 === undefined) return { problem: inconclusive(`M1 of exchange ${exchange.number} is not in the evidence`) };
  const found = wholeValue(m1, ATTRIBUTE.EnrolleeNonce, 'Enrollee Nonce', NONCE_BYTES, 'RVP-WSC-03');
  return found.node === null ? { problem: found.problem } : { value: found.node.value };
}

function registrarNonce(exchange: Exchange, message: ExchangeMessage): Original {
  const last = precedingRegistrarMessage(exchange, message, 'M2', 'M2D');
  const node = last === null ? null : attribute(last.wsc, ATTRIBUTE.RegistrarNonce);
  if (node !== null) return { value: node.value, orZeros: last?.wsc.name === 'M2D' };
  // Before M2 there is nothing to echo: what a WSC_ACK or WSC_NACK then says is free.
  if (message.wsc.name === 'WSC_ACK' || message.wsc.name === 'WSC_NACK') return null;
  return { problem: inconclusive(`the Registrar Nonce of exchange ${exchange.number} is not in the evidence`) };
}

function judgeNonce(exchange: Exchange, seen: Seen, id: number, original: () => Original): Finding[] {
  const node = attribute(seen.wsc, id);
  if (node === null) return [];
  const name = attributeName(id);
  const violation = checkAttributeValue(node);
  if (violation !== null) return [blocked(ownerIn(seen, violation.owner), `${name} of ${seen.label} cannot be read`)];
  const right = original();
  if (right === null) return [];
  if ('problem' in right) return [right.problem];
  if (equal(node.value, right.value)) return [];
  const at = locate(seen, node);
  if (right.orZeros === true && allBytes(node.value, 0))
    return [note(`${name} of ${seen.label} in exchange ${exchange.number}, which answers M2D, is zero`, at)];
  return [
    fail(`${name} of ${seen.label} in exchange ${exchange.number} is not the one of this exchange`, {
      expected: toHex(right.value),
      actual: toHex(node.value),
      at,
      remedy: `Copy the ${NONCE_BYTES} bytes ${toHex(right.value)} into ${name} at ${placeText(at)}.`,
    }),
  ];
}

const wsc13: Rule = {
  id: 'RVP-WSC-13',
  title: 'Send WSC_Done after M8',
  source: [WSC],
  requirement: 'After M8 the device sends WSC_Done.',
  why: 'Without it the Registrar takes the exchange for failed and may tell the user so.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  remedy: 'Take over the credential of M8 and answer with op-code 05 and Message Type 0x0f, both nonces in it.',
  check: (evidence) => {
    const findings = eachExchange(evidence, judgeEnd);
    return findings.length > 0 ? findings : [notReached(evidence, 'no M8 was sent')];
  },
};

function m8Of(exchange: Exchange): ExchangeMessage | null {
  return exchange.messages.findLast(({ from, wsc }) => from === 'registrar' && wsc.name === 'M8') ?? null;
}

/** What of RVP-WSC-13 one exchange shows; nothing where it did not come to M8, or may go on. */
export function judgeEnd(exchange: Exchange): Finding[] {
  const m8 = m8Of(exchange);
  if (m8 === null) return [];
  const after = exchange.messages.slice(exchange.messages.indexOf(m8) + 1).filter(({ from }) => from === 'enrollee');
  const done = after.find(({ wsc }) => wsc.name === 'WSC_DONE');
  if (done !== undefined) {
    const seen = seenMessage(exchange, done);
    return [
      pass(
        `WSC_Done follows M8 in exchange ${exchange.number}`,
        locate(seen, { span: { start: 0, end: done.wsc.bytes.length }, path: 'wscdone' }),
      ),
    ];
  }
  const nack = after.find(({ wsc }) => wsc.name === 'WSC_NACK');
  if (nack === undefined && !isSettled(exchange)) return [];
  const error = nack === undefined ? null : attribute(nack.wsc, ATTRIBUTE.ConfigurationError);
  const code = error?.value.length === 2 ? `, Configuration Error ${u16be(error.value, 0)}` : '';
  return [
    fail(`no WSC_Done follows M8 in exchange ${exchange.number}`, {
      expected: 'WSC_Done',
      actual: nack === undefined ? endingText(exchange) : `WSC_NACK${code}`,
      at:
        nack === undefined
          ? locateEnd(seenMessage(exchange, m8), 'm8')
          : locateEnd(seenMessage(exchange, nack), 'wscnack'),
      remedy: `Answer M8 with EAP-WSC op-code 05 and a message of Version, Message Type 0x0f, Enrollee Nonce and Registrar Nonce${code === '' ? '' : '; find out why the credential is refused'}.`,
    }),
  ];
}

/** What the exchange did not come to, and how it ended. */
function notReached(evidence: Evidence, what: string): Finding {
  if (evidence.benchFailure !== null) return benchError(`${what}: ${evidence.benchFailure.text}`);
  const last = evidence.exchanges.at(-1);
  return inconclusive(`${what}${last === undefined ? '' : `: ${endingText(last)}`}${overlapText(evidence)}`);
}

export const flowRules: readonly Rule[] = [wsc12, wsc13];
