import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalJson } from './canonical.js';

describe('canonical JSON', () => {
  it('sorts keys at every depth, leaves members without value out and ends with a newline', () => {
    const text = canonicalJson({ b: [{ z: 1, y: undefined, x: null }], a: 'é' });
    expect(text).to.equal('{\n  "a": "é",\n  "b": [\n    {\n      "x": null,\n      "z": 1\n    }\n  ]\n}\n');
  });

  it('does not depend on the order members were added in', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).to.equal(canonicalJson(value));
      }),
    );
  });

  it('takes an object without prototype', () => {
    const value = Object.assign(Object.create(null) as object, { b: 1, a: 2 });
    expect(canonicalJson(value)).to.equal('{\n  "a": 2,\n  "b": 1\n}\n');
  });

  it('means the same as plain JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  for (const [what, value] of [
    ['NaN', Number.NaN],
    ['a bigint', 1n],
    ['bytes', Uint8Array.of(1)],
    ['a function', () => 1],
    ['a hole', [undefined]],
  ] as const) {
    it(`refuses ${what} and names its path`, () => {
      expect(() => canonicalJson({ at: value })).to.throw(TypeError, /^\$\.at/);
    });
  }
});
