import { toHex } from '#base/bytes.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { eachExchange } from '../exchanges.js';
import { blocked, fail, notApplicable, pass } from '../finding.js';
import { locate, placeText } from '../locate.js';
import { allM1s, m1sOf, type M1 } from '../observe.js';
import {
  otherMessages,
  pairingBytes,
  sameTlvs,
  undeclaredTransportUuids,
  type OtherMessage,
} from '../other-messages.js';
import { withoutVpi } from '../pairing.js';
import { OURS, spec } from '../sources.js';

/** Messages whose TLVs are compared: the DUT's WSC_ACK, WSC_NACK and WSC_Done are not. */
const COMPARED: readonly string[] = ['Probe Request', 'M3', 'M5', 'M7'];

const vx10: Rule = {
  id: 'RVP-VX-10',
  title: "Repeat M1's Vertical Pairing TLVs unchanged in other messages",
  source: [OURS, spec('Microsoft vendor extensions', 26), spec('WPS vendor extensions', 14)],
  requirement:
    '0x1001 and 0x1002 TLVs in Probe Request, M3, M5 and M7 are those of M1, in the same order. Other types are not compared.',
  why: 'A host that reads another message than M1 pairs over another transport or looks for another identity.',
  level: 'SHOULD',
  revision: 1,
  needs: ['exchange'],
  uses: ['frames'],
  remedy: 'Build the TLVs once and put the same bytes into every message that carries them, or send them in M1 alone.',
  blockedBy: ['RVP-VPI-01', 'RVP-VX-06', 'RVP-TUU-11', 'RVP-IEX-04'],
  check: (evidence) =>
    eachExchange(evidence, (exchange) => {
      const m1 = m1sOf(exchange).at(-1);
      if (m1 === undefined) return [];
      const others = otherMessages(evidence, exchange).filter(({ label }) => COMPARED.includes(label));
      if (others.length === 0)
        return [notApplicable(`no Vertical Pairing TLV outside M1 in exchange ${exchange.number}`)];
      return others.map((other) => compare(other.exchange === null ? (sameAs(evidence, other) ?? m1) : m1, other));
    }),
};

/** The M1 that an 802.11 frame agrees with. Frames belong to no exchange: which M1 changed is RVP-VPI-11, RVP-TUU-12. */
function sameAs(evidence: Evidence, other: OtherMessage): M1 | undefined {
  return allM1s(evidence).find((m1) => sameTlvs(pairingBytes(m1), pairingBytes(other)));
}

function compare(m1: M1, other: OtherMessage): Finding {
  const none = withoutVpi(m1);
  if (none !== null) return none;
  const expected = pairingBytes(m1);
  const actual = pairingBytes(other);
  if (other.isBroken) return blocked('RVP-IEX-04', `the WPS elements of a ${other.label} cannot be put together`);
  if (sameTlvs(expected, actual)) return pass(`${other.label} has the Vertical Pairing TLVs of ${m1.text}`);
  if (m1.pairing.tlvs.some(({ node }) => node.missingBytes > 0))
    return blocked('RVP-VX-06', `a TLV of ${m1.text} is cut, so ${other.label} cannot be compared with it`);
  if (undeclaredTransportUuids(m1, other).length > 0)
    return blocked('RVP-TUU-11', `${other.label} has a Transport UUID that ${m1.text} lacks`);
  const spot = other.pairing.vpis[0] ?? other.pairing.transportUuids[0];
  if (spot === undefined) return pass(`${other.label} has no Vertical Pairing TLV`);
  const at = locate(other, spot.node);
  return fail(`the Vertical Pairing TLVs of ${other.label} are not those of ${m1.text}`, {
    expected: tlvText(expected),
    actual: tlvText(actual),
    at,
    remedy: `At ${placeText(at)} send the TLVs of M1: ${tlvText(expected)}.`,
  });
}

function tlvText(tlvs: readonly Uint8Array[]): string {
  return tlvs.map((bytes) => toHex(bytes, ' ')).join(' | ');
}

export const otherMessagesRules: readonly Rule[] = [vx10];
