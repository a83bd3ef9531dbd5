import { expect } from 'chai';
import fc from 'fast-check';
import { concat, fromHex } from '#base/bytes.js';
import { microsoftExtension, transportUuid, vpi } from '#wire/microsoft/build.js';
import { SAMPLE_MAC, SAMPLE_UUID, sampleM1 } from '#wire/testing/sample-m1.js';
import { encodeTlvs, type TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, editAttributes } from '#wire/wps/build.js';
import { decodeWsc, MESSAGE_TYPE } from '#wire/wps/message.js';
import { checkProfile } from './load.js';
import { proposeProfile } from './propose.js';
import { QUESTIONS } from './questions.js';

const M1 = sampleM1(microsoftExtension(vpi(1), transportUuid(SAMPLE_UUID)));
const propose = (m1: Uint8Array, sourceMac = SAMPLE_MAC): string =>
  proposeProfile({ m1: decodeWsc(m1), sourceMac, from: 'pairing.pcapng', frame: 5 });
const changed = (id: number, value: Uint8Array | null, m1 = M1): Uint8Array =>
  editAttributes(m1, (nodes) =>
    nodes.flatMap((node): TlvSource[] => (node.type !== id ? [node] : value === null ? [] : [{ type: id, value }])),
  );
const profileOf = (text: string): ReturnType<typeof checkProfile>['profile'] => checkProfile(text, 'x.yaml').profile;

