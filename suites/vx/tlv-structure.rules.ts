import { toHex } from '#base/bytes.js';
import type { Evidence, ManagementFrame } from '#evidence/model.js';
import type { Finding, Rule } from '#judge/rule.js';
import { MICROSOFT_TLV, verticalPairing, type MicrosoftExtension } from '#wire/microsoft/vertical-pairing.js';
import type { TlvNode } from '#wire/tlv.js';
import { brokenContinuation, noFrame, ownFrames } from '../air.js';
import { blocked, fail, inconclusive, note, notApplicable, pass } from '../finding.js';
import { hexNumber, locate, placeText, seenManagement, type Seen } from '../locate.js';
import { allM1s, eachM1, lengthOwner, type M1 } from '../observe.js';
import { withoutExtension } from '../pairing.js';
import { spec } from '../sources.js';

const VENDOR_ID_BYTES = 3;

const vx05: Rule = {
  id: 'RVP-VX-05',
  title: 'Fill the Microsoft vendor data with whole TLVs',
  source: [spec('Microsoft vendor extensions', 24), spec('Microsoft vendor extensions', 28)],
  requirement:
    'Microsoft vendor data is not empty, and no rest shorter than a TLV header (1 to 3 bytes) is left after the last TLV.',
  why: 'A reader that meets half a TLV header may drop the whole extension, and with it the pairing.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-10'],
  remedy: 'Send one or more TLVs after 00 01 37, and set the Length of 10 49 to 3 plus their bytes.',
  blockedBy: ['RVP-VX-01', 'RVP-VX-04', 'RVP-WSC-05'],
  check: (evidence) => eachExtension(evidence, judgeVendorData),
};

function judgeVendorData(m1: M1, owner: MicrosoftExtension): Finding {
  const { node } = owner.extension;
  const { rest, nodes } = owner.list;
  if (rest !== null && node.missingBytes > 0)
    return blocked(lengthOwner(m1, node), `${node.path} of ${m1.text} is cut`);
  if (rest !== null) {
    const at = locate(m1, { span: rest.span, path: `${node.path}.rest` });
    const right = node.value.length - rest.bytes.length;
    return fail(`${bytesText(rest.bytes.length)} left after the last TLV of ${node.path} in ${m1.text}`, {
      expected: 'the end of the extension, or a whole TLV',
      actual: toHex(rest.bytes, ' '),
      at,
      remedy: `Drop the bytes at ${placeText(at)} and set the Length at offset ${node.span.start + 2} to ${right} (${toHex(Uint8Array.of(right >> 8, right & 0xff), ' ')}), or make a whole TLV of them.`,
    });
  }
  const at = locate(m1, node);
  if (nodes.length > 0) return pass(`${node.path} of ${m1.text} holds ${countText(nodes.length)}`, at);
  return fail(`${node.path} of ${m1.text} has a vendor id and nothing else`, {
    expected: 'at least one TLV after 00 01 37',
    actual: 'no vendor data',
    at,
    remedy: `At ${placeText(at)} send 10 49 00 09 00 01 37 10 01 00 02 <transport> 01.`,
  });
}

function bytesText(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

function countText(count: number): string {
  return count === 1 ? 'one TLV' : `${count} TLVs`;
}

const vx06: Rule = {
  id: 'RVP-VX-06',
  title: 'Let no TLV Length reach past the end of its vendor extension',
  source: [spec('Microsoft vendor extensions', 28), spec('Microsoft vendor extensions', 34)],
  requirement: "No Microsoft TLV's Length reaches past the end of the vendor extension it stands in.",
  why: 'A reader that trusts the Length reads the next attribute as value, or drops the extension.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Write the number of value bytes into the Length field, most significant byte first.',
  blockedBy: ['RVP-VX-01', 'RVP-VX-04', 'RVP-VX-05', 'RVP-WSC-05'],
  check: (evidence) => eachExtension(evidence, judgeLengths),
};

function judgeLengths(m1: M1, owner: MicrosoftExtension): Finding {
  const { node } = owner.extension;
  const { nodes } = owner.list;
  const cut = nodes.find(({ missingBytes }) => missingBytes > 0);
  if (cut === undefined) {
    if (nodes.length === 0) return blocked('RVP-VX-05', `${node.path} of ${m1.text} holds no TLV`);
    return pass(`${countText(nodes.length)} of ${node.path} in ${m1.text} end inside it`, locate(m1, node));
  }
  if (node.missingBytes > 0)
    return blocked(lengthOwner(m1, node), `${node.path} of ${m1.text} is cut, and ${cut.path} with it`);
  const at = locate(m1, cut);
  const swapped = ((cut.declaredLength & 0xff) << 8) | (cut.declaredLength >> 8);
  const hint = swapped === cut.value.length ? ' The two bytes of the Length are swapped.' : '';
  return fail(`the Length of ${cut.path} in ${m1.text} reaches past its extension`, {
    expected: `at most ${cut.value.length}`,
    actual: `${cut.declaredLength}, ${bytesText(cut.missingBytes)} more than there are`,
    at,
    remedy: `${lengthRemedy(cut)}${hint}`,
  });
}

function lengthRemedy(cut: TlvNode): string {
  const usual = new Map<number, number>([
    [MICROSOFT_TLV.VerticalPairingIdentifier, 2],
    [MICROSOFT_TLV.TransportUuid, 16],
  ]);
  const length = usual.get(cut.type) ?? cut.value.length;
  const bytes = toHex(Uint8Array.of(length >> 8, length & 0xff), ' ');
  const field = `the Length field at offset ${cut.span.start + 2} of M1`;
  return cut.value.length < length
    ? `Write ${bytes} into ${field} and send all ${length} value bytes; the extension's own Length grows with them.`
    : `Write ${bytes} into ${field}: it counts the value bytes alone.`;
}

/** Judge each Microsoft extension of each M1; blocked where there is none. */
function eachExtension(
  evidence: Parameters<Rule['check']>[0],
  judge: (m1: M1, owner: MicrosoftExtension) => Finding,
): readonly Finding[] {
  return eachM1(evidence, (m1) => {
    const none = withoutExtension(m1);
    return none === null ? m1.pairing.extensions.map((owner) => judge(m1, owner)) : [none];
  });
}

const vx08: Rule = {
  id: 'RVP-VX-08',
  title: 'List unknown Microsoft TLV types',
  source: [spec('Microsoft vendor extensions', 26), spec('Rally Vertical Pairing TLVs', 45)],
  requirement:
    'TLV types other than 0x1001 and 0x1002 in a Microsoft extension of M1 are listed and tolerated; type 0x0000 with length 0 is named as probable padding.',
  why: 'Other types are for other features; they neither help nor harm Vertical Pairing.',
  level: 'INFO',
  revision: 1,
  needs: ['m1'],
  remedy: 'Nothing to repair.',
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const known = new Set<number>(Object.values(MICROSOFT_TLV));
      const unknown = m1.pairing.tlvs.filter(({ node }) => !known.has(node.type));
      if (unknown.length === 0) return [note(`no unknown Microsoft TLV type in ${m1.text}`)];
      return unknown.map(({ node }) =>
        note(`${node.path} of ${m1.text}: type ${hexNumber(node.type, 4)}, ${useOf(node)}`, locate(m1, node)),
      );
    }),
};

