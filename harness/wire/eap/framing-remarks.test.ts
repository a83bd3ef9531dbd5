import { expect } from 'chai';
import { concat, fromHex } from '#base/bytes.js';
import { decodeWsc } from '../wps/message.js';
import { decodeEap } from './eap.js';
import { decodeEapWsc, MAX_FRAGMENTS, MAX_MESSAGE_BYTES, opCodeOf, opCodeRemark, WscReassembler } from './eap-wsc.js';
import { decodeEapol } from './eapol.js';
import { hexNumber, type FramingRemark } from './remark.js';
import { wscCarrier } from './wsc-carrier.js';

/** Each remark whole: reports print these figures, and point to these bytes. */
const shown = (issues: readonly FramingRemark[]): string[] =>
  issues.map(({ code, path, at, expected, actual, text }) => {
    expect(text).to.equal(`expected ${expected}, got ${actual}`);
    return `${code} ${path} ${at.start}-${at.end}: ${expected} / ${actual}`;
  });

type Row = readonly [bytes: string, ...remarks: readonly string[]];

function remarkTable(title: string, remarksOf: (bytes: Uint8Array) => readonly FramingRemark[], rows: readonly Row[]) {
  describe(title, () => {
    for (const [hex, ...remarks] of rows) {
      it(`on "${hex.length > 40 ? `${hex.slice(0, 40)}...` : hex}"`, () => {
        expect(shown(remarksOf(fromHex(hex)))).to.deep.equal(remarks);
      });
    }
  });
}

remarkTable('remarks on EAPOL', (bytes) => decodeEapol(bytes).issues, [
  ['', 'eapol-header-cut eapol 0-0: 4 bytes of header / 0'],
  ['010100', 'eapol-header-cut eapol 0-3: 4 bytes of header / 3'],
  ['01010000'],
  ['03000000'],
  ['00000000', 'eapol-version-unknown eapol.version 0-1: 0x01, 0x02 or 0x03 / 0x00'],
  ['04000000', 'eapol-version-unknown eapol.version 0-1: 0x01, 0x02 or 0x03 / 0x04'],
  ['02090000', 'eapol-type-unknown eapol.type 1-2: 0x00 for an EAP packet / 0x09'],
  ['02080000'],
  ['02000005aabb', 'eapol-length-past-end eapol.length 2-4: 2 bytes / 5 bytes'],
  [`02010000${'00'.repeat(43)}`, 'eapol-trailing-bytes eapol.trailing 4-47: no bytes / 43 bytes'],
]);

remarkTable('remarks on EAP', (bytes) => decodeEap(bytes).issues, [
  ['', 'eap-header-cut eap 0-0: 4 bytes of header / 0'],
  ['010100', 'eap-header-cut eap 0-3: 4 bytes of header / 3'],
  [
    '01010003',
    'eap-length-short eap.length 2-4: at least 4 bytes / 3 bytes',
    'eap-type-missing eap.type 4-4: a method type / no data',
  ],
  ['0101000601', 'eap-length-past-end eap.length 2-4: 5 bytes / 6 bytes'],
  ['0101000501 0203', 'eap-trailing-bytes eap.trailing 5-7: no bytes / 2 bytes'],
  ['00010004', 'eap-code-unknown eap.code 0-1: a code from 0x01 to 0x04 / 0x00'],
  ['05010004', 'eap-code-unknown eap.code 0-1: a code from 0x01 to 0x04 / 0x05'],
  ['02010004', 'eap-type-missing eap.type 4-4: a method type / no data'],
  ['0201000501'],
  [
    '0201000b fe00372a000000',
    'eap-expanded-cut eap.type 4-11: vendor id (3 bytes) and vendor type (4 bytes) / 6 bytes',
  ],
  ['0201000c fe00372a00000001'],
  ['03010004'],
  ['04010004'],
  ['0301000500', 'eap-data-after-code eap.data 4-5: no data / 1 bytes'],
  ['040100060000', 'eap-data-after-code eap.data 4-6: no data / 2 bytes'],
]);

