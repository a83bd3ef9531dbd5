import { expect } from 'chai';
import fc from 'fast-check';
import { LINE_BYTES, Lines } from './lines.js';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('lines of a console', () => {
  it('end with a line feed, with carriage returns before it or none', () => {
    const lines = new Lines();
    expect(lines.push(bytes('one\r\ntwo\nthr'))).to.deep.equal(['one', 'two']);
    expect(lines.unfinished).to.equal('thr');
    expect(lines.push(bytes('ee\r\r\n'))).to.deep.equal(['three']);
    expect(lines.unfinished).to.equal('');
  });

  it('lose colours, keep tabulators, and show other controls as what they are', () => {
    expect(new Lines().push(bytes('\x1b[1;32mok\x1b[0m\t"a\\b"\x07\n'))).to.deep.equal(['ok\t"a\\b"\\u{7}']);
  });

  it('are cut where they do not end', () => {
    const lines = new Lines();
    expect(lines.push(bytes('x'.repeat(LINE_BYTES * 2 + 5))).map(({ length }) => length)).to.deep.equal([
      LINE_BYTES,
      LINE_BYTES,
    ]);
    expect(lines.push(bytes('\n'))).to.deep.equal(['xxxxx']);
  });

  it('are the same in whatever pieces they come', () => {
    const text = 'U-Boot\r\n\r\nPIN: 12345670\r\n=> ';
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
        const at = [0, ...[...cuts].sort((a, b) => a - b), text.length];
        const lines = new Lines();
        const seen = at.slice(1).flatMap((end, index) => lines.push(bytes(text.slice(at[index], end))));
        expect(seen).to.deep.equal(['U-Boot', '', 'PIN: 12345670']);
        expect(lines.unfinished).to.equal('=> ');
      }),
    );
  });
});
