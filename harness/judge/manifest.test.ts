import { expect } from 'chai';
import fc from 'fast-check';
import { isRallyError } from '#base/error.js';
import { canonicalJson } from './canonical.js';
import { judge } from './judge.js';
import {
  isPartName,
  manifestContradictions,
  manifestOf,
  parseManifest,
  partDifferences,
  type Found,
  type Manifest,
  type Part,
} from './manifest.js';
import { catalogueOf, evidence, PROFILE } from './testing/samples.js';

const MAY_BE_LEFT_OUT = ['bundle/secrets.json'];
const digest = (digit: string): string => digit.repeat(64);
const part = (digit: string, sizeBytes = 3): Part => ({ sha256: digest(digit), sizeBytes });

const MANIFEST: Manifest = {
  manifestVersion: 1,
  tool: { name: 'rally-conformance', version: '0.1.0' },
  catalogueDigest: digest('a'),
  profileDigest: null,
  leftOut: ['bundle/secrets.json'],
  signedBy: digest('b'),
  parts: { 'bundle/run.json': part('1'), 'verdicts.json': part('2') },
};

function refusal(value: unknown): string {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  try {
    parseManifest(text, MAY_BE_LEFT_OUT);
  } catch (error) {
    if (isRallyError(error, 'ERR_SEAL_FORMAT')) return `${error.message} ${error.remedy}`;
    throw error;
  }
  throw new Error(`was read: ${text}`);
}

describe('manifest', () => {
  it('is read as it was written', () => {
    expect(parseManifest(canonicalJson(MANIFEST), MAY_BE_LEFT_OUT)).to.deep.equal(MANIFEST);
  });

  it('of a newer version is refused, and says what to do', () => {
    expect(refusal({ ...MANIFEST, manifestVersion: 2, more: true })).to.match(/version 2.*tool knows 1.*newer one/);
  });

  it('may be unsigned, name a profile, leave nothing out and hold an empty file', () => {
    const other = { ...MANIFEST, profileDigest: digest('c'), leftOut: [], signedBy: null, parts: { a: part('1', 0) } };
    expect(parseManifest(canonicalJson(other), MAY_BE_LEFT_OUT)).to.deep.equal(other);
  });

  for (const [what, value] of [
    ['no version', {}],
    ['a version in words', { ...MANIFEST, manifestVersion: '1' }],
    ['a list', []],
    ['null', 'null\n'],
    ['a text', '"manifest"\n'],
  ] as const) {
    it(`that is ${what} is none`, () => {
      expect(refusal(value)).to.match(/^The manifest is not a manifest /);
    });
  }

  it('that is no JSON is refused for that', () => {
    expect(refusal('{ "manifestVersion": 1')).to.match(/^The manifest is not JSON, or is cut /);
  });

  for (const [what, value] of [
    ['another version', { ...MANIFEST, manifestVersion: 0 }],
    ['a member too many', { ...MANIFEST, note: 'x' }],
    ['a digest in capitals', { ...MANIFEST, catalogueDigest: digest('A') }],
    ['a digest with something in front', { ...MANIFEST, catalogueDigest: `0${digest('a')}` }],
    ['a digest with something behind', { ...MANIFEST, catalogueDigest: `${digest('a')}0` }],
    ['a list of a digest', { ...MANIFEST, catalogueDigest: [digest('a')] }],
    ['a profile that is no digest', { ...MANIFEST, profileDigest: 'x' }],
    ['a short digest', { ...MANIFEST, parts: { a: { sha256: 'ab', sizeBytes: 1 } } }],
    ['a part that is wrong behind one that is right', { ...MANIFEST, parts: { a: part('1'), b: part('g') } }],
    ['a negative size', { ...MANIFEST, parts: { a: part('1', -1) } }],
    ['a size that is no whole number', { ...MANIFEST, parts: { a: part('1', 1.5) } }],
    ['a part with more', { ...MANIFEST, parts: { a: { ...part('1'), mode: 1 } } }],
    ['a list of parts', { ...MANIFEST, parts: [part('1')] }],
    ['a text for parts', { ...MANIFEST, parts: '' }],
    ['a number for parts', { ...MANIFEST, parts: 5 }],
    ['anything else left out', { ...MANIFEST, leftOut: ['verdicts.json'] }],
    ['something left out twice', { ...MANIFEST, leftOut: [...MAY_BE_LEFT_OUT, ...MAY_BE_LEFT_OUT] }],
    ['a signer that is no key', { ...MANIFEST, signedBy: 'me' }],
    ['a tool with more', { ...MANIFEST, tool: { ...MANIFEST.tool, more: '' } }],
    ['a tool whose name is a number', { ...MANIFEST, tool: { name: 1, version: '0.1.0' } }],
    ['a tool whose version is a number', { ...MANIFEST, tool: { name: 'rally-conformance', version: 1 } }],
  ] as const) {
    it(`with ${what} is refused`, () => {
      expect(refusal(value)).to.match(/^The manifest lacks what version 1 has, or has more /);
    });
  }

  for (const name of [
    '../x',
    'bundle/../../x',
    '/etc/passwd',
    'a//b',
    './a',
    'a/',
    '',
    'a\\..\\b',
    'C:x',
    'a\u0000b',
  ]) {
    it(`that names ${JSON.stringify(name)} is refused`, () => {
      expect(refusal({ ...MANIFEST, parts: { [name]: part('1') } })).to.match(/which is no file of a run folder/);
      expect(isPartName(name)).to.equal(false);
    });
  }

  it('that is cut anywhere is refused', () => {
    const text = canonicalJson(MANIFEST);
    for (let length = 0; length < text.length; length++) refusal(text.slice(0, length));
  });

  it('in any other form is refused: two members swapped, a member twice, other blanks', () => {
    const text = canonicalJson(MANIFEST);
    const { parts, ...rest } = MANIFEST;
    const swapped = { ...Object.fromEntries(Object.entries(rest).reverse()), parts };
    expect(refusal(`${JSON.stringify(swapped, undefined, 2)}\n`)).to.match(/not in the form/);
    expect(refusal(text.replace('"manifestVersion": 1,', '"manifestVersion": 1,\n  "manifestVersion": 1,'))).to.match(
      /not in the form/,
    );
    expect(refusal(text.replace(': ', ':'))).to.match(/not in the form/);
  });
});