remarkTable('remarks on EAP-WSC', (bytes) => decodeEapWsc(bytes).issues, [
  ['', 'wsc-header-cut eapWsc 0-0: op-code and flags (2 bytes) / 0 bytes'],
  ['04', 'wsc-header-cut eapWsc 0-1: op-code and flags (2 bytes) / 1 bytes'],
  ['0100'],
  ['0600'],
  ['0000', 'unknown-opcode eapWsc.opCode 0-1: an op-code from 0x01 to 0x06 / 0x00'],
  ['0700', 'unknown-opcode eapWsc.opCode 0-1: an op-code from 0x01 to 0x06 / 0x07'],
  ['0484', 'unknown-flags eapWsc.flags 1-2: no bits but 0x01 and 0x02 / 0x84'],
  ['0402', 'length-field-cut eapWsc.length 2-2: a length field of 2 bytes / 0 bytes'],
  ['040200', 'length-field-cut eapWsc.length 2-3: a length field of 2 bytes / 1 bytes'],
  ['04020000'],
]);

remarkTable('remarks on the expanded method', (bytes) => wscCarrier(decodeEap(bytes)).issues, [
  ['012e000efe00372a000000010100'],
  ['012e000efe00372b000000010100', 'vendor-id-wrong eap.vendorId 5-8: 0x00372a / 0x00372b'],
  ['012e000efe00372a000000020100', 'vendor-type-wrong eap.vendorType 8-12: 0x00000001 / 0x00000002'],
  ['012e000603fe'],
  ['012e000cff00372b00000002'],
]);

describe('wscCarrier', () => {
  it('says where the data of another method, or of a cut one, begins', () => {
    for (const [hex, payloadOffset] of [
      ['012e000603fe', 5],
      ['012e0009fe00372a00', 5],
      ['03010004', 4],
    ] as const)
      expect(wscCarrier(decodeEap(fromHex(hex))), hex).to.deep.equal({ payload: null, payloadOffset, issues: [] });
  });
});

/** Remarks of each payload in turn, with the number of its packet in front. */
function reassembled(...payloads: readonly (string | Uint8Array)[]): string[][] {
  const reassembler = new WscReassembler();
  return payloads.map((payload, index) => {
    const { issues } = reassembler.push(typeof payload === 'string' ? fromHex(payload) : payload, index);
    expect(issues.map(({ packet }) => packet)).to.deep.equal(issues.map(() => index));
    return shown(issues);
  });
}

