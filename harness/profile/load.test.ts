import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { isRallyError, type RallyError } from '#base/error.js';
import type { Mistake } from './diagnose.js';
import { checkProfile, parseProfile, storedProfile } from './load.js';
import { profileSchemaJson } from './schema.js';
import { withoutSecrets } from './secrets.js';

const FIXTURES = new URL('../../fixtures/profiles/', import.meta.url);

const BASE = `version: 1
device:
  name: Printer
ics:
  transports: [dpws]
  methods: [pin]
ixit:
  method: pin
  pin: '12345670'
`;

function refusal(text: string): RallyError {
  try {
    parseProfile(text, 'my.yaml');
  } catch (error) {
    if (isRallyError(error)) return error;
    throw error;
  }
  throw new Error('the profile was accepted');
}

const mistakes = (text: string): readonly Mistake[] => refusal(text).context['mistakes'] as readonly Mistake[];
const edit = (from: string, to: string): string => {
  if (!BASE.includes(from)) throw new Error(`the sample has no ${from}`);
  return BASE.replace(from, to);
};

const LIMITS = { startMs: 30_000, sessionMs: 120_000, discoveryMs: 30_000, refreshMs: 0, answerMs: 60_000 };

describe('profile', () => {
  it('gets its defaults', () => {
    expect(parseProfile(BASE, 'my.yaml')).to.deep.equal({
      version: 1,
      device: { name: 'Printer' },
      ics: { transports: ['dpws'], wscVersion: '2.0', methods: ['pin'] },
      ixit: { method: 'pin', pin: '12345670', sessions: 2, limits: LIMITS },
    });
  });

  it('keeps limits that are given and fills the other', () => {
    expect(parseProfile(`${BASE}  limits:\n    startMs: 5\n`, 'my.yaml').ixit.limits).to.deep.equal({
      ...LIMITS,
      startMs: 5,
    });
  });

  it('loses its PIN and nothing else', () => {
    const profile = parseProfile(BASE, 'my.yaml');
    const stripped = withoutSecrets(profile);
    expect(JSON.stringify(stripped)).to.not.include('12345670');
    expect({ ...stripped, ixit: { ...stripped.ixit, pin: '12345670' } }).to.deep.equal(profile);
    expect(profile.ixit.pin).to.equal('12345670');
  });

  it('is read from a bundle, where it has no PIN, and refused when it is none', () => {
    const stripped = withoutSecrets(parseProfile(BASE, 'my.yaml'));
    expect(storedProfile(JSON.parse(JSON.stringify(stripped)))).to.deep.equal(stripped);
    expect(storedProfile(null)).to.equal(null);
    expect(() => storedProfile({ ...stripped, ics: [] })).to.throw(/at ics .*ERR_BUNDLE_DAMAGED/);
  });

  const names = readdirSync(FIXTURES).filter((name) => name.endsWith('.yaml'));
  for (const name of names) {
    it(`of the fixture ${name} is right and without warning`, () => {
      expect(checkProfile(readFileSync(new URL(name, FIXTURES), 'utf8'), name).warnings).to.deep.equal([]);
    });
  }

  it('has a JSON schema that names what is required and refuses other keys', () => {
    const schema = profileSchemaJson();
    expect(schema.required).to.deep.equal(['version', 'device', 'ics', 'ixit']);
    expect(schema.additionalProperties).to.equal(false);
    expect(schema.properties?.['ixit']).to.have.nested.property('properties.sessions.default', 2);
  });
});

