import type { Evidence, Exchange, ExchangeMessage } from '#evidence/model.js';
import type { Finding, Location, Rule } from '#judge/rule.js';
import { EAP_TYPE } from '#wire/eap/eap.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { eachExchange, endingText, isSettled } from '../exchanges.js';
import { benchError, fail, inconclusive, pass } from '../finding.js';
import { locate, locateEnd, messageLabel, seenMessage } from '../locate.js';
import { seconds } from '../observe.js';
import { overlapText } from '../overlap.js';
import { WSC } from '../sources.js';

const pin03: Rule = {
  id: 'RVP-PIN-03',
  title: 'Acknowledge an M2D, and accept the M2 that follows',
  alsoKnownAs: ['RVP-REG-19'],
  source: [WSC],
  requirement: 'The device answers M2D with WSC_ACK, and an M2 that follows in the same exchange is accepted.',
  why: 'Windows sends M2D while its user looks for the PIN; a device that gives up then has to be started again.',
  level: 'MUST',
  revision: 1,
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
  const { messages, number } = exchange;
  const m2dAt = messages.findIndex(({ from, wsc }) => from === 'registrar' && wsc.name === 'M2D');
  const m2d = messages[m2dAt];
  if (m2d === undefined) return [];
  const answer = answerAfter(exchange, m2dAt);
  if (answer === null) return unanswered(exchange, m2d, 'M2D', 'WSC_ACK');
  if (answer.wsc.name !== 'WSC_ACK') return [wrongAnswer(exchange, answer, 'M2D', 'WSC_ACK')];
  const m2At = messages.findIndex(({ from, wsc }, at) => at > m2dAt && from === 'registrar' && wsc.name === 'M2');
  const m2 = messages[m2At];
  if (m2 === undefined) return [pass(`M2D of exchange ${number} is answered with WSC_ACK`)];
  const later = answerAfter(exchange, m2At);
  if (later?.wsc.name === 'M3')
    return [pass(`M2D of exchange ${number} is answered with WSC_ACK, and the M2 that follows with M3`)];
  const refusal = later === null ? unanswered(exchange, m2, 'M2', 'M3') : [wrongAnswer(exchange, later, 'M2', 'M3')];
  // A device that takes no M2 at all has another fault than one that takes none after an M2D.
  return acceptsPlainM2(evidence)
    ? refusal
    : refusal.map(({ text }) =>
        inconclusive(`${text}, and no other exchange shows that it accepts one without an M2D`),
      );
}

/** What the Enrollee says next, or null where it is not seen to say anything. */
function answerAfter({ messages }: Exchange, at: number): ExchangeMessage | null {
  return messages.slice(at + 1).find(({ from }) => from === 'enrollee') ?? null;
}

function wrongAnswer(exchange: Exchange, answer: ExchangeMessage, to: 'M2D' | 'M2', expected: string): Finding {
  const label = messageLabel(answer.wsc);
  const seen = seenMessage(exchange, answer);
  const type = attribute(answer.wsc, ATTRIBUTE.MessageType);
  return fail(`${textOf(to)} of exchange ${exchange.number} is answered with ${label}`, {
    expected,
    actual: label,
    at: type === null ? locateEnd(seen, label.toLowerCase()) : locate(seen, type),
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

function placeOf(exchange: Exchange, message: ExchangeMessage): Location {
  const seen = seenMessage(exchange, message);
  const type = attribute(message.wsc, ATTRIBUTE.MessageType);
  return type === null ? locateEnd(seen, seen.label.toLowerCase()) : locate(seen, type);
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
    ({ messages }) =>
      messages.every(({ wsc }) => wsc.name !== 'M2D') &&
      messages.some(({ from, wsc }) => from === 'enrollee' && wsc.name === 'M3'),
  );
}

/** True for an exchange in which an M2 follows an M2D. */
function followed({ messages }: Exchange): boolean {
  const m2dAt = messages.findIndex(({ from, wsc }) => from === 'registrar' && wsc.name === 'M2D');
  return m2dAt >= 0 && messages.slice(m2dAt).some(({ from, wsc }) => from === 'registrar' && wsc.name === 'M2');
}

function neverFollowed(evidence: Evidence): Finding {
  if (evidence.benchFailure !== null)
    return benchError(`no M2 after M2D: the bench failed: ${evidence.benchFailure.text}`);
  const scripted = evidence.exchanges.find(({ script }) => script === 'm2d-windows') ?? evidence.exchanges.at(-1);
  const end = scripted === undefined ? '' : `: ${endingText(scripted)}`;
  return inconclusive(`no M2 after M2D in the evidence${end}${overlapText(evidence)}`);
}

export const m2dRules: readonly Rule[] = [pin03];
