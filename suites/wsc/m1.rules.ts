import { equal, toHex, u16be } from '#base/bytes.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ATTRIBUTE, attributeName } from '#wire/wps/attributes.js';
import { DEVICE_PASSWORD_ID } from '#wire/wps/codes.js';
import { isValidPublicKey, PUBLIC_KEY_BYTES } from '#wire/wps/crypto.js';
import { attribute } from '#wire/wps/message.js';
import { MESSAGE_TABLES, misplacedAttributes, missingAttributes, repeatedAttributes } from '#wire/wps/messages.js';
import { checkAttributeValue } from '#wire/wps/values.js';
import { fail, inconclusive, pass } from '../finding.js';
import { hexNumber, locate, placeText } from '../locate.js';
import { eachM1, LENGTH_OWNERS, unreadableEnd, wholeValue, type M1 } from '../observe.js';
import { WSC } from '../sources.js';

const idText = (id: number): string => toHex(Uint8Array.of(id >> 8, id & 0xff), ' ');

const wsc03: Rule = {
  id: 'RVP-WSC-03',
  title: 'Send every mandatory attribute in M1, once',
  source: [WSC],
  requirement: 'M1 has every attribute of its message table, and each of them once.',
  why: 'A Registrar refuses an M1 without one of them; of two it may take either.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Add the attribute that is named at its place in the table, or drop its repetition.',
  blockedBy: LENGTH_OWNERS,
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const table = new Set(MESSAGE_TABLES.M1.map(({ id }) => id));
      const repeated = repeatedAttributes(m1.wsc).filter(({ type }) => table.has(type));
      const missing = missingAttributes(MESSAGE_TABLES.M1, m1.wsc, false);
      const cut = missing.length > 0 ? unreadableEnd(m1, 'the other mandatory attributes are there') : null;
      const findings: Finding[] = [
        ...(cut === null ? missing.map(({ id }) => missingAttribute(m1, id)) : [cut]),
        ...repeated.map((node) => {
          const at = locate(m1, node);
          return fail(`${m1.text} has ${attributeName(node.type)} more than once`, {
            expected: 'one',
            actual: `another at ${node.path}`,
            at,
            remedy: `Drop the ${at.lengthBytes} bytes at ${placeText(at)}.`,
          });
        }),
      ];
      return findings.length > 0 ? findings : [pass(`${m1.text} has the ${table.size} attributes of its table once`)];
    }),
};

function missingAttribute(m1: M1, id: number): Finding {
  const order = MESSAGE_TABLES.M1.map((row) => row.id);
  const before = order.slice(0, order.indexOf(id)).findLast((each) => attribute(m1.wsc, each) !== null);
  const node = before === undefined ? null : attribute(m1.wsc, before);
  const offset = node === null ? 0 : node.span.end;
  const at = locate(m1, { span: { start: offset, end: offset }, path: 'm1' });
  return fail(`${m1.text} has no ${attributeName(id)}`, {
    expected: `${attributeName(id)} (${idText(id)})`,
    actual: 'no such attribute',
    at,
    remedy: `Insert ${idText(id)}, its Length and its value at ${placeText(at)}${before === undefined ? '' : `, after ${attributeName(before)}`}.`,
  });
}

const wsc04: Rule = {
  id: 'RVP-WSC-04',
  title: "Put M1's attributes in the order of its table",
  source: [WSC],
  requirement:
    "M1's defined attributes stand in the order of the message table; vendor extensions and unknown attributes are excepted.",
  why: 'Registrars that read M1 by place refuse another order.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Move the attribute that is named to its place in the table.',
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const misplaced = misplacedAttributes(MESSAGE_TABLES.M1, m1.wsc);
      if (misplaced.length === 0) return [pass(`the attributes of ${m1.text} stand in the order of the table`)];
      return misplaced.map(({ node, after, shouldFollow }) => {
        const at = locate(m1, node);
        const place = (other: typeof after) => (other === null ? 'first' : `after ${attributeName(other.type)}`);
        return fail(`${attributeName(node.type)} stands at the wrong place in ${m1.text}`, {
          expected: place(shouldFollow),
          actual: place(after),
          at,
          remedy: `Move the ${at.lengthBytes} bytes at ${placeText(at)} so that they stand ${place(shouldFollow)}.`,
        });
      });
    }),
};

const wsc07: Rule = {
  id: 'RVP-WSC-07',
  title: "Send the transmitter's unicast address as MAC Address in M1",
  alsoKnownAs: ['RVP-REG-46'],
  source: [WSC],
  requirement: 'MAC Address in M1 is the address the device transmits from, and a unicast address of 6 bytes.',
  why: 'The address goes into the session keys and into the credential: another one breaks both.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  remedy: 'Send the address of the interface that carries the exchange.',
  blockedBy: ['RVP-WSC-03', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const node = attribute(m1.wsc, ATTRIBUTE.MACAddress);
      if (node === null) return [wholeValueProblem(m1, ATTRIBUTE.MACAddress, 'MAC Address', 6)];
      const violation = checkAttributeValue(node);
      if (violation !== null && violation.owner !== 'RVP-WSC-07')
        return [wholeValueProblem(m1, ATTRIBUTE.MACAddress, 'MAC Address', 6)];
      const own = m1.of.enrolleeMac;
      const at = locate(m1, { span: node.valueSpan, path: node.path });
      if (violation === null && equal(node.value, own))
        return [pass(`MAC Address of ${m1.text} is ${toHex(own, ':')}`, at)];
      return [
        fail(`MAC Address of ${m1.text} is not the address of its transmitter`, {
          expected: `${toHex(own, ':')} (6 bytes)`,
          actual: violation === null ? toHex(node.value, ':') : `${toHex(node.value, ':')}: ${violation.actual}`,
          at,
          remedy: `Send 10 20 00 06 ${toHex(own, ' ')}; the value stands at ${placeText(at)}.`,
        }),
      ];
    }),
};