describe('remarks on fragments', () => {
  const M1 = '104a000110 1022000104';

  it('on a message under the op-code of another', () => {
    expect(reassembled(`0500 ${M1}`)).to.deep.equal([['opcode-mismatch eapWsc.opCode 0-1: 0x04 for M1 / 0x05']]);
    expect(reassembled('0400 102200010d', '0400 102200010e', '0400 102200010f')).to.deep.equal([
      ['opcode-mismatch eapWsc.opCode 0-1: 0x02 for WSC_ACK / 0x04'],
      ['opcode-mismatch eapWsc.opCode 0-1: 0x03 for WSC_NACK / 0x04'],
      ['opcode-mismatch eapWsc.opCode 0-1: 0x05 for WSC_DONE / 0x04'],
    ]);
  });

  it('on what the decoder says of the payload, and of each payload alone', () => {
    expect(reassembled(`0480 ${M1}`, `0400 ${M1}`)).to.deep.equal([
      ['unknown-flags eapWsc.flags 1-2: no bits but 0x01 and 0x02 / 0x80'],
      [],
    ]);
  });

  it('on a FRAG_ACK with data or flags', () => {
    expect(reassembled('0600', '0601', '060000')).to.deep.equal([
      [],
      ['frag-ack-not-empty eapWsc 0-2: no data and flags 0x00 / 0 bytes, flags 0x01'],
      ['frag-ack-not-empty eapWsc 0-3: no data and flags 0x00 / 1 bytes, flags 0x00'],
    ]);
  });

  it('on the length field of the first packet', () => {
    expect(reassembled('0401 104a000110')[0]).to.deep.equal([
      'fragment-without-length eapWsc.flags 1-2: flag 0x02 and a length field / a first fragment without',
    ]);
    expect(reassembled('0403 0004 104a000110')[0]).to.deep.equal([
      'length-field-wrong eapWsc.length 2-4: at least 5 bytes / 4 bytes',
    ]);
    expect(reassembled('0403 0005 104a000110')[0]).to.deep.equal([]);
    expect(reassembled(`0402 000b ${M1}`)[0]).to.deep.equal([
      'length-field-wrong eapWsc.length 2-4: 10 bytes / 11 bytes',
    ]);
  });

  it('on later fragments', () => {
    const first = '0403 000a 104a000110';
    expect(reassembled(first, '0502 0007 1022000104')[1]).to.deep.equal([
      'opcode-changed eapWsc.opCode 0-1: 0x04 as in the first fragment / 0x05',
      'length-field-on-later-fragment eapWsc.flags 1-4: no length field / 7 bytes',
    ]);
    expect(reassembled(first, '0401')[1]).to.deep.equal(['empty-fragment eapWsc 0-2: a fragment with data / no data']);
    expect(reassembled(first, '0400 10220001')[1]).to.deep.equal([
      'fewer-than-announced eapWsc.data 2-6: 10 bytes as announced / 9 bytes',
    ]);
    expect(reassembled(first, '0400 1022000104 1044')[1]).to.deep.equal([
      'more-than-announced eapWsc.data 7-9: 10 bytes as announced / 12 bytes',
    ]);
  });

  it('on a message without end, which is given up', () => {
    const most = new Uint8Array(MAX_MESSAGE_BYTES - 1);
    const data = concat(fromHex('0403 ffff'), most);
    expect(reassembled(data, '0401 00', '0401 00', `0400 ${M1}`)).to.deep.equal([
      [],
      [],
      ['message-too-long eapWsc 0-3: at most 65535 bytes / 65536 bytes, more announced'],
      [],
    ]);
    const first = concat(fromHex('0403 ffff'), new Uint8Array(MAX_MESSAGE_BYTES - MAX_FRAGMENTS));
    const fragments = Array.from({ length: MAX_FRAGMENTS }, (_, index) => (index === 0 ? first : '0401 00'));
    const remarks = reassembled(...fragments, '0401 00');
    expect(remarks.slice(0, -1).flat()).to.deep.equal([]);
    expect(remarks.at(-1)).to.deep.equal([
      'fragments-without-end eapWsc 0-3: at most 4096 fragments / 65535 bytes, more announced',
    ]);
  });
});

describe('WscReassembler', () => {
  it('forgets what was begun when it is told to, and behind a packet that has no header', () => {
    const reassembler = new WscReassembler();
    const whole = fromHex('0400 104a000110');
    for (const forget of [
      () => reassembler.push(fromHex('04'), 1),
      (): void => {
        reassembler.reset();
      },
    ]) {
      expect(reassembler.push(fromHex('0403 000a 1022000104'), 0).kind).to.equal('pending');
      forget();
      const result = reassembler.push(whole, 2);
      expect(result.kind === 'message' && [result.wsc.bytes, result.parts.length]).to.deep.equal([
        whole.subarray(2),
        1,
      ]);
    }
  });

  it('does not copy a message that was not fragmented', () => {
    const payload = fromHex('0400 104a000110');
    const result = new WscReassembler().push(payload, 0);
    expect(result.kind === 'message' && result.wsc.bytes.buffer).to.equal(payload.buffer);
  });
});

describe('opCodeOf', () => {
  it('knows the op-code of the registration protocol only', () => {
    const types = [null, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 255];
    expect(types.map(opCodeOf)).to.deep.equal([
      ...[null, null, null, null, null],
      ...[4, 4, 4, 4, 4, 4, 4, 4, 4],
      ...[2, 3, 5, null, null],
    ]);
    expect(opCodeRemark(1, decodeWsc(fromHex('1022000103')))).to.equal(null);
  });
});

describe('hexNumber', () => {
  it('has two digits unless more are asked for or needed', () => {
    expect([hexNumber(5), hexNumber(0x372a, 6), hexNumber(0x123)]).to.deep.equal(['0x05', '0x00372a', '0x123']);
  });
});