describe('proposeProfile', () => {
  it('writes what an M1 declares, what it rests on, and what stays open', () => {
    expect(propose(M1).split('\n')).to.deep.equal([
      '# Profile of a device, proposed from the M1 in frame 5 of pairing.pcapng.',
      '# What follows OPEN is not in any M1: look at each before the first run, then call profile check.',
      'version: 1',
      'device:',
      "  name: 'Printer on the shelf'",
      "  manufacturer: 'Example'",
      "  model: 'Printer 1'",
      '  # OPEN: the firmware that is tested.',
      "  # firmware: '1.0'",
      '  # Serial Number: "0001"',
      '  # Primary Device Type: 3-0050f204-1 (Printers, Scanners, Faxes and Copiers: Printer)',
      '  # UUID-E: 7c2e6c0a-1f1d-5b0e-9c57-020000000100',
      'ics:',
      '  # M1 declares, VPI by VPI: DPWS.',
      '  transports: [dpws]',
      '  # M1 has Version2 0x20.',
      "  wscVersion: '2.0'",
      '  # Config Methods: 0x4288 (Physical Display, Virtual Push Button)',
      '  # Device Password ID: 0x0000 (Default (PIN))',
      '  methods: [pin, pbc]',
      '  # OPEN: compare with the device: display means one that can show 4 or 8 digits.',
      '  display: true',
      '  keypad: false',
      '  pushButton: true',
      '  label: false',
      '  pinKind: dynamic',
      'ixit:',
      '  method: pin',
      '  # OPEN: the PIN of the device, in quotes; this one only stands for it.',
      "  pin: '00000000'",
      "  mac: '02:00:00:00:01:00'",
      '  # Transport UUID of DPWS: 7c2e6c0a-1f1d-5b0e-9c57-020000000100',
      '  # OPEN: its identities on the network, exactly as it sends them.',
      "  # identities: { upnp: 'uuid:...', dpws: 'urn:uuid:...' }",
      '  # OPEN: true when somebody sits beside the device and can be asked; or what was seen before, and how:',
      '  # operator:',
      '  #   attended: true',
      '  #   answers:',
      ...['display-shows-pin', 'display-pin-is-dynamic'].flatMap((id) => [
        `  #     # ${QUESTIONS.find((question) => question.id === id)?.text ?? ''}`,
        `  #     ${id}: { answer: yes, evidence: 'photo, date, who' }`,
      ]),
      '  # OPEN: for a run: the Ethernet port its wired supplicant is on.',
      '  # interface: eth1',
      '  # OPEN: how long it takes at most to begin a session, and to end it.',
      '  # limits: { startMs: 30000, sessionMs: 120000 }',
      '',
    ]);
  });

  it('is accepted, with a warning of nothing but the PIN', () => {
    const { profile, warnings } = checkProfile(propose(M1), 'x.yaml');
    expect(profile).to.deep.include({
      device: { name: 'Printer on the shelf', manufacturer: 'Example', model: 'Printer 1' },
      ics: {
        transports: ['dpws'],
        wscVersion: '2.0',
        methods: ['pin', 'pbc'],
        display: true,
        keypad: false,
        pushButton: true,
        label: false,
        pinKind: 'dynamic',
      },
    });
    expect(warnings.map(({ path, line }) => [path, line])).to.deep.equal([['ixit.pin', 30]]);
  });

  for (const [what, config, panel] of [
    ['a label', '0284', { display: false, keypad: false, pushButton: true, label: true, pinKind: 'label' }],
    ['a keypad and nothing to show', '0100', { display: false, keypad: true, label: true, pinKind: 'label' }],
  ] as const) {
    it(`reads ${what} off Config Methods, and asks of the label`, () => {
      const text = propose(changed(ATTRIBUTE.ConfigMethods, fromHex(config)));
      expect(profileOf(text).ics).to.include(panel);
      expect(text).to.include('#     label-has-pin: {').and.not.include('display-shows-pin');
    });
  }

  it('says nothing of the panel without Config Methods', () => {
    const text = propose(changed(ATTRIBUTE.ConfigMethods, null));
    expect(profileOf(text).ics).to.not.have.any.keys('display', 'label', 'pinKind');
    expect(text).to.include('# OPEN: has it a display').and.not.include('operator:');
  });

  it('becomes an attended profile with recorded answers once its comments are taken away', () => {
    const text = propose(M1).replace(/^ {2}# ( *(operator|attended|answers|display-[a-z-]+|# [A-Z].*\?).*)$/gm, '  $1');
    expect(profileOf(text).ixit.operator).to.deep.equal({
      attended: true,
      answers: Object.fromEntries(
        ['display-shows-pin', 'display-pin-is-dynamic'].map((id) => [
          id,
          { answer: 'yes', evidence: 'photo, date, who' },
        ]),
      ),
    });
  });

  it('needs no PIN for a device that offers the push button', () => {
    const text = propose(changed(ATTRIBUTE.DevicePasswordID, fromHex('0004')));
    expect(checkProfile(text, 'x.yaml')).to.deep.include({ warnings: [] });
    expect(profileOf(text).ixit).to.deep.include({ method: 'pbc' }).and.not.have.property('pin');
  });

  const transports: readonly (readonly [what: string, m1: Uint8Array, transports: readonly string[], open: string])[] =
    [
      ['none', sampleM1(microsoftExtension(vpi(0))), ['none'], ''],
      ['two', sampleM1(microsoftExtension(vpi(3), vpi(2))), ['secure-dpws', 'upnp'], ''],
      ['no extension', sampleM1(new Uint8Array(0)), ['none'], 'is the device meant to pair?'],
      ['an empty extension', sampleM1(microsoftExtension()), ['none'], 'is the device meant to pair?'],
      ['None beside another', sampleM1(microsoftExtension(vpi(0), vpi(1))), ['dpws'], 'contradicts itself'],
      ['one twice', sampleM1(microsoftExtension(vpi(2), vpi(2))), ['upnp'], 'contradicts itself'],
      ['both kinds of DPWS', sampleM1(microsoftExtension(vpi(3), vpi(1))), ['dpws'], 'contradicts itself'],
      ['a reserved one', sampleM1(microsoftExtension(vpi(9))), ['none'], 'contradicts itself'],
    ];
  for (const [what, m1, expected, open] of transports) {
    it(`names the transports of an M1 with ${what}`, () => {
      const text = propose(m1);
      expect(profileOf(text).ics.transports).to.deep.equal(expected);
      const asked = text.split('\n').filter((line) => /OPEN: (is the device|that contradicts)/.test(line));
      expect(asked).to.have.length(open === '' ? 0 : 1);
      expect(asked.join()).to.include(open);
    });
  }

  it('asks where M1 says nothing usable', () => {
    const bare = concat(byteAttribute(ATTRIBUTE.MessageType, MESSAGE_TYPE.M1));
    const text = propose(bare);
    expect(profileOf(text)).to.deep.include({
      device: { name: 'unnamed device' },
      ics: { transports: ['none'], wscVersion: '1.0', methods: ['pin'] },
    });
    expect(text.match(/OPEN/g)).to.have.length.above(7);
    expect(propose(changed(ATTRIBUTE.DeviceName, new Uint8Array(0)))).to.include("\n  name: 'Printer'\n");
    const foreign = propose(M1, fromHex('020000000999'));
    expect(foreign).to.include('the frame of M1 came from 02:00:00:00:09:99');
    expect(profileOf(foreign).ixit.mac).to.equal('02:00:00:00:01:00');
    expect(profileOf(propose(changed(ATTRIBUTE.MACAddress, fromHex('0200')))).ixit.mac).to.equal('02:00:00:00:01:00');
    for (const nobody of ['030000000100', '000000000000'])
      expect(profileOf(propose(changed(ATTRIBUTE.MACAddress, fromHex(nobody)))).ixit.mac).to.equal('02:00:00:00:01:00');
  });

  const strings: readonly (readonly [sent: string, name: string])[] = [
    ["it's a 'printer'", "it's a 'printer'"],
    ['"quoted" # no comment: {a: [b]}', '"quoted" # no comment: {a: [b]}'],
    ['a\nversion: 2\n', 'a\\u{a}version: 2\\u{a}'],
    ['\u0000\u001b[31m\u0085\u2028\ufeff', '\\u{0}\\u{1b}[31m\\u{85}\\u{2028}\\u{feff}'],
    ['\\n', '\\\\n'],
    ['!!js/function >', '!!js/function >'],
    ['  ', 'Printer'],
    ['x'.repeat(200), `${'x'.repeat(128)}...`],
    ['Drucker für Gäste 🖨', 'Drucker für Gäste 🖨'],
  ];
  for (const [sent, name] of strings) {
    it(`keeps the device's text: ${JSON.stringify(sent).slice(0, 40)}`, () => {
      const text = propose(changed(ATTRIBUTE.DeviceName, new TextEncoder().encode(sent)));
      expect(profileOf(text).device.name).to.equal(name);
      expect(profileOf(text).version).to.equal(1);
    });
  }

  it('is accepted and stays on its lines, whatever the device sends', () => {
    const ids = [
      ATTRIBUTE.DeviceName,
      ATTRIBUTE.ModelName,
      ATTRIBUTE.Manufacturer,
      ATTRIBUTE.SerialNumber,
      ATTRIBUTE.ConfigMethods,
      ATTRIBUTE.DevicePasswordID,
      ATTRIBUTE.MACAddress,
      ATTRIBUTE.UuidE,
      ATTRIBUTE.PrimaryDeviceType,
      ATTRIBUTE.VendorExtension,
    ];
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => new TextEncoder().encode(text)),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => concat(fromHex('000137 1001 0002'), bytes)),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => concat(fromHex('00372a'), bytes)),
    );
    const node = fc.record({ type: fc.constantFrom(...ids), value });
    fc.assert(
      fc.property(fc.array(node, { maxLength: 12 }), fc.uint8Array({ maxLength: 5 }), (nodes, rest) => {
        const text = propose(concat(encodeTlvs({ nodes }), rest));
        for (const line of text.split('\n')) expect(line).to.match(/^[^\p{C}\u2028\u2029]*$/u);
        checkProfile(text, 'x.yaml');
      }),
      { numRuns: 100 },
    );
  });

  it('takes a file name as text', () => {
    const text = proposeProfile({ m1: decodeWsc(M1), sourceMac: SAMPLE_MAC, from: 'a\nversion: 3', frame: 1 });
    expect(text.split('\n')[0]).to.equal(
      '# Profile of a device, proposed from the M1 in frame 1 of a\\u{a}version: 3.',
    );
  });
});