/** What a type outside Vertical Pairing is known to be used for. */
function useOf(node: TlvNode): string {
  if (node.type === 0x0000 && node.declaredLength === 0) return 'length 0: probably padding';
  if (node.type === 0x1005) return 'known as a request for Microsoft attributes in Wi-Fi Direct printing';
  if (node.type === 0x1006) return 'known as the container UUID of Wi-Fi Direct printing';
  if (node.type >= 0x2001 && node.type <= 0x2005) return 'known from Miracast over Infrastructure';
  return `no known use, ${node.declaredLength} bytes`;
}

/** The largest TLV value in an 802.11 information element, and the largest that fits one element (I-3). */
const IE_LIMIT_BYTES = 242;
const ONE_IE_BYTES = 251 - 4 - VENDOR_ID_BYTES - 4;

const vx07: Rule = {
  id: 'RVP-VX-07',
  title: 'Keep TLV values in 802.11 information elements to 242 bytes',
  source: [spec('Microsoft vendor extensions', 35)],
  requirement: 'In an 802.11 information element a Microsoft TLV value is at most 242 bytes.',
  why: 'A longer value does not fit the information element, and the frame cannot be read.',
  level: 'MUST',
  revision: 1,
  needs: ['frames'],
  interpretation: ['I-3'],
  remedy: 'Shorten the value, or send it in M1 alone.',
  blockedBy: ['RVP-VX-06', 'RVP-IEX-04'],
  check: (evidence) => {
    const frames = ownFrames(evidence, 'probe-request', 'association-request');
    if (frames.length === 0) return [noFrame(evidence, '802.11 frame')];
    const findings = frames.flatMap((frame) => {
      const seen = seenManagement(frame);
      return verticalPairing(frame.wsc).tlvs.flatMap(({ node }) =>
        node.missingBytes > 0 ? [cutElementValue(evidence, frame, node)] : judgeElementValue(seen, node),
      );
    });
    if (findings.length > 0) return findings;
    return [notApplicable(`no Microsoft TLV in the ${frames.length} 802.11 frames of the DUT`)];
  },
};

/** What a cut TLV would have held is unknown; RVP-VX-06 fails for it where M1 has it too, RVP-IEX-04 for lost bytes. */
function cutElementValue(evidence: Evidence, frame: ManagementFrame, node: TlvNode): Finding {
  const text = `${node.path} of a ${seenManagement(frame).label} reaches past its extension`;
  if (brokenContinuation(frame) !== null) return blocked('RVP-IEX-04', text);
  const inM1 = allM1s(evidence).some(({ pairing }) => pairing.tlvs.some((tlv) => tlv.node.missingBytes > 0));
  return inM1 ? blocked('RVP-VX-06', text) : inconclusive(text);
}

function judgeElementValue(seen: Seen, node: TlvNode): Finding[] {
  const length = node.declaredLength;
  const at = locate(seen, node);
  if (length > IE_LIMIT_BYTES)
    return [
      fail(`${node.path} of a ${seen.label} has ${length} value bytes`, {
        expected: `at most ${IE_LIMIT_BYTES} bytes in an information element`,
        actual: `${length} bytes`,
        at,
        remedy: `Shorten the value at ${placeText(at)} to ${IE_LIMIT_BYTES} bytes, or leave the TLV out of 802.11 frames.`,
      }),
    ];
  if (length > ONE_IE_BYTES)
    return [note(`${node.path} of a ${seen.label} has ${length} bytes and needs a second information element`, at)];
  return [pass(`${node.path} of a ${seen.label} has ${length} bytes`, at)];
}

export const tlvStructureRules: readonly Rule[] = [vx05, vx06, vx07, vx08];
