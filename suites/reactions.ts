import type { EapPacket, Evidence, Exchange, ExchangeMessage, StimulusId } from '#evidence/model.js';
import { sessionsOf } from '#evidence/sessions.js';
import type { Finding, Location } from '#judge/rule.js';
import { u16be } from '#base/bytes.js';
import { EAP_TYPE } from '#wire/eap/eap.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute, type MessageName } from '#wire/wps/message.js';
import { endingText, isSettled, ownMessages } from './exchanges.js';
import { benchError, inconclusive } from './finding.js';
import { locate, locateEap, locateEnd, messageLabel, seenMessage } from './locate.js';
import { seconds } from './observe.js';

/** The message of the Registrar that a stimulus is, or in the place of which it comes. */
export type Step = 'M2' | 'M4' | 'M6' | 'M8';

interface Around {
  readonly before: MessageName;
  readonly after: readonly [next: MessageName, ...later: (MessageName | null)[]];
}

/** What the device says before a step, and what after it when it goes on. */
const AROUND: Readonly<Record<Step, Around>> = {
  M2: { before: 'M1', after: ['M3', 'M5', 'M7', 'WSC_DONE'] },
  M4: { before: 'M3', after: ['M5', 'M7', 'WSC_DONE'] },
  M6: { before: 'M5', after: ['M7', 'WSC_DONE'] },
  M8: { before: 'M7', after: ['WSC_DONE'] },
};

/** What the device sends next when it takes the message of a step: `M3`, `WSC_Done`. */
export function nextLabel(step: Step): string {
  const [next] = AROUND[step].after;
  return next === 'WSC_DONE' ? 'WSC_Done' : next;
}

/** A stimulus as it reached the device, and what the device made of it. */
export interface Reaction {
  readonly exchange: Exchange;
  /** The first packet of the stimulus. */
  readonly stimulus: EapPacket;
  /** What the device said after it, each content once. */
  readonly said: readonly ExchangeMessage[];
  /** The message by which it went on as if nothing were wrong; null: it did not. */
  readonly wentOn: ExchangeMessage | null;
}

/** Every exchange in which the stimulus reached the device. */
export function reactionsTo(evidence: Evidence, id: StimulusId, step: Step): Reaction[] {
  return evidence.exchanges
    .filter(({ script }) => script === id)
    .flatMap((exchange) => reactionIn(exchange, step) ?? []);
}

function reactionIn(exchange: Exchange, step: Step): Reaction | null {
  const { before, after } = AROUND[step];
  const [prompt] = ownMessages(exchange, before);
  if (prompt === undefined) return null;
  const promptAt = exchange.packets.findLastIndex((packet) => prompt.packets.includes(packet));
  const stimulus = exchange.packets
    .slice(promptAt + 1)
    .find(({ from, type }) => from === 'registrar' && type === EAP_TYPE.Expanded);
  if (stimulus === undefined) return null;
  const later = exchange.packets.slice(exchange.packets.indexOf(stimulus));
  const said = ownMessages(exchange).filter(({ packets }) => later.some((packet) => packet === packets.at(-1)));
  const wentOn = said.find(({ wsc }) => after.includes(wsc.name)) ?? null;
  return { exchange, stimulus, said, wentOn };
}

/** What the device did, in words: `WSC_NACK, Configuration Error 18`, `no answer within 15 s`. */
export function reactionText({ exchange, said }: Reaction): string {
  const [first] = said;
  if (first !== undefined) return saidText(first);
  const { silenceMs } = exchange;
  return silenceMs === undefined ? 'no answer' : `no answer within ${seconds(silenceMs)}`;
}

/** The same with its verb, to go on after "the device". */
export function didText(reaction: Reaction): string {
  return `${reaction.said.length === 0 ? 'gives' : 'answers with'} ${reactionText(reaction)}`;
}

/** A message of the device in words. */
export function saidText({ wsc }: ExchangeMessage): string {
  const error = wsc.name === 'WSC_NACK' ? attribute(wsc, ATTRIBUTE.ConfigurationError) : null;
  const code = error?.value.length === 2 ? `, Configuration Error ${u16be(error.value, 0)}` : '';
  return `${messageLabel(wsc)}${code}`;
}

/** Where a message of the device stands: at its Message Type. */
export function placeOf(exchange: Exchange, message: ExchangeMessage): Location {
  const seen = seenMessage(exchange, message);
  const type = attribute(message.wsc, ATTRIBUTE.MessageType);
  return type === null ? locateEnd(seen, seen.label.toLowerCase()) : locate(seen, type);
}

/** Where the stimulus stands. */
export function stimulusPlace({ exchange, stimulus }: Pick<Reaction, 'exchange' | 'stimulus'>): Location {
  const span = { start: 0, end: stimulus.bytes.length };
  return locateEap(exchange, stimulus, 'EAP-Request', { span, path: 'stimulus' });
}

/** The exchanges of the session that held this one under a stimulus. */
export function sameSession({ exchanges }: Evidence, { script }: Exchange): Exchange[] {
  return exchanges.filter((other) => script !== undefined && other.script === script);
}

/**
 * Why what the device did not do cannot be counted: the end was not seen, or frames are missing; null when it can. An
 * exchange that the device left to begin another one in the same session is over.
 */
export function unsettled(evidence: Evidence, exchange: Exchange): Finding | null {
  if (isSettled(exchange)) return null;
  const isLeft = sameSession(evidence, exchange).some((other) => other.number > exchange.number);
  if (isLeft && !exchange.lossy) return null;
  const { number, closing } = exchange;
  if (closing === 'open' && evidence.benchFailure !== null)
    return benchError(`the bench failed during exchange ${number}: ${evidence.benchFailure.text}`);
  if (closing === 'open') return inconclusive(`the end of exchange ${number} was not seen`);
  return inconclusive(`frames of exchange ${number} may be missing from the evidence`);
}

/** Why no exchange shows what the device makes of a stimulus. */
export function neverReached(evidence: Evidence, id: StimulusId): Finding {
  if (evidence.benchFailure !== null)
    return benchError(`the stimulus ${id} did not reach the device: ${evidence.benchFailure.text}`);
  const last = evidence.exchanges.findLast(({ script }) => script === id);
  if (last !== undefined) return inconclusive(`the stimulus ${id} did not reach the device: ${endingText(last)}`);
  const silence = sessionsOf(evidence.events).find(({ script }) => script === id)?.silenceMs ?? null;
  const why = silence === null ? 'no exchange is in the evidence' : `it sent nothing within ${seconds(silence)}`;
  return inconclusive(`the stimulus ${id} did not reach the device: ${why}`);
}

/** True when the device registers where nothing is wrong: then what it does otherwise comes from the stimulus. */
export function registersOrdinarily({ exchanges }: Evidence): boolean {
  return exchanges.some(
    ({ script, recovers, closing }) =>
      (script === undefined || script === 'm2d-windows') && recovers === undefined && closing === 'done',
  );
}
