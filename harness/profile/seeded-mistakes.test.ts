import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import type { Mistake } from './diagnose.js';
import { checkProfile, type CheckOptions } from './load.js';

/* A profile that is right, and one edit a mistake: each has to be named at its line, with reason and remedy. */

const RIGHT = `version: 1
device:
  name: Printer
ics:
  transports: [upnp, dpws]
  wscVersion: '2.0'
  methods: [pin, pbc]
  display: true
  keypad: false
  pushButton: true
  label: false
  pinKind: dynamic
ixit:
  bench: radio
  method: pin
  pin: '12345670'
  mac: '02:00:00:00:00:01'
  identities:
    upnp: 'uuid:0b7a5d1e-30c4-4b52-9d0f-6a1c2e3f4a5b'
    dpws: 'urn:uuid:0b7a5d1e-30c4-4b52-9d0f-6a1c2e3f4a5b'
  sessions: 2
  limits: { startMs: 30000 }
  radio:
    ap: wlan0
    monitor: wlan1
    channel: 6
    band: '2.4'
    country: DE
  operator:
    answers:
      display-shows-pin: { answer: yes, evidence: 'photo 12' }
waivers:
  - { rule: RVP-DESC-013, reason: mask ROM, owner: QA, expires: 2026-12-31 }
`;

const IDS = ['RVP-DESC-013', 'RVP-DESC-014', 'RVP-VX-01'];
const REVIEW: CheckOptions = { rules: new Map(IDS.map((id) => [id, id])), today: '2026-11-28' };
const DUT = `  dut:
    kind: reference
    model: all-in-one
`;

type Edit = readonly [from: string, to: string];
type Expected = readonly [severity: 'mistake' | 'warning', path: string, reason: RegExp];