describe('mistakes in a profile', () => {
  const table: readonly (readonly [string, string, Partial<Mistake>])[] = [
    [
      'a PIN without quotes',
      edit("'12345670'", '12345670'),
      { line: 9, column: 8, path: 'ixit.pin', reason: 'is a number, but must be text' },
    ],
    [
      'an unknown key',
      edit('transports:', 'transport:'),
      { line: 5, column: 3, path: 'ics.transport', remedy: 'Did you mean transports?' },
    ],
    ['a key that is like no other', edit('  name:', '  colour: red\n  name:'), { line: 3, path: 'device.colour' }],
    [
      'a missing key',
      edit('  methods: [pin]\n', ''),
      { line: 4, column: 1, path: 'ics.methods', reason: 'is missing' },
    ],
    [
      'a missing part',
      edit('device:\n  name: Printer\n', ''),
      { line: 1, column: 1, path: 'device', reason: 'is missing' },
    ],
    [
      'a value that is not allowed',
      edit('[dpws]', '[dpsw]'),
      {
        line: 5,
        column: 16,
        path: 'ics.transports[0]',
        reason: 'has a value that is not allowed (did you mean dpws?)',
        remedy: 'Write one of: none, dpws, upnp, secure-dpws.',
      },
    ],
    ['a scalar for a list', edit('[dpws]', 'dpws'), { line: 5, column: 15, reason: 'is text, but must be a list' }],
    [
      'a list for a map',
      edit('  name: Printer', '  - Printer'),
      { line: 3, reason: 'is a list, but must be a map of keys' },
    ],
    ['an empty list', edit('[dpws]', '[]'), { line: 5, reason: 'is too small or empty' }],
    ['an empty value', edit('name: Printer', 'name:'), { path: 'device.name', reason: 'is empty, but must be text' }],
    ['None beside another', edit('[dpws]', '[none, dpws]'), { line: 5, column: 15, path: 'ics.transports' }],
    ['both kinds of DPWS', edit('[dpws]', '[dpws, secure-dpws]'), { path: 'ics.transports' }],
    ['a transport twice', edit('[dpws]', '[upnp, upnp]'), { reason: 'names a transport twice' }],
    ['the method pin without a PIN', edit("  pin: '12345670'\n", ''), { line: 8, column: 11, path: 'ixit.method' }],
    ['a method that is not declared', edit('method: pin', 'method: pbc'), { reason: 'pbc is not among ics.methods' }],
    [
      'a method of a later session that is not declared',
      `${BASE}  methods: [pin, pbc]\n`,
      { path: 'ixit.methods[1]', reason: 'pbc is not among ics.methods' },
    ],
    ['a PIN of 5 digits', edit('12345670', '12345'), { path: 'ixit.pin', reason: 'has the wrong form' }],
    ['sessions of zero', `${BASE}  sessions: 0\n`, { line: 10, path: 'ixit.sessions', remedy: 'Give at least 1.' }],
    ['sessions of one and a half', `${BASE}  sessions: 1.5\n`, { reason: 'is a number, but must be a whole number' }],
    ['a limit that is too long', `${BASE}  limits: { startMs: 9999999 }\n`, { line: 10, path: 'ixit.limits.startMs' }],
    [
      'an address in capitals',
      `${BASE}  mac: '02:00:00:00:00:AA'\n`,
      { path: 'ixit.mac', reason: 'has the wrong form' },
    ],
    [
      'a newer version',
      edit('version: 1', 'version: 2'),
      { line: 1, reason: 'is 2; this version of the tool knows 1' },
    ],
    ['an unknown version', edit('version: 1', 'version: 0'), { line: 1, path: 'version' }],
    [
      'a list instead of a profile',
      '- a\n',
      { line: 1, path: 'profile', reason: 'is a list, but must be a map of keys' },
    ],
    ['nothing', '', { line: 1, path: 'profile' }],
  ];
  for (const [what, text, expected] of table) {
    it(`names ${what}`, () => {
      const found = mistakes(text);
      expect(found).to.have.length(1);
      expect(found[0]).to.include(expected);
      expect(found[0]?.remedy).to.be.a('string').and.not.equal('');
    });
  }

  const DUT = `  dut:
    kind: wpa_supplicant
    uuid: 0b7a5d1e-30c4-4b52-9d0f-6a1c2e3f4a5b
    deviceName: Printer
    manufacturer: M
    modelName: N
    modelNumber: '1'
    serialNumber: '2'
    deviceType: 3-0050F204-1
`;
  for (const [what, line, reason] of [
    ['an odd number of digits', "vendorExtensionM1: '00013'", 'has the wrong form'],
    ['what is not hex', "vendorExtensionM1: '0001zz'", 'has the wrong form'],
    ['digits without quotes', 'vendorExtensionM1: 000137100100020001', 'is a number, but must be text'],
  ] as const) {
    it(`names a vendor extension with ${what}`, () => {
      const [mistake] = mistakes(`${BASE}${DUT}    ${line}\n`);
      expect(mistake).to.include({ line: 19, path: 'ixit.dut.vendorExtensionM1', reason });
    });
  }

  it('names a DUT of no kind there is, and one of no kind at all', () => {
    const [unknown] = mistakes(`${BASE}${DUT.replace('kind: wpa', 'kind: wqa')}`);
    expect(unknown).to.include({ line: 11, path: 'ixit.dut.kind' });
    expect(unknown?.reason).to.include('did you mean wpa_supplicant?');
    expect(unknown?.remedy).to.equal('Write one of: wpa_supplicant, reference.');
    const [none] = mistakes(`${BASE}${DUT.replace('    kind: wpa_supplicant\n', '')}`);
    expect(none).to.include({ line: 10, path: 'ixit.dut.kind', reason: 'is missing' });
  });

  it('names a DUT beside a real port', () => {
    expect(mistakes(`${BASE}${DUT}  interface: eth1\n`)[0]).to.include({ line: 19, path: 'ixit.interface' });
  });

  it('are listed all at once, in the order of the file, one a line', () => {
    const error = refusal(edit('[dpws]', '[dpsw]').replace('name:', 'nam:').replace("'12345670'", '12345670'));
    expect(error.code).to.equal('ERR_PROFILE_INVALID');
    const lines = error.message.split('\n');
    expect(lines[0]).to.equal('my.yaml has 3 mistakes:');
    expect(lines.slice(1, 4).map((each) => each.trim().split(' ', 1)[0])).to.deep.equal([
      'my.yaml:3:3',
      'my.yaml:5:16',
      'my.yaml:9:8',
    ]);
  });

  it('never show the PIN', () => {
    for (const pin of ['12345678', "'123456789'", '[12345678]', '01234567 # 12345678']) {
      expect(refusal(edit("'12345670'", pin)).message).to.not.match(/1234567/);
    }
  });

  it('in the YAML itself have a line and a column', () => {
    for (const [text, place] of [
      ['version: 1\ndevice: {name: x\n', 'my.yaml:3:1 '],
      ['version: 1\nversion: 1\n', 'my.yaml:2:1 '],
      ['a: *nowhere\n', 'my.yaml'],
    ] as const) {
      const error = refusal(text);
      expect(error.code).to.equal('ERR_PROFILE_SYNTAX');
      expect(error.message.startsWith(place), error.message).to.equal(true);
    }
  });

  it('in the checksum of a PIN are only a warning', () => {
    const { warnings } = checkProfile(edit('12345670', '12345678'), 'my.yaml');
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.include({ line: 9, column: 8, path: 'ixit.pin' });
    expect(checkProfile(edit('12345670', '1234'), 'my.yaml').warnings).to.deep.equal([]);
  });
});

describe('profile of any text', () => {
  it('is one, or a refusal that points into the text', () => {
    const lines = BASE.split('\n');
    const line = fc.oneof(
      fc.constantFrom(...lines),
      fc.string(),
      fc.constantFrom('  - *x', 'a: &x [*x]', '\t', 'version: 2'),
    );
    const place = fc.nat({ max: lines.length });
    const altered = fc.array(fc.tuple(place, line), { maxLength: 4 }).map((edits) => {
      const copy = [...lines];
      for (const [at, text] of edits) copy[at] = text;
      return copy.join('\n');
    });
    fc.assert(
      fc.property(fc.oneof(altered, fc.string()), (text) => {
        try {
          expect(storedProfile(parseProfile(text, 'my.yaml'))).to.not.equal(null);
        } catch (error) {
          if (!isRallyError(error)) throw error;
          expect(error.code).to.be.oneOf(['ERR_PROFILE_SYNTAX', 'ERR_PROFILE_INVALID']);
          const found = (error.context['mistakes'] ?? []) as readonly Mistake[];
          for (const mistake of found) expect(mistake.line).to.be.within(1, text.split(/\r\n|\r|\n/).length);
        }
      }),
    );
  });
});
