import { expect } from 'chai';
import fc from 'fast-check';
import { RallyError } from '#base/error.js';
import { errorData, errorFrom, lineSplitter, parseReport } from './messages.js';

describe('messages of a place', () => {
  it('gives the same lines however the stream is cut', () => {
    const text = fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', ''));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.integer({ min: 1, max: 7 }), (lines, pieceBytes) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const seen: string[] = [];
        const push = lineSplitter((line) => seen.push(line));
        for (let at = 0; at < bytes.length; at += pieceBytes) push(bytes.subarray(at, at + pieceBytes));
        expect(seen).to.deep.equal(lines.map((line) => Buffer.from(line).toString('utf8')));
      }),
    );
  });

  it('keeps no line above its limit', () => {
    const seen: string[] = [];
    const push = lineSplitter((line) => seen.push(line));
    for (let i = 0; i < 40; i++) push(Buffer.alloc(64 * 1024, 0x61));
    push(Buffer.from('\nafter\n'));
    expect(seen.at(-1)).to.equal('after');
    expect(seen.join('').length).to.be.below(1024 * 1024);
  });

  it('tells reports from whatever else was written', () => {
    expect(parseReport('{"kind":"ready"}')).to.deep.equal({ kind: 'ready' });
    const exit = { kind: 'exit', status: 137, said: 'b3V0IG9mIG1lbW9yeQ==' };
    expect(parseReport(JSON.stringify(exit))).to.deep.equal(exit);
    for (const line of ['', 'debugger attached', '{', 'null', '7', '{"kind":"other"}', '["ready"]'])
      expect(parseReport(line), line).to.equal(null);
  });

  it('carries a coded error across unchanged', () => {
    const error = new RallyError('ERR_INTERFACE', 'eth7 is gone', {
      context: { interface: 'eth7' },
      remedy: 'Plug it in.',
    });
    const there = errorFrom(JSON.parse(JSON.stringify(errorData(error))) as ReturnType<typeof errorData>);
    expect(there.message).to.equal(error.message);
    expect(there).to.include({ code: 'ERR_INTERFACE', remedy: 'Plug it in.' });
    expect(there.context).to.deep.equal({ interface: 'eth7' });
  });
});
