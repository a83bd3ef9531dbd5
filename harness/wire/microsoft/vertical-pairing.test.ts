import { expect } from 'chai';
import fc from 'fast-check';
import { concat, fromHex } from '#base/bytes.js';
import { encodeTlv, encodeTlvs, type TlvSource } from '../tlv.js';
import { vendorExtensionAttribute, version2, wfaExtension } from '../wps/build.js';
import { decodeWsc } from '../wps/message.js';
import { MICROSOFT_VENDOR_ID } from '../wps/vendor-extension.js';
import { microsoftExtension, transportUuid, vpi } from './build.js';
import {
  MICROSOFT_TLV,
  microsoftTlvName,
  transportName,
  verticalPairing,
  type VerticalPairing,
} from './vertical-pairing.js';

const first = new Uint8Array(16).fill(1);
const second = new Uint8Array(16).fill(2);
const third = new Uint8Array(16).fill(3);
const foreign: TlvSource = { type: 0x2001, value: fromHex('aabb') };

const pairingOf = (...extensions: readonly Uint8Array[]): VerticalPairing =>
  verticalPairing(decodeWsc(concat(...extensions)));

/** Per Transport UUID: its first byte, the transport of its VPI, its place in the run. */
const runsOf = ({ transportUuids }: VerticalPairing): unknown[] =>
  transportUuids.map(({ node, vpi: owner, indexInRun }) => [node.value[0], owner?.transport ?? null, indexInRun]);

describe('verticalPairing', () => {
  it('reads the bytes that two shipped implementations agree on', () => {
    const found = pairingOf(fromHex('1049 0009 000137 1001 0002 0001'));
    expect(found.vpis.map(({ transport, profileRequest }) => [transport, profileRequest])).to.deep.equal([[0, 1]]);
    expect(found.vpis[0]?.node).to.deep.include({
      path: 'wsc.vendorExtension[0].tlv[0]',
      span: { start: 7, end: 13 },
      valueSpan: { start: 11, end: 13 },
    });
    expect(found.transportUuids).to.deep.equal([]);
  });

  it('is empty without an extension of Microsoft', () => {
    const found = pairingOf(
      wfaExtension(version2()),
      fromHex('1001 0002 0001'),
      fromHex('1049 0009 370100 1001 0002 0001'),
    );
    expect(found).to.deep.equal({ extensions: [], tlvs: [], vpis: [], transportUuids: [] });
  });

  const runs: readonly (readonly [name: string, extensions: readonly Uint8Array[], runs: readonly unknown[]])[] = [
    ['directly behind its VPI', [microsoftExtension(vpi(1), transportUuid(first))], [[1, 1, 0]]],
    [
      'one to each of two VPIs',
      [microsoftExtension(vpi(1), transportUuid(first), vpi(2), transportUuid(second))],
      [
        [1, 1, 0],
        [2, 2, 0],
      ],
    ],
    [
      'two VPIs, and then two',
      [microsoftExtension(vpi(1), vpi(2), transportUuid(first), transportUuid(second))],
      [
        [1, 2, 0],
        [2, 2, 1],
      ],
    ],
    ['before its VPI', [microsoftExtension(transportUuid(first), vpi(1))], [[1, null, 0]]],
    [
      'a run without a VPI',
      [microsoftExtension(transportUuid(first), transportUuid(second))],
      [
        [1, null, 0],
        [2, null, 1],
      ],
    ],
    [
      'behind another TLV, which ends the run',
      [microsoftExtension(vpi(1), transportUuid(first), foreign, transportUuid(second), transportUuid(third))],
      [
        [1, 1, 0],
        [2, null, 0],
        [3, null, 1],
      ],
    ],
    ['in the next extension', [microsoftExtension(vpi(1)), microsoftExtension(transportUuid(first))], [[1, null, 0]]],
    [
      'of wrong length, which stays one of the run',
      [microsoftExtension(vpi(3), transportUuid(first.subarray(1)), transportUuid(second))],
      [
        [1, 3, 0],
        [2, 3, 1],
      ],
    ],
  ];
  for (const [name, extensions, expected] of runs) {
    it(`gives a Transport UUID its VPI: ${name}`, () => {
      expect(runsOf(pairingOf(...extensions))).to.deep.equal(expected);
    });
  }

  it('keeps a VPI of any length, with null for the bytes that are not there', () => {
    const { VerticalPairingIdentifier: type } = MICROSOFT_TLV;
    const found = pairingOf(
      microsoftExtension(
        { type, value: new Uint8Array(0) },
        { type, value: fromHex('02') },
        { type, value: fromHex('030100') },
      ),
    );
    expect(found.vpis.map(({ transport, profileRequest }) => [transport, profileRequest])).to.deep.equal([
      [null, null],
      [2, null],
      [3, 1],
    ]);
  });

  it('counts TLVs in their extension and keeps the message order over several', () => {
    const found = pairingOf(microsoftExtension(vpi(1), foreign), wfaExtension(version2()), microsoftExtension(vpi(2)));
    expect(found.tlvs.map(({ node, position, owner }) => [node.path, position, owner.extension.index])).to.deep.equal([
      ['wsc.vendorExtension[0].tlv[0]', 0, 0],
      ['wsc.vendorExtension[0].tlv[1]', 1, 0],
      ['wsc.vendorExtension[2].tlv[0]', 0, 2],
    ]);
  });

  it('has a path for a TLV of type 0', () => {
    const found = pairingOf(microsoftExtension({ type: 0, value: fromHex('01') }));
    expect(found.tlvs.map(({ node }) => node.path)).to.deep.equal(['wsc.vendorExtension[0].tlv[0]']);
  });

  it('says where a TLV runs past its extension, and what is left over', () => {
    const cut = encodeTlv({ ...transportUuid(first.subarray(4)), declaredLength: 16 });
    const past = pairingOf(vendorExtensionAttribute(MICROSOFT_VENDOR_ID, cut));
    expect(past.transportUuids[0]?.node).to.deep.include({ missingBytes: 4, span: { start: 7, end: 23 } });
    expect(past.extensions[0]?.list.issues.map(({ code, at }) => [code, at])).to.deep.equal([
      ['tlv-length-past-end', { start: 7, end: 23 }],
    ]);
    const rest = pairingOf(vendorExtensionAttribute(MICROSOFT_VENDOR_ID, concat(encodeTlv(vpi(1)), fromHex('0000'))));
    expect(rest.extensions[0]?.list.issues.map(({ code, at, path }) => [code, at, path])).to.deep.equal([
      ['tlv-rest', { start: 13, end: 15 }, 'wsc.vendorExtension[0].rest'],
    ]);
  });

  it('loses nothing of any data, and every span points to its bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 3 }), (datas) => {
        const bytes = concat(...datas.map((data) => vendorExtensionAttribute(MICROSOFT_VENDOR_ID, data)));
        const found = verticalPairing(decodeWsc(bytes));
        expect(found.extensions.map(({ list }) => encodeTlvs(list))).to.deep.equal(datas);
        for (const { node } of found.tlvs) {
          expect(bytes.subarray(node.valueSpan.start, node.valueSpan.end)).to.deep.equal(node.value);
        }
      }),
    );
  });
});

describe('Microsoft names', () => {
  it('are those of the defined values only', () => {
    expect([0, 1, 2, 3, 4, 255].map(transportName)).to.deep.equal(['None', 'DPWS', 'UPnP', 'Secure DPWS', null, null]);
    expect([0x1001, 0x1002, 0x1003].map(microsoftTlvName)).to.deep.equal([
      'Vertical Pairing Identifier',
      'Transport UUID',
      null,
    ]);
  });
});
