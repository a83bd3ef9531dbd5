import { concat, equal, toHex } from '#base/bytes.js';
import type { Finding, Rule } from '#judge/rule.js';
import { MICROSOFT_TLV } from '#wire/microsoft/vertical-pairing.js';
import { decodeTlvs } from '#wire/tlv.js';
import { attributeName } from '#wire/wps/attributes.js';
import { MESSAGE_TABLES } from '#wire/wps/messages.js';
import { formatVendorId, vendorExtensions, type VendorExtension } from '#wire/wps/vendor-extension.js';
import { blocked, fail, note, pass } from '../finding.js';
import { locate, locateEnd, placeText } from '../locate.js';
import { eachM1, LENGTH_OWNERS, lengthOwner, unreadableEnd, type M1 } from '../observe.js';
import { withoutExtension } from '../pairing.js';
import { OURS, REQ, spec } from '../sources.js';

const SHORTEST_BYTES = 3;
const LONGEST_BYTES = 1024;

const vx01: Rule = {
  id: 'RVP-VX-01',
  title: 'Carry a Microsoft vendor extension in M1',
  source: [spec('WPS vendor extensions', 18), spec('Vertical Pairing Identifier TLV', 57), REQ],
  requirement: 'M1 carries at least one Vendor Extension attribute (0x1049) whose vendor id is 00 01 37.',
  why: 'Without it Windows does not know that the device takes part in Rally Vertical Pairing and never pairs with it.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-10'],
  remedy:
    'Append to M1, after OS Version: 10 49, two bytes of length, 00 01 37, and the VPI TLV 10 01 00 02 <transport> 01.',
  blockedBy: LENGTH_OWNERS,
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const { extensions } = m1.pairing;
      const [first] = extensions;
      if (first !== undefined) {
        const count = extensions.length === 1 ? 'one' : `${extensions.length}`;
        return [pass(`${m1.text} carries ${count} with vendor id 00 01 37`, locate(m1, first.extension.node))];
      }
      const hidden = unreadableEnd(m1, 'it has a Microsoft vendor extension');
      if (hidden !== null) return [hidden];
      const others = vendorExtensions(m1.wsc).map(vendorText);
      const at = locateEnd(m1, 'm1');
      return [
        fail(`${m1.text} has no Microsoft vendor extension`, {
          expected: 'a Vendor Extension attribute (10 49) whose value begins 00 01 37',
          actual: others.length === 0 ? 'no Vendor Extension attribute' : `vendor ids: ${others.join(', ')}`,
          at,
          remedy: `Append at ${placeText(at)}: 10 49 00 09 00 01 37 10 01 00 02 <transport> 01, where <transport> is 00 for a device that does not pair, 01 DPWS, 02 UPnP, 03 Secure DPWS.`,
        }),
      ];
    }),
};

function vendorText(extension: VendorExtension): string {
  return extension.vendorId === null ? 'none (value too short)' : formatVendorId(extension.vendorId);
}

const vx02: Rule = {
  id: 'RVP-VX-02',
  title: 'Use only one Microsoft vendor extension in M1',
  source: [spec('Microsoft vendor extensions', 41)],
  requirement: 'M1 has not more than one Microsoft vendor extension: all Microsoft TLVs stand in the same one.',
  why: 'Some hosts read only the first extension of a vendor and miss the transports in the second.',
  level: 'SHOULD',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-5'],
  remedy: 'Move the TLVs of the later extensions to the end of the first one and correct its Length.',
  blockedBy: ['RVP-VX-01'],
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const none = withoutExtension(m1);
      if (none !== null) return [none];
      const [first, second] = m1.pairing.extensions;
      if (first === undefined || second === undefined) return [pass(`${m1.text} has one Microsoft vendor extension`)];
      const data = m1.pairing.extensions.map(({ extension }) => extension.node.value.subarray(SHORTEST_BYTES));
      const at = locate(m1, second.extension.node);
      return [
        fail(`${m1.text} has ${data.length} Microsoft vendor extensions`, {
          expected: 'one Vendor Extension with vendor id 00 01 37',
          actual: `${data.length}`,
          at,
          remedy: `Send one extension with all TLVs: Length ${SHORTEST_BYTES + concat(...data).length}, value 00 01 37 followed by the TLVs in their order, and drop the one at ${placeText(at)}.`,
        }),
      ];
    }),
};

