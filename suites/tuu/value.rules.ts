import { equal } from '#base/bytes.js';
import { forbiddenUuid, formatUuid, isRfc9562 } from '#base/uuid.js';
import type { Rule } from '#judge/rule.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { blocked, fail, note, pass } from '../finding.js';
import { locate, placeText } from '../locate.js';
import { eachM1, LENGTH_OWNERS } from '../observe.js';
import { eachTransportUuidValue } from '../pairing.js';
import { OURS, spec } from '../sources.js';

const VALUE_BLOCKERS: NonNullable<Rule['blockedBy']> = ['RVP-TUU-01', 'RVP-VX-06', ...LENGTH_OWNERS];

const tuu08: Rule = {
  id: 'RVP-TUU-08',
  title: 'Tell where a Transport UUID repeats UUID-E',
  source: [spec('UUID values', 159), spec('Transport UUID TLV', 103)],
  requirement: 'A Transport UUID equal to UUID-E is allowed but not needed.',
  why: 'Without the TLV Windows uses UUID-E for the transport anyway.',
  level: 'INFO',
  revision: 1,
  needs: ['m1'],
  remedy: 'Nothing to repair; the TLV may be left out.',
  blockedBy: VALUE_BLOCKERS,
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const uuidE = attribute(m1.wsc, ATTRIBUTE.UuidE);
      return eachTransportUuidValue(m1, ({ node }) => {
        const same = uuidE !== null && equal(uuidE.value, node.value);
        const text = same ? 'equals UUID-E and may be left out' : 'differs from UUID-E, so it is needed';
        return note(`${node.path} of ${m1.text} ${text}`, locate(m1, node));
      });
    }),
};

const tuu09: Rule = {
  id: 'RVP-TUU-09',
  title: 'Use a Transport UUID of your own',
  source: [spec('WPS example', 131), OURS],
  requirement:
    "A Transport UUID is not all zero, not all 0xff, nor, in wire order or GUID mixed-endian, one of the documentation's UUIDs.",
  why: 'An identity that many devices share cannot tell them apart: Windows pairs with the wrong one, or with none.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-11'],
  remedy: 'Generate a UUID for each device (RFC 9562) and send it both here and on the transport.',
  blockedBy: VALUE_BLOCKERS,
  check: (evidence) =>
    eachM1(evidence, (m1) =>
      eachTransportUuidValue(m1, ({ node }) => {
        const at = locate(m1, { span: node.valueSpan, path: node.path });
        const why = forbiddenUuid(node.value);
        if (why === null) return pass(`${node.path} of ${m1.text} is ${formatUuid(node.value)}`, at);
        return fail(`${node.path} of ${m1.text} is ${why}`, {
          expected: 'a UUID that belongs to this device alone',
          actual: `${formatUuid(node.value)}: ${why}`,
          at,
          remedy: `Send a UUID generated for this device at ${placeText(at)}, and use it as the device's identity on the transport.`,
        });
      }),
    ),
};

const tuu10: Rule = {
  id: 'RVP-TUU-10',
  title: 'Use a Transport UUID with the variant and version of RFC 9562',
  source: [OURS, spec('WPS example', 141)],
  requirement: 'A Transport UUID has variant 10x and version 1 to 8.',
  why: 'Another variant or version hints at bytes in the wrong order, or at an identity that was made up.',
  level: 'SHOULD',
  revision: 1,
  needs: ['m1'],
  remedy: 'Generate the UUID by RFC 9562; byte 6 begins with the version, byte 8 with the bits 10.',
  blockedBy: [...VALUE_BLOCKERS, 'RVP-TUU-09'],
  check: (evidence) =>
    eachM1(evidence, (m1) =>
      eachTransportUuidValue(m1, ({ node }) => {
        if (forbiddenUuid(node.value) !== null)
          return blocked('RVP-TUU-09', `${node.path} of ${m1.text} is no usable UUID`);
        const at = locate(m1, { span: node.valueSpan, path: node.path });
        if (isRfc9562(node.value)) return pass(`${node.path} of ${m1.text} has a variant and version of RFC 9562`, at);
        return fail(`${node.path} of ${m1.text} has no variant and version of RFC 9562`, {
          expected: 'byte 6 from 0x10 to 0x8f, byte 8 from 0x80 to 0xbf',
          actual: formatUuid(node.value),
          at,
          remedy: `Check the byte order first: the bytes at ${placeText(at)} are those of the text form from left to right. Else generate the UUID by RFC 9562.`,
        });
      }),
    ),
};

export const transportUuidValueRules: readonly Rule[] = [tuu08, tuu09, tuu10];
