import type { Evidence, Exchange, ExchangeMessage } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { EAP_TYPE } from '#wire/eap/eap.js';
import { eachExchange, endingText, isSettled, ownMessages } from '../exchanges.js';
import { benchError, fail, inconclusive, pass } from '../finding.js';
import { messageLabel } from '../locate.js';
import { seconds } from '../observe.js';
import { overlapText } from '../overlap.js';
import { placeOf } from '../reactions.js';
import { WSC } from '../sources.js';

const pin03: Rule = {
  id: 'RVP-PIN-03',
  title: 'Acknowledge an M2D, and accept the M2 that follows',
  alsoKnownAs: ['RVP-REG-19'],
  source: [WSC],
  requirement: 'The device answers M2D with WSC_ACK, and an M2 that follows in the same exchange is accepted.',
  why: 'Windows sends M2D while its user looks for the PIN; a device that gives up then has to be started again.',
  level: 'MUST',
  revision: 2,
  needs: ['exchange'],
  scenarios: ['m2d-windows'],
  remedy: 'Answer M2D with WSC_ACK and go on waiting for M2, from this Registrar or another.',
  check: (evidence) => {
    const findings = eachExchange(evidence, (exchange) => judgeExchange(evidence, exchange));
    if (findings.some(({ verdict }) => verdict === 'fail')) return findings;
    return evidence.exchanges.some((exchange) => followed(exchange))
      ? findings
      : [...findings, neverFollowed(evidence)];
  },
};

function judgeExchange(evidence: Evidence, exchange: Exchange): Finding[] {
  const { number } = exchange;
  const m2d = m2dOf(exchange);
  if (m2d === undefined) return [];
  const wrong = judgeAnswer(exchange, m2d, 'M2D', 'WSC_ACK');
  if (wrong !== null) return wrong;
  const m2 = m2After(exchange, m2d);
  if (m2 === undefined) return [pass(`M2D of exchange ${number} is answered with WSC_ACK`)];
  const refusal = judgeAnswer(exchange, m2, 'M2', 'M3');
  if (refusal === null)
    return [pass(`M2D of exchange ${number} is answered with WSC_ACK, and the M2 that follows with M3`)];
  // A device that takes no M2 at all has another fault than one that takes none after an M2D.
  return acceptsPlainM2(evidence)
    ? refusal
    : refusal.map(({ text }) =>
        inconclusive(`${text}, and no other exchange shows that it accepts one without an M2D`),
      );
}

function m2dOf({ messages }: Exchange): ExchangeMessage | undefined {
  return messages.find(({ from, wsc }) => from === 'registrar' && wsc.name === 'M2D');
}

function m2After({ messages }: Exchange, m2d: ExchangeMessage): ExchangeMessage | undefined {
  return messages.slice(messages.indexOf(m2d)).find(({ from, wsc }) => from === 'registrar' && wsc.name === 'M2');
}

/** What is to be said of the answer to a message of the Registrar; null: it is the one that is due. */
function judgeAnswer(
  exchange: Exchange,
  message: ExchangeMessage,
  to: 'M2D' | 'M2',
  due: 'WSC_ACK' | 'M3',
): Finding[] | null {
  const next = messageAfter(exchange, message);
  if (next === undefined) return unanswered(exchange, message, to, due);
  // A Registrar goes on after an answer alone: this one was not seen.
  if (next.from === 'registrar')
    return [inconclusive(`the answer to ${textOf(to)} of exchange ${exchange.number} is not in the evidence`)];
  return next.wsc.name === due ? null : [wrongAnswer(exchange, next, to, due)];
}

/** What comes next: a message of the Enrollee, or one by which the Registrar goes on. */
function messageAfter({ messages }: Exchange, message: ExchangeMessage): ExchangeMessage | undefined {
  return messages
    .slice(messages.indexOf(message) + 1)
    .find(({ from, wsc }) => from === 'enrollee' || wsc.name !== message.wsc.name);
}

function wrongAnswer(exchange: Exchange, answer: ExchangeMessage, to: 'M2D' | 'M2', expected: string): Finding {
  const label = messageLabel(answer.wsc);
  return fail(`${textOf(to)} of exchange ${exchange.number} is answered with ${label}`, {
    expected,
    actual: label,
    at: placeOf(exchange, answer),
    remedy: REMEDIES[to],
  });
}

function unanswered(exchange: Exchange, message: ExchangeMessage, to: 'M2D' | 'M2', expected: string): Finding[] {
  const { number, closing, silenceMs } = exchange;
  const nak = exchange.packets.find(
    ({ from, type, frame }) => from === 'enrollee' && type === EAP_TYPE.Nak && frame.timeNs >= message.timeNs,
  );
  const text = `${textOf(to)} of exchange ${number}`;
  // Of an exchange that is not known to be over it is said elsewhere.
  if (!isSettled(exchange)) return [];
  if (nak === undefined && closing !== 'timeout')
    return [inconclusive(`${text} has no answer in the evidence: ${endingText(exchange)}`)];
  const silent = `no answer${silenceMs === undefined ? '' : ` within ${seconds(silenceMs)}`}`;
  const actual = nak === undefined ? silent : 'an EAP-Nak';
  return [fail(`${text} gets ${actual}`, { expected, actual, at: placeOf(exchange, message), remedy: REMEDIES[to] })];
}

const REMEDIES = {
  M2D: 'Answer M2D with WSC_ACK, both nonces in it, and stay where M2 is waited for.',
  M2: 'Take M2 after WSC_ACK as if no M2D had come: its Authenticator covers M1, not the M2D.',
} as const;

function textOf(to: 'M2D' | 'M2'): string {
  return to === 'M2D' ? 'M2D' : 'the M2 that follows M2D';
}

function acceptsPlainM2({ exchanges }: Evidence): boolean {
  return exchanges.some(
    (exchange) => exchange.messages.every(({ wsc }) => wsc.name !== 'M2D') && ownMessages(exchange, 'M3').length > 0,
  );
}

/** True for an exchange in which an M2 follows an M2D. */
function followed(exchange: Exchange): boolean {
  const m2d = m2dOf(exchange);
  return m2d !== undefined && m2After(exchange, m2d) !== undefined;
}

function neverFollowed(evidence: Evidence): Finding {
  if (evidence.benchFailure !== null)
    return benchError(`no M2 after M2D: the bench failed: ${evidence.benchFailure.text}`);
  const scripted = evidence.exchanges.find(({ script }) => script === 'm2d-windows') ?? evidence.exchanges.at(-1);
  const end = scripted === undefined ? '' : `: ${endingText(scripted)}`;
  return inconclusive(`no M2 after M2D in the evidence${end}${overlapText(evidence)}`);
}

export const m2dRules: readonly Rule[] = [pin03];
