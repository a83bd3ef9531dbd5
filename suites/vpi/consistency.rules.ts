import { concat, equal, toHex } from '#base/bytes.js';
import type { Rule } from '#judge/rule.js';
import { eachExchange } from '../exchanges.js';
import { blocked, fail, notApplicable, pass } from '../finding.js';
import { locate, locateEnd, placeText } from '../locate.js';
import { LENGTH_OWNERS, m1sOf, unreadableEnd, type M1 } from '../observe.js';
import { otherMessages } from '../other-messages.js';
import { sessionM1s, tooFew } from '../sessions.js';
import { OURS, spec } from '../sources.js';

const vpi09: Rule = {
  id: 'RVP-VPI-09',
  title: 'Send the VPI in M1 when any other message has one',
  source: [spec('Microsoft vendor extensions', 26), spec('Vertical Pairing Identifier TLV', 57)],
  requirement: 'A device that sends a VPI in any other message also sends one in M1.',
  why: 'Windows reads the VPI in M1; one that comes later comes too late.',
  level: 'MUST',
  revision: 1,
  needs: ['exchange'],
  uses: ['frames'],
  interpretation: ['I-6'],
  remedy: 'Send the Microsoft extension with its VPIs in M1.',
  blockedBy: LENGTH_OWNERS,
  check: (evidence) =>
    eachExchange(evidence, (exchange) => {
      const m1 = m1sOf(exchange).at(-1);
      if (m1 === undefined) return [];
      const [found] = otherMessages(evidence, exchange).flatMap((other) =>
        other.pairing.vpis.map((spot) => ({ other, spot })),
      );
      if (found === undefined) return [notApplicable(`no other message of exchange ${exchange.number} has a VPI`)];
      const { other, spot } = found;
      if (m1.pairing.vpis.length > 0) return [pass(`${m1.text} has a VPI, as ${other.label} has`)];
      const hidden = unreadableEnd(m1, 'it has a VPI');
      if (hidden !== null) return [hidden];
      const end = locateEnd(m1, 'm1');
      return [
        fail(`${other.label} has a VPI, ${m1.text} has none`, {
          expected: 'a VPI in M1',
          actual: `a VPI in ${other.label} only`,
          at: locate(other, spot.node),
          remedy: `Send the same Microsoft extension in M1, at ${placeText(end)}.`,
        }),
      ];
    }),
};

const vpi11: Rule = {
  id: 'RVP-VPI-11',
  title: 'Send the same VPIs in every session',
  source: [OURS],
  requirement: 'VPI TLVs are the same in all sessions of one run in which no setting was changed.',
  why: 'A declaration that changes from run to run makes pairing succeed by chance.',
  level: 'SHOULD',
  revision: 1,
  needs: ['m1', 'sessions'],
  underStimuli: 'm1',
  sessions: 2,
  remedy: 'Derive the VPIs from the configuration alone.',
  blockedBy: ['RVP-VPI-01'],
  check: (evidence) => {
    const m1s = sessionM1s(evidence);
    const without = m1s.find(({ pairing }) => pairing.vpis.length === 0);
    if (without !== undefined) return [blocked('RVP-VPI-01', `${without.text} has no VPI`)];
    const [first, ...others] = m1s;
    const [changed] = others.flatMap((other) =>
      first === undefined || equal(vpiBytes(other), vpiBytes(first))
        ? []
        : other.pairing.vpis.map((spot) => ({ first, other, spot })),
    );
    if (changed === undefined)
      return [tooFew(evidence, m1s.length, 'M1s') ?? pass(`${m1s.length} sessions have the same VPIs`)];
    const { other, spot } = changed;
    const at = locate(other, spot.node);
    return [
      fail(`the VPIs of ${other.text} are not those of ${changed.first.text}`, {
        expected: toHex(vpiBytes(changed.first), ' '),
        actual: toHex(vpiBytes(other), ' '),
        at,
        remedy: `Send ${toHex(vpiBytes(changed.first), ' ')} at ${placeText(at)} in every session.`,
      }),
    ];
  },
};

/** All VPI TLVs of M1, one after another. */
function vpiBytes(m1: M1): Uint8Array {
  return concat(...m1.pairing.vpis.map(({ node }) => m1.wsc.bytes.subarray(node.span.start, node.span.end)));
}

export const vpiConsistencyRules: readonly Rule[] = [vpi09, vpi11];
