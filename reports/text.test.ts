import { expect } from 'chai';
import fc from 'fast-check';
import { clip, fit, lineWidth, markup, markupLines, visible, wrap } from './text.js';

describe('text of a device in a report', () => {
  const VECTORS: readonly (readonly [what: string, raw: string, shown: string])[] = [
    ['plain text as it is', 'Contoso Drucker Ü 日本', 'Contoso Drucker Ü 日本'],
    ['a right-to-left override', 'a\u202Eb', 'a<U+202E>b'],
    ['right-to-left and isolate marks', '\u200F\u061C\u2067\u2069', '<U+200F><U+061C><U+2067><U+2069>'],
    ['zero width characters', 'a\u200B\uFEFFb', 'a<U+200B><U+FEFF>b'],
    ['NUL, escape and delete', '\u0000\u001B[31m\u007F', '<U+0000><U+001B>[31m<U+007F>'],
    ['line ends and tabs', 'a\r\n\tb', 'a\\r\\n\\tb'],
    ['line and paragraph separators', '\u2028\u2029', '<U+2028><U+2029>'],
    ['a lone surrogate', 'a\uD800b', 'a<U+D800>b'],
    ['a tag character outside the basic plane', '\u{E0041}', '<U+E0041>'],
  ];
  for (const [what, raw, shown] of VECTORS) {
    it(`shows ${what}`, () => expect(visible(raw)).to.equal(shown));
  }

  it('leaves nothing invisible in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        expect(visible(raw)).not.to.match(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('leaves no character of markup, and loses none', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', '\u202E') }), (raw) => {
        const escaped = markup(raw);
        expect(escaped).not.to.match(/[<>"']/);
        const back = escaped
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&amp;', '&');
        expect(back).to.equal(visible(raw));
      }),
    );
  });

  it('keeps line ends where asked to', () => {
    expect(markupLines('<a>\nb\u0007')).to.equal('&lt;a&gt;\nb&lt;U+0007&gt;');
  });
});

describe('clip', () => {
  it('leaves a text that fits', () => expect(clip('abc', 3)).to.equal('abc'));
  it('ends a longer one with an ellipsis', () => expect(clip('abcd', 3)).to.equal('ab…'));
  it('counts code points', () => expect(clip('🖨🖨🖨', 3)).to.equal('🖨🖨🖨'));
});

describe('wrap', () => {
  it('breaks at blanks', () => expect(wrap('aa bb cc', 5)).to.deep.equal(['aa bb', 'cc']));
  it('breaks a word that is too long', () => expect(wrap('x abcdefg', 3)).to.deep.equal(['x', 'abc', 'def', 'g']));
  it('never makes a line longer than the width, and loses nothing but blanks', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect([...line].length).to.be.at.most(width);
        expect(lines.join('').replaceAll(' ', '')).to.equal(text.replaceAll(' ', ''));
      }),
    );
  });
});

describe('fit', () => {
  it('leaves a text that fits', () => expect(fit('abc', 3, (text) => text.length)).to.equal('abc'));
  it('cuts a longer one so that its ellipsis fits', () =>
    expect(fit('abcd', 3, (text) => text.length)).to.equal('ab…'));
  it('takes wide letters for wide', () => {
    expect(fit('WWWWWW', 40, lineWidth(6))).to.equal('WWW…');
    expect(fit('iiiiii', 40, lineWidth(6))).to.equal('iiiiii');
  });
});
