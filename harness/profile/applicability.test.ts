import { expect } from 'chai';
import fc from 'fast-check';
import { holds, ICS_ITEMS, itemsOf, parseApplicability, ruledOutBy } from './applicability.js';
import { parseProfile } from './load.js';
import type { Profile } from './schema.js';

const profile = (ics = '', transports = 'dpws', methods = 'pin'): Profile =>
  parseProfile(
    `version: 1
device: { name: Printer }
ics:
  transports: [${transports}]
  methods: [${methods}]
${ics}ixit: { method: pin, pin: '12345670' }
`,
    'my.yaml',
  );

const value = (text: string, of: Profile): boolean | undefined => holds(parseApplicability(text), of.ics);

describe('applicability', () => {
  const PANEL = profile('  display: true\n  label: false\n', 'upnp, secure-dpws');
  for (const [text, expected] of [
    ['display', true],
    ['label', false],
    ['not label', true],
    ['not not label', false],
    ['display and not label', true],
    ['display and label', false],
    ['label or display', true],
    ['label or dpws', false],
    // `and` binds before `or`, `not` before both.
    ['display or label and label', true],
    ['(display or label) and label', false],
    ['not label and label', false],
    ['not (label and display)', true],
    ['label or dpws or upnp', true],
    ['display and upnp and label', false],
  ] as const) {
    it(`says ${String(expected)} of ${text}`, () => expect(value(text, PANEL)).to.equal(expected));
  }

  it('stays open where what the profile does not say decides', () => {
    for (const text of [
      'keypad',
      'not keypad',
      'keypad and display',
      'keypad or label',
      'dynamic-pin',
      'not label-pin',
    ])
      expect(value(text, PANEL), text).to.equal(undefined);
    expect(value('keypad and label', PANEL)).to.equal(false);
    expect(value('keypad or display', PANEL)).to.equal(true);
  });

  it('reads each item from its own field', () => {
    const yes = (of: Profile): string[] =>
      [...ICS_ITEMS].filter(([, { valueIn }]) => valueIn(of.ics) === true).map(([name]) => name);
    expect(yes(profile())).to.deep.equal(['dpws', 'pairs', 'pin', 'wsc-2.0']);
    expect(yes(profile("  wscVersion: '1.0'\n", 'none', 'pin, pbc'))).to.deep.equal(['pin', 'pbc']);
    expect(yes(profile('  keypad: true\n  pushButton: true\n', 'upnp', 'pin, pbc'))).to.deep.equal([
      ...['upnp', 'pairs', 'pin', 'pbc', 'wsc-2.0', 'keypad', 'push-button'],
    ]);
    expect(yes(profile('  label: true\n  pinKind: label\n  wifiDirectPrinting: true\n', 'secure-dpws'))).to.deep.equal([
      ...['secure-dpws', 'pairs', 'pin', 'wsc-2.0', 'label', 'label-pin', 'wifi-direct-printing'],
    ]);
    expect(yes(profile('  display: true\n  pinKind: dynamic\n', 'dpws'))).to.include.members([
      'display',
      'dynamic-pin',
    ]);
  });

  it('names its items once, in order', () => {
    const expression = parseApplicability('label or (display and not (label or pin))');
    expect([...itemsOf(expression).keys()]).to.deep.equal(['label', 'display', 'pin']);
  });

  for (const [text, expected] of [
    ['', 'an item is missing, at character 1'],
    ['display and', 'an item is missing, at character 12'],
    ['and display', 'and is not an item of the ICS, at character 1'],
    ['display label', 'label is one word too many, at character 9'],
    ['(display', 'a closing parenthesis is missing, at character 9'],
    ['display)', ') is one word too many, at character 8'],
    ['not', 'an item is missing, at character 4'],
    ['display and disply', 'disply is not an item of the ICS, at character 13'],
  ] as const) {
    it(`refuses "${text}"`, () => expect(() => parseApplicability(text)).to.throw(RangeError, expected));
  }

  it('says what rules something out, and only then', () => {
    expect(ruledOutBy('dpws or secure-dpws', profile('', 'upnp'))).to.equal(
      'applies when dpws or secure-dpws; the profile says dpws no, secure-dpws no',
    );
    expect(ruledOutBy('not display and keypad', profile('  display: true\n'))).to.equal(
      'applies when not display and keypad; the profile says display yes, keypad nothing',
    );
    expect(ruledOutBy('keypad', profile())).to.equal(null);
    expect(ruledOutBy('dpws', profile())).to.equal(null);
    expect(ruledOutBy('dpws', null)).to.equal(null);
    expect(() => ruledOutBy('dpsw', null)).to.throw(RangeError);
  });

  it('of any text is an expression that prints back, or a RangeError', () => {
    const word = fc.constantFrom('and', 'or', 'not', '(', ')', 'display', 'label', 'pin', 'x', ' ');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        try {
          expect(itemsOf(parseApplicability(words.join(' '))).size).to.be.at.least(1);
        } catch (error) {
          expect(error).to.be.instanceOf(RangeError);
        }
      }),
    );
  });
});
