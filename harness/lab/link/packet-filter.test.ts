import { expect } from 'chai';
import { concat, fromHex, u16be, u32be } from '#base/bytes.js';
import { addressFilter, encodeFilter, FILTER_CODE, subtypeFilter, type FilterInstruction } from './packet-filter.js';

const OWN = fromHex('020000000000');
const DEVICE = fromHex('020000000100');
const STRANGER = fromHex('020000000101');
const CONTROL_RTS = 0xb4;
const BEACON = 0x80;

/** What the kernel makes of a filter, as far as ours go: true when the packet passes. */
function passes(program: readonly FilterInstruction[], packet: Uint8Array): boolean {
  let [a, x] = [0, 0];
  for (let at = 0; ; at++) {
    const instruction = program[at];
    if (instruction === undefined) throw new RangeError('the filter runs past its end');
    const { code, whenTrue, whenFalse, operand } = instruction;
    const load = (from: number, lengthBytes: number): boolean => {
      if (from + lengthBytes > packet.length) return false;
      a = lengthBytes === 4 ? u32be(packet, from) : lengthBytes === 2 ? u16be(packet, from) : (packet[from] ?? 0);
      return true;
    };
    switch (code) {
      case FILTER_CODE.loadByte:
        if (!load(operand, 1)) return false;
        break;
      case FILTER_CODE.loadByteIndexed:
        if (!load(x + operand, 1)) return false;
        break;
      case FILTER_CODE.loadHalfIndexed:
        if (!load(x + operand, 2)) return false;
        break;
      case FILTER_CODE.loadWordIndexed:
        if (!load(x + operand, 4)) return false;
        break;
      case FILTER_CODE.shiftLeft:
        a = (a << operand) >>> 0;
        break;
      case FILTER_CODE.and:
        a = (a & operand) >>> 0;
        break;
      case FILTER_CODE.addX:
        a += x;
        break;
      case FILTER_CODE.toX:
        x = a;
        break;
      case FILTER_CODE.jumpEqual:
        at += a === operand ? whenTrue : whenFalse;
        break;
      case FILTER_CODE.return:
        return operand > 0;
      default:
        throw new RangeError(`instruction ${code}`);
    }
  }
}

function frame(radiotapBytes: number, kind: number, ...addresses: readonly Uint8Array[]): Uint8Array {
  const radiotap = new Uint8Array(radiotapBytes);
  radiotap[2] = radiotapBytes & 0xff;
  radiotap[3] = radiotapBytes >> 8;
  return concat(radiotap, Uint8Array.of(kind, 0, 0, 0), ...addresses, new Uint8Array(4));
}

describe('filter of a monitor', () => {
  const program = addressFilter([OWN, DEVICE]);

  for (const radiotapBytes of [8, 56, 300]) {
    it(`lets frames of its addresses through behind ${radiotapBytes} bytes of radiotap`, () => {
      for (const mine of [OWN, DEVICE])
        for (const place of [0, 1, 2]) {
          const addresses = [STRANGER, STRANGER, STRANGER].map((other, index) => (index === place ? mine : other));
          expect(passes(program, frame(radiotapBytes, BEACON, ...addresses))).to.equal(true);
        }
      expect(passes(program, frame(radiotapBytes, BEACON, STRANGER, STRANGER, STRANGER))).to.equal(false);
    });
  }

  it('drops control frames, what is cut, and everything without addresses', () => {
    expect(passes(program, frame(8, CONTROL_RTS, OWN, DEVICE))).to.equal(false);
    expect(passes(program, frame(8, BEACON, OWN, DEVICE, OWN).subarray(0, 11))).to.equal(false);
    expect(passes(program, new Uint8Array(3))).to.equal(false);
    expect(passes(addressFilter([]), frame(8, BEACON, OWN, OWN, OWN))).to.equal(false);
  });

  it('keeps its jumps within a byte for as many addresses as it promises', () => {
    const many = addressFilter(Array.from({ length: 15 }, (_each, index) => Uint8Array.of(2, 0, 0, 0, 0, index)));
    expect(many.every(({ whenTrue, whenFalse }) => whenTrue <= 255 && whenFalse <= 255)).to.equal(true);
    expect(passes(many, frame(8, BEACON, STRANGER, STRANGER, Uint8Array.of(2, 0, 0, 0, 0, 14)))).to.equal(true);
    expect(passes(many, frame(8, BEACON, STRANGER, STRANGER, STRANGER))).to.equal(false);
  });

  it('lets management frames of its subtypes through, whoever sends them', () => {
    const some = subtypeFilter([4, 8]);
    for (const radiotapBytes of [8, 300]) {
      for (const kind of [0x40, BEACON]) expect(passes(some, frame(radiotapBytes, kind, STRANGER))).to.equal(true);
      for (const kind of [0x00, 0x50, 0x48, 0x84, CONTROL_RTS])
        expect(passes(some, frame(radiotapBytes, kind, STRANGER))).to.equal(false);
    }
    expect(passes(subtypeFilter([]), frame(8, BEACON, OWN))).to.equal(false);
  });

  it('is encoded as the kernel takes it', () => {
    const one = { code: 0x15, whenTrue: 1, whenFalse: 2, operand: 0xdeadbeef };
    expect(encodeFilter([one]).toString('hex')).to.equal('15000102efbeadde');
  });
});
