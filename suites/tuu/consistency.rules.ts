import { concat, equal, toHex } from '#base/bytes.js';
import type { Rule } from '#judge/rule.js';
import { eachExchange } from '../exchanges.js';
import { blocked, fail, notApplicable, pass } from '../finding.js';
import { locate, locateEnd, placeText } from '../locate.js';
import { m1sOf, LENGTH_OWNERS, type M1 } from '../observe.js';
import { otherMessages, undeclaredTransportUuids } from '../other-messages.js';
import { hiddenTransportUuid } from '../pairing.js';
import { sessionM1s, tooFew } from '../sessions.js';
import { spec } from '../sources.js';

const tuu11: Rule = {
  id: 'RVP-TUU-11',
  title: 'Send a Transport UUID in M1 when any other message has it',
  source: [spec('Microsoft vendor extensions', 26)],
  requirement:
    'A device that sends a Transport UUID in any other message also sends it, for the same transport, in M1.',
  why: 'Windows takes the identity from M1; a Transport UUID that comes later comes too late.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  uses: ['frames'],
  interpretation: ['I-6'],
  remedy: 'Send the Transport UUID directly after the VPI of its transport in M1.',
  blockedBy: ['RVP-TUU-02', 'RVP-VPI-02', 'RVP-VX-06', ...LENGTH_OWNERS],
  check: (evidence) =>
    eachExchange(evidence, (exchange) => {
      const m1 = m1sOf(exchange).at(-1);
      if (m1 === undefined) return [];
      const others = otherMessages(evidence, exchange).filter(({ pairing }) => pairing.transportUuids.length > 0);
      if (others.length === 0)
        return [notApplicable(`no other message of exchange ${exchange.number} has a Transport UUID`)];
      return others.map((other) => {
        const [missing] = undeclaredTransportUuids(m1, other);
        if (missing === undefined) return pass(`${m1.text} has the Transport UUIDs of ${other.label}`);
        const text = `${other.label} has a Transport UUID that ${m1.text} does not have for its transport`;
        if (missing.blockedBy !== null) return blocked(missing.blockedBy, text);
        const hidden = hiddenTransportUuid(m1);
        if (hidden !== null) return hidden;
        const { node, vpi } = missing.uuid;
        const end = locateEnd(m1, 'm1');
        return fail(text, {
          expected: 'the same Transport UUID in M1',
          actual: `${node.path} of ${other.label} only`,
          at: locate(other, node),
          remedy: `Send it in M1 as well, directly after the VPI ${vpi === null ? 'of its transport' : toHex(vpi.node.value, ' ')}; the extension belongs at ${placeText(end)} or before.`,
        });
      });
    }),
};

const tuu12: Rule = {
  id: 'RVP-TUU-12',
  title: 'Send the same Transport UUIDs in every session',
  source: [
    { document: 'UDA', heading: '1.1.4' },
    { document: 'DPWS', heading: 'R0006' },
  ],
  requirement: 'Transport UUIDs are the same in all sessions of one run.',
  why: 'Windows takes a device with a new identity for a new device.',
  level: 'SHOULD',
  revision: 1,
  needs: ['m1', 'sessions'],
  underStimuli: 'm1',
  sessions: 2,
  remedy: 'Store the UUID once and never generate it again.',
  check: (evidence) => {
    const m1s = sessionM1s(evidence);
    if (m1s.length > 0 && m1s.every(({ pairing }) => pairing.transportUuids.length === 0))
      return [notApplicable('no session has a Transport UUID TLV, which is optional')];
    const [first, ...others] = m1s;
    const other = others.find((m1) => first !== undefined && !equal(uuidBytes(m1), uuidBytes(first)));
    if (first === undefined || other === undefined)
      return [tooFew(evidence, m1s.length, 'M1s') ?? pass(`${m1s.length} sessions have the same Transport UUIDs`)];
    const [spot] = other.pairing.transportUuids;
    const at = spot === undefined ? locateEnd(other, 'm1') : locate(other, spot.node);
    return [
      fail(`the Transport UUIDs of ${other.text} are not those of ${first.text}`, {
        expected: tlvText(first),
        actual: tlvText(other),
        at,
        remedy: `Send ${tlvText(first)} at ${placeText(at)} in every session.`,
      }),
    ];
  },
};

function uuidBytes(m1: M1): Uint8Array {
  return concat(...m1.pairing.transportUuids.map(({ node }) => m1.wsc.bytes.subarray(node.span.start, node.span.end)));
}

function tlvText(m1: M1): string {
  const bytes = uuidBytes(m1);
  return bytes.length === 0 ? 'no Transport UUID' : toHex(bytes, ' ');
}

export const transportUuidConsistencyRules: readonly Rule[] = [tuu11, tuu12];