describe('manifest of a run', () => {
  const info = {
    bundleVersion: 1,
    tool: { name: 'rally-conformance', version: '0.1.0' },
    startedAt: '2026-11-20T10:00:00.000Z',
    bench: 'wired',
    place: 'sandbox',
    environment: {},
  } as const;
  const verdicts = judge(catalogueOf('pass'), PROFILE, evidence(), { scope: 'wired', strict: false });
  const { parts } = MANIFEST;

  it('holds what its record says, and what was left out in order', () => {
    const manifest = manifestOf({ info, verdicts }, { parts, leftOut: ['c', 'a', 'b'], signedBy: null });
    expect(manifest).to.deep.equal({
      manifestVersion: 1,
      tool: { name: 'rally-conformance', version: '0.1.0' },
      catalogueDigest: verdicts.catalogueDigest,
      profileDigest: verdicts.profileDigest,
      leftOut: ['a', 'b', 'c'],
      signedBy: null,
      parts,
    });
    expect(manifestContradictions(manifest, { info, verdicts })).to.deep.equal([]);
  });

  it('is contradicted by another tool, catalogue or profile', () => {
    const record = { info, verdicts };
    const manifest = manifestOf(record, { parts, leftOut: [], signedBy: null });
    for (const [change, members] of [
      [{ tool: { ...info.tool, name: 'other' } }, ['tool']],
      [{ tool: { ...info.tool, version: '0.2.0' } }, ['tool']],
      [{ catalogueDigest: digest('0') }, ['catalogueDigest']],
      [{ profileDigest: null }, ['profileDigest']],
    ] as const)
      expect(manifestContradictions({ ...manifest, ...change }, record)).to.deep.equal(members);
  });
});

describe('difference of a run folder from what was sealed', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'bundle/c', '__proto__', 'constructor', 'bundle/d'), {
    minLength: 1,
  });

  const sealedOf = (all: readonly string[]): Manifest['parts'] =>
    Object.fromEntries(all.map((name) => [name, part('1')]));
  const foundOf = (all: readonly string[]): Map<string, Found> => new Map(all.map((name) => [name, part('1')]));

  it('is none when every file is as it was', () => {
    fc.assert(
      fc.property(names, (all) => {
        expect(partDifferences(sealedOf(all), foundOf([...all].reverse()))).to.deep.equal([]);
      }),
    );
  });

  it('names each file that is missing, was added, or has another content, size or kind', () => {
    const found = new Map<string, Found>([
      ['content', part('2')],
      ['size', part('1', 4)],
      ['link', { notAFile: 'a link' }],
      ['new', part('1')],
      ['new-link', { notAFile: 'a link' }],
      ['same', part('1')],
    ]);
    const differences = partDifferences(sealedOf(['content', 'gone', 'link', 'same', 'size']), found);
    expect(differences.map(({ name, kind, detail }) => `${kind} ${name} ${detail}`)).to.deep.equal([
      'changed content has another content',
      'missing gone is not there',
      'changed link is a link',
      'added new was not sealed',
      'added new-link is a link',
      'changed size has 4 bytes, was sealed with 3',
    ]);
  });

  it('names both files of a swap', () => {
    const sealed = { a: part('1'), b: part('2') };
    const found = new Map<string, Found>([
      ['a', part('2')],
      ['b', part('1')],
    ]);
    expect(partDifferences(sealed, found).map(({ name }) => name)).to.deep.equal(['a', 'b']);
  });
});
