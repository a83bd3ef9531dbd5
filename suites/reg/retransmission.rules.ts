import { equal } from '#base/bytes.js';
import type { EapPacket, Evidence, Exchange } from '#evidence/model.js';
import type { Finding, Location, Rule } from '#judge/rule.js';
import { decodeEap, EAP_CODE } from '#wire/eap/eap.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { wscCarrier } from '#wire/eap/wsc-carrier.js';
import type { MessageName } from '#wire/wps/message.js';
import { fail } from '../finding.js';
import { locateEap } from '../locate.js';
import { unsettled, type Step } from '../reactions.js';
import { RFC_3748, WSC } from '../sources.js';
import { stimulusId, tolerationRule } from '../stimulus-rules.js';

const REMEDY =
  'Keep your last EAP-Response. When a request comes with the identifier of the one before and the same bytes, send that response again, byte for byte, and look at nothing else of the request.';

/** A request of which the answer was lost, and the answer that was due. */
interface Repeated {
  readonly number: string;
  readonly request: 'WSC_Start' | Step;
  readonly answer: string;
}

const REPEATED: readonly Repeated[] = [
  { number: '37a', request: 'WSC_Start', answer: 'M1' },
  { number: '37b', request: 'M2', answer: 'M3' },
  { number: '37c', request: 'M4', answer: 'M5' },
  { number: '37d', request: 'M6', answer: 'M7' },
  { number: '37e', request: 'M8', answer: 'WSC_Done' },
];

/** Requests of the Registrar that come a second time because the answer was lost. */
export const retransmissionRules: readonly Rule[] = REPEATED.map(retransmissionRule);

function retransmissionRule(repeated: Repeated): Rule {
  const { number, request, answer } = repeated;
  const base = tolerationRule({
    number,
    // Whatever follows M1 is what comes of a second WSC_Start.
    step: request === 'WSC_Start' ? 'M2' : request,
    level: 'MUST',
    title: `Send the same ${answer} again when ${request} is repeated`,
    when: `the first answer to ${request} was lost, so that the request came once more`,
    why: 'Frames get lost on the air. An answer made anew has other secrets in it, and the exchange can only fail.',
    remedy: REMEDY,
  });
  return {
    ...base,
    source: [RFC_3748, WSC],
    requirement: `When ${request} comes once more, byte for byte, the device answers with the bytes it answered with before, and the exchange ends with its WSC_Done.`,
    check: (evidence, profile) => {
      const wrong = wrongAnswer(evidence, repeated);
      return wrong === null ? base.check(evidence, profile) : [wrong];
    },
  };
}

/** What is wrong with the answer to a request that was repeated; null: nothing, or it was not repeated. */
function wrongAnswer(evidence: Evidence, repeated: Repeated): Finding | null {
  const { number, request, answer } = repeated;
  // A device that answers with another M1 begins another exchange with it.
  const sent = evidence.exchanges
    .filter(({ script }) => script === stimulusId(number))
    .flatMap((exchange) => exchange.packets.map((packet) => ({ exchange, packet })));
  const asked = sent.findIndex(({ exchange, packet }) => carries(exchange, packet, request));
  const { packet: first } = sent[asked] ?? {};
  if (first === undefined) return null;
  const isCopy = ({ packet }: Sent): boolean => packet.from === 'registrar' && equal(packet.bytes, first.bytes);
  const later = sent.slice(asked);
  const next = later.find((each) => each.packet.from === 'registrar' && !isCopy(each));
  const until = next === undefined ? later : later.slice(0, later.indexOf(next));
  const isAnswer = ({ packet }: Sent): boolean =>
    packet.code === EAP_CODE.Response && packet.identifier === first.identifier;
  const before = until.find(isAnswer)?.packet;
  const copies = until.filter(isCopy);
  const [, copy] = copies;
  if (before === undefined || copy === undefined) return null;
  const answers = until.slice(until.indexOf(copy)).filter(isAnswer);
  const other = answers.find(({ packet }) => !equal(packet.bytes, before.bytes));
  const expected = `${answer} once more, as in frame ${before.frame.number}`;
  if (other !== undefined)
    return fail(`the device answers a repeated ${request} with other bytes than before`, {
      expected,
      actual: `an answer of ${other.packet.bytes.length} bytes that is not the same`,
      at: placeOf(other, 'EAP-Response'),
      remedy: REMEDY,
    });
  if (answers.length > 0) return null;
  return (
    unsettled(evidence, copy.exchange) ??
    fail(`the device says nothing when ${request} is repeated`, {
      expected,
      actual: 'no answer',
      at: placeOf(copy, 'EAP-Request'),
      remedy: REMEDY,
    })
  );
}

interface Sent {
  readonly exchange: Exchange;
  readonly packet: EapPacket;
}

function placeOf({ exchange, packet }: Sent, label: string): Location {
  return locateEap(exchange, packet, label, { span: { start: 0, end: packet.bytes.length }, path: 'eap' });
}

/** True for a packet that carries the request. */
function carries({ messages }: Exchange, packet: EapPacket, request: 'WSC_Start' | MessageName): boolean {
  if (request === 'WSC_Start') return wscCarrier(decodeEap(packet.bytes)).payload?.[0] === OP_CODE.Start;
  return messages.some(({ wsc, packets }) => wsc.name === request && packets.includes(packet));
}
