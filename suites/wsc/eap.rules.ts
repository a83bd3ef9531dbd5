import { ascii, equal } from '#base/bytes.js';
import { printable } from '#base/text.js';
import type { EapPacket, Exchange, FramingIssue } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { eachExchange } from '../exchanges.js';
import { fail, inconclusive, pass } from '../finding.js';
import { locateEap, placeText } from '../locate.js';
import { noM1 } from '../observe.js';
import { WSC } from '../sources.js';

const IDENTITY = 'WFA-SimpleConfig-Enrollee-1-0';
/** Code, identifier, length (2), type. */
const EAP_HEADER_BYTES = 5;
const EXPANDED = 254;

const wsc01: Rule = {
  id: 'RVP-WSC-01',
  title: 'Answer the identity request as a WSC Enrollee',
  source: [WSC],
  requirement: `The EAP identity is exactly ${IDENTITY}.`,
  why: 'An access point starts WSC only for this identity; for any other it asks for network credentials.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  remedy: `Send the 29 ASCII bytes ${IDENTITY} as EAP identity: no NUL, no realm.`,
  check: (evidence) => {
    const findings = evidence.exchanges.flatMap((exchange) =>
      exchange.identities
        .filter(({ retransmission }) => !retransmission)
        .map((packet) => judgeIdentity(exchange, packet)),
    );
    if (findings.length > 0) return findings;
    const sent = evidence.exchanges.some(({ messages }) => messages.some(({ from }) => from === 'enrollee'));
    return [sent ? inconclusive('no EAP-Response/Identity of the DUT in the evidence') : noM1(evidence)];
  },
};

function judgeIdentity(exchange: Exchange, packet: EapPacket): Finding {
  const identity = packet.bytes.subarray(EAP_HEADER_BYTES);
  const span = { start: EAP_HEADER_BYTES, end: packet.bytes.length };
  const at = locateEap(exchange, packet, 'EAP-Response/Identity', { span, path: 'eap.identity' });
  if (equal(identity, ascii(IDENTITY))) return pass(`the identity of exchange ${exchange.number} is right`, at);
  return fail(`the identity of exchange ${exchange.number} is not that of a WSC Enrollee`, {
    expected: `${IDENTITY} (${IDENTITY.length} bytes)`,
    actual: `${printable(identity)} (${identity.length} bytes)`,
    at,
    remedy: `Send the ${IDENTITY.length} ASCII bytes ${IDENTITY} at ${placeText(at)}, and nothing after them.`,
  });
}

const wsc02: Rule = {
  id: 'RVP-WSC-02',
  title: 'Frame every message as EAP-WSC asks',
  alsoKnownAs: ['RVP-REG-34'],
  source: [WSC],
  requirement:
    'Each EAP-WSC packet of the device has the expanded type, vendor id, op-code of its message and legal flags; the length field stands on the first fragment only and is true.',
  why: 'An access point drops a packet framed in another way, and the exchange stops.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  remedy: 'Send fe 00 37 2a 00 00 00 01, op-code, flags, and the length field on the first fragment alone.',
  check: (evidence) =>
    eachExchange(evidence, (exchange) => {
      const findings = exchange.framing.map((issue) => framingFinding(exchange, issue));
      if (findings.length > 0) return findings;
      const own = exchange.packets.filter(({ from, type }) => from === 'enrollee' && type === EXPANDED);
      return own.length === 0 ? [] : [pass(`${own.length} EAP-WSC packets of exchange ${exchange.number} are right`)];
    }),
};

function framingFinding(exchange: Exchange, issue: FramingIssue): Finding {
  const at = locateEap(exchange, issue.packet, 'EAP-Response', { span: issue.at, path: `eap.${issue.code}` });
  return fail(`EAP-WSC framing of exchange ${exchange.number}: ${issue.code.replaceAll('-', ' ')}`, {
    expected: issue.expected,
    actual: issue.actual,
    at,
    remedy: `At ${placeText(at)} send ${issue.expected}, not ${issue.actual}.`,
  });
}

export const eapRules: readonly Rule[] = [wsc01, wsc02];