/** What, the edits, and what is said. The line is that of the first word of the last edit. */
const SEEDED: readonly (readonly [what: string, edits: readonly Edit[], expected: Expected])[] = [
  // The form of the file.
  ['a newer version', [['version: 1', 'version: 2']], ['mistake', 'version', /this version of the tool knows 1/]],
  ['a key twice', [['  keypad: false', '  display: false']], ['mistake', '', /unique/]],
  ['an unknown key', [['pushButton', 'pushbutton']], ['mistake', 'ics.pushbutton', /not a key of a profile/]],
  ['a PIN without quotes', [["pin: '12345670'", 'pin: 12345670']], ['mistake', 'ixit.pin', /must be text/]],
  ['a PIN of 7 digits', [["'12345670'", "'1234567'"]], ['mistake', 'ixit.pin', /wrong form/]],
  ['an address in capitals', [["'02:00:00:00:00:01'", "'02:00:00:00:00:AA'"]], ['mistake', 'ixit.mac', /wrong form/]],
  ['a limit below 1', [['startMs: 30000', 'startMs: 0']], ['mistake', 'ixit.limits.startMs', /too small/]],
  ['a country in words', [['country: DE', 'country: Germany']], ['mistake', 'ixit.radio.country', /wrong form/]],
  // What it is able to do, against itself.
  ['none beside transports', [['[upnp, dpws]', '[none, dpws]']], ['mistake', 'ics.transports', /none stands beside/]],
  ['both kinds of DPWS', [['[upnp, dpws]', '[upnp, dpws, secure-dpws]']], ['mistake', 'ics.transports', /together/]],
  ['a transport twice', [['[upnp, dpws]', '[upnp, dpws, upnp]']], ['mistake', 'ics.transports', /twice/]],
  [
    'a method not declared',
    [
      ['[pin, pbc]', '[pin]'],
      ['pushButton: true', 'pushButton: false'],
      ['method: pin', 'method: pbc'],
    ],
    ['mistake', 'ixit.method', /pbc is not among ics.methods/],
  ],
  [
    'push button without one',
    [['pushButton: true', 'pushButton: false']],
    ['mistake', 'ics.pushButton', /no push button/],
  ],
  [
    'a dynamic PIN nobody sees',
    [
      ['    answers:\n      display-shows-pin', '    answers:\n      label-has-pin'],
      ['label: false', 'label: true'],
      ['display: true', 'display: false'],
      ['pinKind: dynamic', 'pinKind: dynamic'],
    ],
    ['mistake', 'ics.pinKind', /no display/],
  ],
  ['a PIN on no label', [['pinKind: dynamic', 'pinKind: label']], ['mistake', 'ics.pinKind', /no label/]],
  [
    'a display with a PIN on a label',
    [
      ['label: false', 'label: true'],
      ['pinKind: dynamic', 'pinKind: label'],
    ],
    ['warning', 'ics.pinKind', /dynamic PIN/],
  ],
  [
    'a label PIN of 4 digits',
    [
      ['    answers:\n      display-shows-pin', '    answers:\n      label-has-pin'],
      ['label: false', 'label: true'],
      ['display: true', 'display: false'],
      ['pinKind: dynamic', 'pinKind: label'],
      ["'12345670'", "'1234'"],
    ],
    ['warning', 'ixit.pin', /on a label has 8/],
  ],
  ['a wrong checksum', [["'12345670'", "'12345671'"]], ['warning', 'ixit.pin', /checksum/]],
  ['the PIN of the push button', [["'12345670'", "'00000000'"]], ['warning', 'ixit.pin', /stands for no PIN/]],
  [
    'printing by a device that does not pair',
    [
      [
        "  identities:\n    upnp: 'uuid:0b7a5d1e-30c4-4b52-9d0f-6a1c2e3f4a5b'\n    dpws: 'urn:uuid:0b7a5d1e-30c4-4b52-9d0f-6a1c2e3f4a5b'\n",
        '',
      ],
      ['[upnp, dpws]', '[none]'],
      ['  label: false', '  label: false\n  wifiDirectPrinting: true'],
    ],
    ['warning', 'ics.wifiDirectPrinting', /does not pair/],
  ],
  [
    'an answer nobody asks for',
    [['display-shows-pin', 'label-has-pin']],
    ['warning', 'ixit.operator.answers.label-has-pin', /not asked/],
  ],
  [
    'the PIN in an answer',
    [["'photo 12'", "'it showed 12345670'"]],
    ['mistake', 'ixit.operator.answers.display-shows-pin.evidence', /holds the PIN/],
  ],
  // Identities on the network.
  ['an identity in capitals', [["'uuid:0b7a", "'uuid:0B7A"]], ['warning', 'ixit.identities.upnp', /capital letters/]],
  [
    'an identity without its prefix',
    [["'urn:uuid:", "'uuid:"]],
    ['warning', 'ixit.identities.dpws', /does not begin with urn:uuid:/],
  ],
  [
    'an identity that is no UUID',
    [["'urn:uuid:0b7a5d1e-30c4-4b52-9d0f-6a1c2e3f4a5b'", 'http://printer/']],
    ['warning', 'ixit.identities.dpws', /not an identity by UUID/],
  ],
  [
    'an identity of a transport not declared',
    [
      ['[upnp, dpws]', '[upnp]'],
      ['urn:uuid', 'urn:uuid'],
    ],
    ['warning', 'ixit.identities.dpws', /not among ics.transports/],
  ],
  // The bench.
  ['an address of a group', [["'02:00:00:00:00:01'", "'03:00:00:00:00:01'"]], ['mistake', 'ixit.mac', /group/]],
  ['an address of zeros', [["'02:00:00:00:00:01'", "'00:00:00:00:00:00'"]], ['mistake', 'ixit.mac', /no address/]],
  ['one adapter for two', [['monitor: wlan1', 'monitor: wlan0']], ['mistake', 'ixit.radio.monitor', /at once/]],
  [
    'no access point at all',
    [
      ['    ap: wlan0\n', ''],
      ['  radio:', '  radio:'],
    ],
    ['mistake', 'ixit.radio.ap', /no access point/],
  ],
  [
    'two access points',
    [['    ap: wlan0\n', "    ap: wlan0\n    observe: { bssid: '02:00:00:00:00:09' }\n"]],
    ['mistake', 'ixit.radio.observe', /both/],
  ],
  [
    'a channel of another band',
    [
      ["band: '2.4'", "band: '2.4' "],
      ['channel: 6', 'channel: 36'],
    ],
    ['mistake', 'ixit.radio.channel', /no channel 36 in the 2\.4 GHz band/],
  ],
  [
    'a channel between channels',
    [
      ["band: '2.4'", "band: '5'"],
      ['channel: 6', 'channel: 38'],
    ],
    ['mistake', 'ixit.radio.channel', /no channel 38 in the 5 GHz band/],
  ],
  [
    'channel 14 outside of Japan',
    [
      ['country: DE', 'country: US'],
      ['channel: 6', 'channel: 14'],
    ],
    ['mistake', 'ixit.radio.channel', /Japan/],
  ],
  [
    'channel 13 in the United States',
    [
      ['country: DE', 'country: US'],
      ['channel: 6', 'channel: 13'],
    ],
    ['warning', 'ixit.radio.channel', /not free in US/],
  ],
  [
    'a radio bench without adapters',
    [
      ["  radio:\n    ap: wlan0\n    monitor: wlan1\n    channel: 6\n    band: '2.4'\n    country: DE\n", ''],
      ['bench: radio', 'bench: radio'],
    ],
    ['mistake', 'ixit.bench', /no Wi-Fi adapters/],
  ],
  [
    'a port on the radio bench',
    [['  sessions: 2', '  sessions: 2\n  interface: eth1']],
    ['warning', 'ixit.interface', /no use on the radio bench/],
  ],
  [
    'a port beside a DUT of the bench',
    [
      ['bench: radio', 'bench: wired'],
      [
        '  sessions: 2',
        `  sessions: 2\n  interface: eth1\n${DUT.replace('reference\n    model: all-in-one', "wpa_supplicant\n    uuid: 0b7a5d1e-30c4-4b52-9d0f-6a1c2e3f4a5b\n    deviceName: P\n    manufacturer: M\n    modelName: N\n    modelNumber: '1'\n    serialNumber: '2'\n    deviceType: 3-0050F204-1\n    configMethods: [virtual_display, virtual_push_button]")}`,
      ],
    ],
    ['mistake', 'ixit.interface', /both a real port/],
  ],
  [
    'an adapter given away twice',
    [['  sessions: 2', `  sessions: 2\n${DUT}    interface: wlan1`]],
    ['mistake', 'ixit.dut.interface', /already/],
  ],
  [
    'a fault twice',
    [['  sessions: 2', `  sessions: 2\n${DUT}    faults: [a, a]`]],
    ['mistake', 'ixit.dut.faults', /twice/],
  ],
  [
    'a reference device by wire',
    [
      ['bench: radio', 'bench: wired'],
      ['  sessions: 2', `  sessions: 2\n${DUT}`],
    ],
    ['mistake', 'ixit.dut.kind', /radio bench/],
  ],
  [
    'methods nobody gets to',
    [['  sessions: 2', '  sessions: 2\n  methods: [pin, pbc, pin]']],
    ['warning', 'ixit.methods', /never tried/],
  ],
  [
    'methods in turn by wire',
    [
      ['bench: radio', 'bench: wired'],
      ['  sessions: 2', '  sessions: 2\n  methods: [pin, pbc]'],
    ],
    ['warning', 'ixit.methods', /goes by ixit.method/],
  ],
  // Waivers.
  [
    'a waiver of a rule there is not',
    [['rule: RVP-DESC-013', 'rule: RVP-DESC-0013']],
    ['mistake', 'waivers[0].rule', /not a rule/],
  ],
  [
    'a waiver that has expired',
    [['2026-12-31', '2026-11-01']],
    ['warning', 'waivers[0].expires', /expired after 2026-11-01/],
  ],
  [
    'a waiver twice',
    [['waivers:\n', 'waivers:\n  - { rule: RVP-DESC-013, reason: ROM, owner: QA, expires: 2026-12-31 }\n']],
    ['mistake', 'waivers[1].rule', /waived twice/],
  ],
  ['a waiver without a reason', [['reason: mask ROM', "reason: ''"]], ['mistake', 'waivers[0].reason', /wrong form/]],
];

