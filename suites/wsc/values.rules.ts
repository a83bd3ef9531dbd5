import type { Evidence, Exchange, ExchangeMessage } from '#evidence/model.js';
import type { Finding, Rule, RuleId } from '#judge/rule.js';
import { ATTRIBUTE, attributeName } from '#wire/wps/attributes.js';
import { attribute, MESSAGE_TYPE, type MessageName } from '#wire/wps/message.js';
import { checkValues, type ValueViolation } from '#wire/wps/values.js';
import type { ValueOwner } from '#wire/wps/value-tables.js';
import { eachExchange, ownMessages } from '../exchanges.js';
import { blocked, fail, pass } from '../finding.js';
import { hexNumber, locate, placeText, seenMessage, type Seen } from '../locate.js';
import { eachM1, LENGTH_OWNERS, m1sOf, ownerIn, unreadableEnd, wholeValue, type M1 } from '../observe.js';
import { WSC } from '../sources.js';

/** A message of an exchange. */
interface Own extends Seen {
  readonly exchange: number;
}

function violationFinding(seen: Own, violation: Omit<ValueViolation, 'owner'>): Finding {
  const at = locate(seen, { span: violation.at, path: violation.path });
  return fail(`${violation.path} of ${seen.label} of exchange ${seen.exchange} is not legal`, {
    expected: violation.expected,
    actual: violation.actual,
    at,
    remedy: `Send ${violation.expected} at ${placeText(at)}; there is ${violation.actual}.`,
  });
}

function violationsOf(seen: Own, owner: ValueOwner): Finding[] {
  return checkValues(seen.wsc)
    .filter((violation) => ownerIn(seen, violation.owner, violation.at) === owner)
    .map((violation) => violationFinding(seen, violation));
}

/** Judge the values one rule owns in every message of the DUT. */
function eachMessage(evidence: Evidence, judge: (seen: Own) => readonly Finding[], what: string): readonly Finding[] {
  return eachExchange(evidence, (exchange) => {
    const own = ownMessages(exchange);
    if (own.length === 0) return [];
    const findings = own.flatMap((message) => judge(asSeen(exchange, message)));
    return findings.length > 0 ? findings : [pass(`${what} in ${own.length} messages of exchange ${exchange.number}`)];
  });
}

/** A message of the DUT; one that stands for M1 under a wrong Message Type is named M1. */
function asSeen(exchange: Exchange, message: ExchangeMessage): Own {
  const { number } = exchange;
  return (
    m1sOf(exchange).find((m1) => m1.message === message) ?? { ...seenMessage(exchange, message), exchange: number }
  );
}

const wsc05: Rule = {
  id: 'RVP-WSC-05',
  title: 'Send attributes of legal length and value only',
  source: [WSC],
  requirement:
    'Every WSC attribute and Wi-Fi Alliance subelement of the device has a legal length and value, and no message ends in half an attribute; what another rule owns and Microsoft TLVs are not judged here.',
  why: 'Registrars refuse a whole message for one attribute of the wrong length.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  remedy: 'Correct the Length or the value of the attribute that is named.',
  check: (evidence) =>
    eachMessage(
      evidence,
      (seen) => [...violationsOf(seen, 'RVP-WSC-05'), ...wrongMessageType(seen)],
      'every length and value is legal',
    ),
};

/** Of the messages that an Enrollee sends after M1. */
const ENROLLEE_TYPES: readonly MessageName[] = ['M3', 'M5', 'M7', 'WSC_ACK', 'WSC_NACK', 'WSC_DONE'];

/** A Message Type that is legal, but not for this message or not for an Enrollee. */
function wrongMessageType(seen: Own): Finding[] {
  const type = attribute(seen.wsc, ATTRIBUTE.MessageType);
  const { name } = seen.wsc;
  if (type === null || name === null) return [];
  const isM1 = seen.label === 'M1';
  if (isM1 ? name === 'M1' : ENROLLEE_TYPES.includes(name)) return [];
  return [
    violationFinding(seen, {
      path: type.path,
      at: type.valueSpan,
      expected: isM1 ? `${hexNumber(MESSAGE_TYPE.M1)} (M1)` : 'the type of a message that an Enrollee sends',
      actual: `${hexNumber(MESSAGE_TYPE[name])} (${name})`,
    }),
  ];
}

