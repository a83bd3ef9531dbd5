import { expect } from 'chai';
import { concat, fromHex, toHex } from '#base/bytes.js';
import { PacketView } from './packet.js';
import { option } from './testing/capture-files.js';

/** A view of `bytes` that stands in the middle of a buffer. */
function viewOf(bytes: Uint8Array, view = new PacketView()): PacketView {
  view.buffer = concat(fromHex('ffff'), bytes, fromHex('ffff'));
  view.start = 2;
  view.end = 2 + bytes.length;
  return view;
}

describe('PacketView', () => {
  it('says nothing of what a capture does not tell', () => {
    const view = viewOf(fromHex('0102'));
    expect([view.timeNs, view.comment, view.direction, view.dropCount]).to.deep.equal([0n, null, null, 0]);
    view.readDropCount();
    expect(view.dropCount).to.equal(0);
  });

  it('reads the direction from the lowest bits, in the order of the file', () => {
    const direction = (flags: string, order: 'little' | 'big'): string | null => {
      const view = new PacketView();
      view.buffer = option(2, fromHex(flags), order);
      view.optionsEnd = view.buffer.length;
      view.order = order;
      return view.direction;
    };
    const little = ['00000000', '01000000', '02000000', '03000000', 'fd000001', '00000001', '0100'];
    expect(little.map((flags) => direction(flags, 'little'))).to.deep.equal([
      ...[null, 'inbound', 'outbound', null, 'inbound', null, null],
    ]);
    expect(['00000001', '00000002', '01000000'].map((flags) => direction(flags, 'big'))).to.deep.equal([
      ...['inbound', 'outbound', null],
    ]);
  });

  it('stores a copy that outlives the buffer', () => {
    const view = viewOf(fromHex('010203'));
    Object.assign(view, { number: 7, linkType: 'dot11', wireLength: 99, timeHigh: 1, timeLow: 2 });
    view.clock = (high, low) => BigInt(10 * high + low);
    const stored = view.store();
    view.buffer.fill(0);
    expect(stored).to.deep.equal({
      number: 7,
      timeNs: 12n,
      linkType: 'dot11',
      bytes: fromHex('010203'),
      wireLength: 99,
    });
  });

  it('keeps the copies of small packets together, and each apart from the others', () => {
    const view = new PacketView();
    const copies = Array.from(
      { length: 9 },
      (_, index) => viewOf(new Uint8Array(2048).fill(index), view).store().bytes,
    );
    for (const [index, copy] of copies.entries()) expect(copy).to.deep.equal(new Uint8Array(2048).fill(index));
    const [first, ...others] = copies;
    expect(others.map((copy) => copy.buffer === first?.buffer)).to.deep.equal([
      ...new Array<boolean>(7).fill(true),
      false,
    ]);
    const next = viewOf(fromHex('aabb'), view).store().bytes;
    expect([toHex(next), next.buffer === others.at(-1)?.buffer]).to.deep.equal(['aabb', true]);
  });

  it('gives a large packet a buffer of its own', () => {
    const view = new PacketView();
    const small = viewOf(fromHex('01'), view).store().bytes;
    const large = viewOf(new Uint8Array(2049).fill(5), view).store().bytes;
    expect(large).to.deep.equal(new Uint8Array(2049).fill(5));
    expect(large.buffer.byteLength).to.equal(2049);
    expect(small.buffer.byteLength).to.equal(16_384);
  });
});