const vx03: Rule = {
  id: 'RVP-VX-03',
  title: "Put the Microsoft vendor extension after M1's own attributes",
  source: [spec('WPS vendor extensions', 20), spec('WPS vendor extensions', 14)],
  requirement:
    "No attribute of M1's message table (Version to OS Version) follows a Microsoft vendor extension. Other vendors' extensions and unknown attributes may stand before or after it.",
  why: 'Vendor extensions belong to the last field of a message; a Registrar that reads attributes by place loses its own.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Move the Microsoft vendor extension behind OS Version (10 2d), the last attribute of the M1 table.',
  blockedBy: ['RVP-VX-01'],
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const none = withoutExtension(m1);
      return none === null ? m1.pairing.extensions.map((each) => judgePlace(m1, each.extension)) : [none];
    }),
};

const TABLE = new Set(MESSAGE_TABLES.M1.map(({ id }) => id));

function judgePlace(m1: M1, extension: VendorExtension): Finding {
  const { attributes } = m1.wsc;
  const before = new Set(attributes.slice(0, extension.position).map(({ type }) => type));
  // A repeated attribute is RVP-WSC-03's: only what stands here for the first time counts.
  const late = attributes.filter(({ type }) => TABLE.has(type) && !before.has(type));
  const last = late.at(-1);
  const at = locate(m1, extension.node);
  if (last === undefined) return pass(`no attribute of the M1 table follows ${extension.node.path}`, at);
  const names = [...new Set(late.map(({ type }) => attributeName(type)))].join(', ');
  return fail(`attributes of the M1 table follow the Microsoft vendor extension in ${m1.text}`, {
    expected: 'only vendor extensions and unknown attributes after it',
    actual: `followed by ${names}`,
    at,
    remedy: `Move the ${at.lengthBytes} bytes at ${placeText(at)} to offset ${last.span.end - at.lengthBytes}, so that they follow ${attributeName(last.type)}.`,
  });
}

const vx04: Rule = {
  id: 'RVP-VX-04',
  title: 'Keep every vendor extension of M1 between 3 and 1024 bytes',
  source: [spec('Microsoft vendor extensions', 28), spec('WPS vendor extensions', 18)],
  requirement:
    'The value of every Vendor Extension (0x1049) is 3 to 1024 bytes, so a Microsoft TLV value has at most 1017.',
  why: 'A Registrar that meets a longer extension refuses the whole M1; a shorter one has no vendor id.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  remedy: 'Set the Length of 10 49 to the number of bytes of vendor id and data, at least 3 and at most 1024.',
  blockedBy: ['RVP-VX-01', 'RVP-WSC-05'],
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const extensions = vendorExtensions(m1.wsc);
      if (extensions.length === 0) return [blocked('RVP-VX-01', `${m1.text} has no vendor extension`)];
      return extensions.map(({ node }) => {
        const at = locate(m1, node);
        const length = node.declaredLength;
        const isLegal = length >= SHORTEST_BYTES && length <= LONGEST_BYTES;
        if (isLegal && node.missingBytes > 0)
          return blocked(lengthOwner(m1, node), `${node.path} of ${m1.text} reaches past the end of the message`);
        if (isLegal) return pass(`${node.path} of ${m1.text} has ${length} bytes`, at);
        const cure =
          length < SHORTEST_BYTES
            ? `Begin its value with a 3-byte vendor id, 00 01 37 for Microsoft's TLVs, or drop the attribute.`
            : `Drop TLVs until the value has at most ${LONGEST_BYTES} bytes (1017 for one TLV value).`;
        return fail(`${node.path} of ${m1.text} has ${length} bytes`, {
          expected: `${SHORTEST_BYTES} to ${LONGEST_BYTES} bytes`,
          actual: `${length} bytes`,
          at,
          remedy: `${cure} It stands at ${placeText(at)}.`,
        });
      });
    }),
};