interface Found extends Partial<Mistake> {
  readonly severity: 'mistake' | 'warning';
}

function found(text: string): readonly Found[] {
  try {
    return checkProfile(text, 'my.yaml', REVIEW).warnings.map((each) => ({ severity: 'warning', ...each }));
  } catch (error) {
    if (!isRallyError(error)) throw error;
    const { context, message, remedy } = error;
    const mistakes = context['mistakes'] as readonly Mistake[] | undefined;
    // YAML itself is refused before there is a profile.
    const one = { ...(context as Pick<Mistake, 'line' | 'column'>), path: '', reason: message, remedy };
    return (mistakes ?? [one]).map((each) => ({ severity: 'mistake', ...each }));
  }
}

function edited(edits: readonly Edit[]): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the sample has no ${from}`);
    return text.replace(from, to);
  }, RIGHT);
}

describe('seeded mistakes', () => {
  it('are not in the sample', () => expect(found(RIGHT)).to.deep.equal([]));

  for (const [what, edits, [severity, path, reason]] of SEEDED) {
    it(`names ${what}`, () => {
      const text = edited(edits);
      const remarks = found(text);
      expect(remarks, JSON.stringify(remarks)).to.have.length(1);
      const [remark] = remarks;
      expect(remark).to.include({ severity, path });
      expect(remark?.reason).to.match(reason);
      expect(remark?.remedy).to.be.a('string').and.not.equal('');
      const line = text.split('\n')[(remark?.line ?? 0) - 1] ?? '';
      // What is missing is found at the key it is missing in.
      const words =
        path === ''
          ? ['display']
          : path
              .replace(/\[\d+\]/g, '')
              .split('.')
              .slice(-2);
      const upTo = line.slice(0, (remark?.column ?? 0) + Math.max(...words.map((word) => word.length)));
      expect(
        words.some((word) => upTo.includes(word)),
        `line ${String(remark?.line)}: ${line}`,
      ).to.equal(true);
      expect(JSON.stringify(remarks)).to.not.match(/1234567\d/);
    });
  }
});