const wsc06: Rule = {
  id: 'RVP-WSC-06',
  title: 'Send Version 0x10, and Version2 0x20 or more',
  source: [WSC],
  requirement: 'Version is 0x10 in every message; where Version2 is present it is at least 0x20.',
  why: 'Version is frozen; the real version stands in Version2. Other values make Registrars refuse the message.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  remedy: 'Send 10 4a 00 01 10 first in every message, and Version2 as 00 01 20 in the extension 00 37 2a.',
  blockedBy: ['RVP-WSC-03', 'RVP-WSC-12', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachMessage(
      evidence,
      (seen) => {
        const findings = violationsOf(seen, 'RVP-WSC-06');
        if (findings.length > 0 || attribute(seen.wsc, ATTRIBUTE.Version) !== null) return findings;
        return VERSION_OWNER.flatMap(({ labels, owner }) =>
          labels.includes(seen.label)
            ? [unreadableEnd(seen, 'it has a Version') ?? blocked(owner, `${seen.label} has no Version attribute`)]
            : [],
        );
      },
      'Version is 0x10',
    ),
};

/** Which rule fails for a missing Version, by message. */
const VERSION_OWNER: readonly { readonly labels: readonly string[]; readonly owner: RuleId }[] = [
  { labels: ['M1'], owner: 'RVP-WSC-03' },
  { labels: ['M3', 'M5', 'M7', 'WSC_Done'], owner: 'RVP-WSC-12' },
];

const STRINGS = [
  ATTRIBUTE.Manufacturer,
  ATTRIBUTE.ModelName,
  ATTRIBUTE.ModelNumber,
  ATTRIBUTE.SerialNumber,
  ATTRIBUTE.DeviceName,
] as const;

const wsc16: Rule = {
  id: 'RVP-WSC-16',
  title: 'Send device strings as UTF-8, not empty, without NUL at the end',
  source: [WSC],
  requirement:
    'Manufacturer, Model Name, Model Number, Serial Number and Device Name of M1 are UTF-8, not empty, have no trailing NUL, and keep within their maximum.',
  why: 'Windows shows these strings to the user; an empty or broken one makes the device hard to recognise.',
  level: 'SHOULD',
  revision: 1,
  needs: ['m1'],
  remedy: 'Send the bytes of the text alone, in UTF-8, with their number as Length.',
  blockedBy: ['RVP-WSC-03', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const missing = STRINGS.filter((id) => attribute(m1.wsc, id) === null).map((id) => absent(m1, id));
      const cut = STRINGS.flatMap((id) => attribute(m1.wsc, id) ?? []).find(({ missingBytes }) => missingBytes > 0);
      const findings = [
        ...violationsOf(m1, 'RVP-WSC-16'),
        ...missing,
        ...(cut === undefined ? [] : [blocked('RVP-WSC-05', `${cut.path} of ${m1.text} is cut`)]),
      ];
      return findings.length > 0 ? findings : [pass(`the five strings of ${m1.text} are right`)];
    }),
};

function absent(m1: M1, id: number): Finding {
  const name = attributeName(id);
  return unreadableEnd(m1, `it has ${name}`) ?? blocked('RVP-WSC-03', `${m1.text} has no ${name} attribute`);
}

const wsc17: Rule = {
  id: 'RVP-WSC-17',
  title: 'Send a Primary Device Type of a defined category',
  source: [WSC],
  requirement: 'The category of the Primary Device Type in M1 is defined for its OUI.',
  why: 'Windows chooses the icon and the kind of device by it.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Send category, 00 50 f2 04, subcategory; for a printer 00 03 00 50 f2 04 00 01.',
  blockedBy: ['RVP-WSC-03', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const type = wholeValue(m1, ATTRIBUTE.PrimaryDeviceType, 'Primary Device Type', 8, 'RVP-WSC-03');
      if (type.node === null) return [type.problem];
      const findings = violationsOf(m1, 'RVP-WSC-17');
      return findings.length > 0
        ? findings
        : [pass(`Primary Device Type of ${m1.text} is defined`, locate(m1, type.node))];
    }),
};

export const valuesRules: readonly Rule[] = [wsc05, wsc06, wsc16, wsc17];