function lengthBytes(length: number): Uint8Array {
  return Uint8Array.of(length >> 8, length & 0xff);
}

/** Ways to write vendor id 311 that are not the three bytes 00 01 37, and how many bytes each takes. */
const WRONG_IDS: readonly { readonly bytes: Uint8Array; readonly what: string }[] = [
  { bytes: Uint8Array.of(0x37, 0x01, 0x00), what: 'little-endian' },
  { bytes: Uint8Array.of(0x01, 0x37, 0x00), what: 'shifted by one byte' },
  { bytes: Uint8Array.of(0x00, 0x00, 0x01, 0x37), what: 'as a 4-byte number' },
];

const vx09: Rule = {
  id: 'RVP-VX-09',
  title: 'Write the Microsoft vendor id as the three bytes 00 01 37',
  source: [spec('WPS vendor extensions', 18), OURS],
  requirement:
    'No vendor extension of M1 with id 37 01 00 or 01 37 00, or whose value begins 00 00 01 37, carries bytes that parse as TLVs beginning with 0x1001 or 0x1002.',
  why: 'Windows looks for the vendor id 00 01 37; under any other it ignores the extension.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  interpretation: ['I-10'],
  remedy: 'Begin the value of the vendor extension with 00 01 37: three bytes, most significant first.',
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const wrong = vendorExtensions(m1.wsc).flatMap((extension) => judgeVendorId(m1, extension) ?? []);
      return wrong.length > 0 ? wrong : [pass(`no misspelt Microsoft vendor id in ${m1.text}`)];
    }),
};

function judgeVendorId(m1: M1, { node }: VendorExtension): Finding | null {
  for (const { bytes, what } of WRONG_IDS) {
    if (!equal(node.value.subarray(0, bytes.length), bytes)) continue;
    const list = decodeTlvs(node.value.subarray(bytes.length));
    const type = list.nodes[0]?.type;
    if (type !== MICROSOFT_TLV.VerticalPairingIdentifier && type !== MICROSOFT_TLV.TransportUuid) continue;
    if (list.issues.length > 0) continue;
    const at = locate(m1, node);
    const right = node.value.length - bytes.length + SHORTEST_BYTES;
    return fail(`${node.path} of ${m1.text} has Microsoft's TLVs under a vendor id written ${what}`, {
      expected: '00 01 37',
      actual: toHex(bytes, ' '),
      at,
      remedy: `At ${placeText(at)} send 10 49 ${toHex(lengthBytes(right), ' ')} 00 01 37 and then the TLVs, instead of ${toHex(bytes, ' ')}.`,
    });
  }
  return null;
}

const vx11: Rule = {
  id: 'RVP-VX-11',
  title: "List the other vendors' extensions in M1",
  source: [spec('WPS vendor extensions', 18)],
  requirement: 'Vendor ids in M1 other than the Wi-Fi Alliance and Microsoft are listed with their registered number.',
  why: 'They are allowed and not judged; the list helps to recognise a misspelt id.',
  level: 'INFO',
  revision: 1,
  needs: ['m1'],
  remedy: 'Nothing to repair.',
  check: (evidence) =>
    eachM1(evidence, (m1) => {
      const others = vendorExtensions(m1.wsc).filter(({ vendor }) => vendor === 'other');
      if (others.length === 0) return [note(`no other vendor's extension in ${m1.text}`)];
      return others.map(({ node, vendorId }) => {
        const id = vendorId ?? new Uint8Array(0);
        const registered = id.reduce((sum, byte) => sum * 256 + byte, 0);
        const text = `${node.path} of ${m1.text}: vendor id ${formatVendorId(id)}, number ${registered}`;
        return note(`${text}, ${node.value.length} bytes`, locate(m1, node));
      });
    }),
};

export const vendorExtensionRules: readonly Rule[] = [vx01, vx02, vx03, vx04, vx09, vx11];
