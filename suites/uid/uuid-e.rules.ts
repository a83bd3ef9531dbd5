import { equal } from '#base/bytes.js';
import { forbiddenUuid, formatUuid, isRfc9562 } from '#base/uuid.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import type { TlvNode } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { ownFrames } from '../air.js';
import { blocked, fail, pass } from '../finding.js';
import { locate, placeText, seenManagement, type Seen } from '../locate.js';
import { allM1s, eachM1, LENGTH_OWNERS, noM1, wholeValue } from '../observe.js';
import { tooFew } from '../sessions.js';
import { RFC_9562, spec, WSC } from '../sources.js';

const UUID_BYTES = 16;
const VALUE_BLOCKERS: NonNullable<Rule['blockedBy']> = ['RVP-WSC-03', ...LENGTH_OWNERS];

/** Judge UUID-E of each M1; blocked where it is missing or has another length. */
function eachUuidE(
  evidence: Evidence,
  judge: (node: TlvNode, seen: Seen & { readonly text: string }) => Finding,
): readonly Finding[] {
  return eachM1(evidence, (m1) => {
    const uuidE = wholeValue(m1, ATTRIBUTE.UuidE, 'UUID-E', UUID_BYTES, 'RVP-WSC-03');
    return [uuidE.node === null ? uuidE.problem : judge(uuidE.node, m1)];
  });
}

const uid01: Rule = {
  id: 'RVP-UID-01',
  title: 'Use a UUID-E of your own',
  alsoKnownAs: ['RVP-REG-47'],
  source: [spec('WPS example', 131), WSC],
  requirement:
    "UUID-E is not all zero, not all 0xff, nor, in wire order or GUID mixed-endian, one of the documentation's UUIDs.",
  why: 'UUID-E tells devices apart, and is the identity of every transport without Transport UUID.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-11'],
  remedy: 'Generate a UUID for each device (RFC 9562), store it, and send it as UUID-E.',
  blockedBy: VALUE_BLOCKERS,
  check: (evidence) =>
    eachUuidE(evidence, (node, m1) => {
      const at = locate(m1, { span: node.valueSpan, path: node.path });
      const why = forbiddenUuid(node.value);
      if (why === null) return pass(`UUID-E of ${m1.text} is ${formatUuid(node.value)}`, at);
      return fail(`UUID-E of ${m1.text} is ${why}`, {
        expected: 'a UUID that belongs to this device alone',
        actual: `${formatUuid(node.value)}: ${why}`,
        at,
        remedy: `Send a UUID generated for this device at ${placeText(at)} and wherever else it is used.`,
      });
    }),
};

const uid02: Rule = {
  id: 'RVP-UID-02',
  title: 'Send the same UUID-E in every Probe Request and M1',
  source: [WSC],
  requirement: 'UUID-E is the same in every Probe Request and every M1 of the run.',
  why: 'A device whose UUID-E changes appears as another device each time, and its PIN or push button is not matched.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  uses: ['frames', 'sessions'],
  underStimuli: 'm1',
  remedy: 'Store UUID-E once and send the same bytes in every message.',
  blockedBy: VALUE_BLOCKERS,
  check: (evidence) => {
    const m1s = allM1s(evidence);
    const probes = ownFrames(evidence, 'probe-request').map(seenManagement);
    if (m1s.length === 0 && probes.length === 0) return [noM1(evidence)];
    const problems: Finding[] = [];
    const observed: { seen: Seen; node: TlvNode }[] = [];
    for (const m1 of m1s) {
      const uuidE = wholeValue(m1, ATTRIBUTE.UuidE, 'UUID-E', UUID_BYTES, 'RVP-WSC-03');
      if (uuidE.node === null) problems.push(uuidE.problem);
      else observed.push({ seen: m1, node: uuidE.node });
    }
    // A Probe Request without a readable UUID-E is judged by the rules of 802.11 elements, not here.
    for (const seen of probes) {
      const node = attribute(seen.wsc, ATTRIBUTE.UuidE);
      if (node?.value.length === UUID_BYTES) observed.push({ seen, node });
    }
    const [first, ...others] = observed;
    const other = others.find(({ node }) => first !== undefined && !equal(node.value, first.node.value));
    if (first !== undefined && other !== undefined) return [changed(first, other)];
    if (problems.length > 0) return problems;
    return [
      tooFew(evidence, observed.length, 'Probe Requests or M1s') ??
        pass(`UUID-E is the same in ${observed.length} messages`),
    ];
  },
};

function changed(first: { seen: Seen; node: TlvNode }, other: { seen: Seen; node: TlvNode }): Finding {
  const at = locate(other.seen, { span: other.node.valueSpan, path: other.node.path });
  const where = ({ seen }: { seen: Seen }) =>
    seen.exchange === null ? seen.label : `${seen.label} of exchange ${seen.exchange}`;
  return fail(`UUID-E of ${where(other)} is not that of ${where(first)}`, {
    expected: formatUuid(first.node.value),
    actual: formatUuid(other.node.value),
    at,
    remedy: `Send ${formatUuid(first.node.value)} at ${placeText(at)}: the same UUID-E in every message and session.`,
  });
}

const uid11: Rule = {
  id: 'RVP-UID-11',
  title: 'Use a UUID-E with the variant and version of RFC 9562',
  source: [RFC_9562],
  requirement: 'UUID-E has variant 10x and version 1 to 8.',
  why: 'Another variant or version hints at bytes in the wrong order, or at an identity that was made up.',
  level: 'SHOULD',
  revision: 1,
  needs: ['m1'],
  remedy: 'Generate the UUID by RFC 9562; byte 6 begins with the version, byte 8 with the bits 10.',
  blockedBy: [...VALUE_BLOCKERS, 'RVP-UID-01'],
  check: (evidence) =>
    eachUuidE(evidence, (node, m1) => {
      if (forbiddenUuid(node.value) !== null) return blocked('RVP-UID-01', `UUID-E of ${m1.text} is no usable UUID`);
      const at = locate(m1, { span: node.valueSpan, path: node.path });
      if (isRfc9562(node.value)) return pass(`UUID-E of ${m1.text} has a variant and version of RFC 9562`, at);
      return fail(`UUID-E of ${m1.text} has no variant and version of RFC 9562`, {
        expected: 'byte 6 from 0x10 to 0x8f, byte 8 from 0x80 to 0xbf',
        actual: formatUuid(node.value),
        at,
        remedy: `Check the byte order of the 16 bytes at ${placeText(at)} first; else generate the UUID by RFC 9562.`,
      });
    }),
};

export const uuidERules: readonly Rule[] = [uid01, uid02, uid11];