/** Why an attribute of this length cannot be used: it is missing, cut, or of another length. */
function wholeValueProblem(m1: M1, id: number, name: string, lengthBytes: number): Finding {
  const found = wholeValue(m1, id, name, lengthBytes, 'RVP-WSC-03');
  return found.problem ?? inconclusive(`${name} of ${m1.text} cannot be read`);
}

const wsc08: Rule = {
  id: 'RVP-WSC-08',
  title: 'Send a valid public key of 192 bytes in M1',
  source: [WSC],
  requirement: 'Public Key in M1 is 192 bytes and an element of group 5 other than 0, 1 and p - 1.',
  why: 'A degenerate key gives away the session keys; a shorter one is refused.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Pad the key on the left with zeros to 192 bytes, and draw a fresh private value.',
  blockedBy: ['RVP-WSC-03', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const node = attribute(m1.wsc, ATTRIBUTE.PublicKey);
      const violation = node === null ? null : checkAttributeValue(node);
      if (node === null || (violation !== null && violation.owner !== 'RVP-WSC-08'))
        return [wholeValueProblem(m1, ATTRIBUTE.PublicKey, 'Public Key', PUBLIC_KEY_BYTES)];
      const at = locate(m1, { span: node.valueSpan, path: node.path });
      const length = node.declaredLength;
      if (length !== PUBLIC_KEY_BYTES) {
        const short = PUBLIC_KEY_BYTES - length;
        const padding = short > 0 ? `Put ${short} zero bytes in front of it` : 'Send the 192 bytes of the key alone';
        return [
          fail(`Public Key of ${m1.text} has ${length} bytes`, {
            expected: '192 bytes',
            actual: `${length} bytes`,
            at,
            remedy: `${padding} and write 00 c0 into the Length field at offset ${node.span.start + 2} of M1.`,
          }),
        ];
      }
      if (isValidPublicKey(node.value)) return [pass(`Public Key of ${m1.text} is a valid element of group 5`, at)];
      return [
        fail(`Public Key of ${m1.text} is not a valid element of group 5`, {
          expected: 'a value above 1 and below p - 1',
          actual: 'a value that is not',
          at,
          remedy: `Compute g^x mod p with a random x (RFC 3526, 1536 bit) and send it, most significant byte first, at ${placeText(at)}.`,
        }),
      ];
    }),
};

const wsc14: Rule = {
  id: 'RVP-WSC-14',
  title: 'Send the Device Password ID of the method in use',
  source: [WSC],
  requirement: 'Device Password ID in M1 matches the method used: PIN 0x0000, push button 0x0004.',
  why: 'The Registrar chooses the password by it; with the wrong one it answers M2D or the proof fails.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  remedy: 'Send 10 12 00 02 00 00 for PIN, 10 12 00 02 00 04 for push button.',
  blockedBy: ['RVP-WSC-03', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const node = attribute(m1.wsc, ATTRIBUTE.DevicePasswordID);
      const violation = node === null ? null : checkAttributeValue(node);
      if (node === null || (violation !== null && violation.owner !== 'RVP-WSC-14'))
        return [wholeValueProblem(m1, ATTRIBUTE.DevicePasswordID, 'Device Password ID', 2)];
      const at = locate(m1, node);
      const { method } = m1.of;
      const right = method === 'pbc' ? DEVICE_PASSWORD_ID.PushButton : DEVICE_PASSWORD_ID.Default;
      const due = method === null ? null : `${hexNumber(right, 4)} (${METHOD_TEXT[method]})`;
      const mismatch = (expected: string, actual: string): Finding =>
        fail(`Device Password ID of ${m1.text} does not match the method in use`, {
          expected,
          actual,
          at,
          remedy: `Send 10 12 00 02 ${idText(right)} at ${placeText(at)}.`,
        });
      if (violation !== null) return [mismatch(due ?? violation.expected, violation.actual)];
      if (due === null) return [inconclusive(`the method used in exchange ${m1.exchange} is not known`)];
      const id = u16be(node.value, 0);
      const actual = hexNumber(id, 4);
      return [id === right ? pass(`Device Password ID of ${m1.text} is ${actual}`, at) : mismatch(due, actual)];
    }),
};

const METHOD_TEXT = { pin: 'PIN', pbc: 'push button' } as const;

export const m1Rules: readonly Rule[] = [wsc03, wsc04, wsc07, wsc08, wsc14];
