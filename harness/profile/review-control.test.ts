import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import type { Mistake } from './diagnose.js';
import { checkProfile, mistakeText } from './load.js';
import { withoutSecrets } from './secrets.js';

/** A profile whose device is handled by the given control, YAML indented by 4. */
function profile(control: string, { pin = '', more = '' } = {}): string {
  return `version: 1
device:
  name: Printer
ics:
  transports: [dpws]
  methods: [pin, pbc]
ixit:
  method: pin
${pin}${more}  control:
${control}`;
}

const CONSOLE = '    console: { path: /dev/ttyUSB0 }\n';
const START = "    startWps: { pin: { by: serial, steps: [{ send: wps pin, expect: 'PIN (?<pin>[0-9]+)' }] } }\n";
const GOOD = CONSOLE + START;

function said(text: string): string[] {
  try {
    return checkProfile(text, 'my.yaml').warnings.map((warning) => `warning: ${mistakeText('my.yaml', warning)}`);
  } catch (error) {
    if (!isRallyError(error)) throw error;
    return (error.context['mistakes'] as readonly Mistake[]).map((each) => mistakeText('my.yaml', each));
  }
}

describe('review of the control of a device', () => {
  it('finds nothing where the console begins WPS and tells the PIN, without ixit.pin', () => {
    expect(said(profile(GOOD))).to.deep.equal([]);
  });

  const mistakes: readonly (readonly [what: string, control: string, line: number, reason: RegExp])[] = [
    ['a serial action without a console', START, 10, /startWps\.pin is done by the serial console, but there is none/],
    [
      'a prompt that nobody is there to answer',
      `${GOOD}    powerCycle: { by: prompt, text: Switch it }\n`,
      12,
      /nobody attends the run/,
    ],
    [
      'a PIN that nobody marks',
      `${GOOD}    readPin: { by: process, argv: [pin], expect: '[0-9]+' }\n`,
      12,
      /readPin has no group for the PIN/,
    ],
    [
      'a PIN from a line that may not be whole',
      `${GOOD}    readPin: { by: serial, steps: [{ expect: 'PIN (?<pin>[0-9]+)', isPrompt: true }] }\n`,
      12,
      /steps\[0\]\.expect takes the PIN from a line that may not be whole/,
    ],
    ['a restart that is not declared', `${GOOD}    betweenSessions: [powerCycle]\n`, 12, /powerCycle is not declared/],
    [
      'a pattern that is none',
      `${CONSOLE}    readPin: { by: serial, steps: [{ expect: '(?<pin>[0-9]' }] }\n`,
      11,
      /steps\[0\]\.expect is not a regular expression/,
    ],
    [
      'a step that does nothing',
      `${GOOD}    log: { by: serial, steps: [{ limitMs: 5 }] }\n`,
      12,
      /neither sends nor expects/,
    ],
    ['a mistyped key', `${GOOD}    log: { by: serial, steps: [{ expct: a }] }\n`, 12, /Did you mean expect\?/],
    ['a host name', `${GOOD}    powerCycle: { by: http, url: 'http://plug.lan/off' }\n`, 12, /IP address/],
    ['another parity', `    console: { path: /dev/ttyUSB0, parity: evn }\n${START}`, 10, /did you mean even\?/],
    ['a way that there is not', `${GOOD}    log: { by: serail, steps: [] }\n`, 12, /did you mean serial\?/],
    ['a path that is none', `    console: { path: ttyUSB0 }\n${START}`, 10, /whole path of the port/],
  ];
  for (const [what, control, line, reason] of mistakes)
    it(`refuses ${what}, with its line`, () => {
      const all = said(profile(control));
      const first = all.find((text) => reason.test(text)) ?? all.join();
      expect(first).to.match(reason);
      expect(first).to.match(new RegExp(`^my\\.yaml:${line}:`));
    });

  it('refuses a control of a device that the bench starts itself', () => {
    const dut = '  dut: { kind: reference, model: sensor }\n';
    expect(said(profile(GOOD, { more: dut })).join()).to.match(/for a DUT that the bench starts itself/);
  });

  it('still wants a PIN where the control tells none', () => {
    const control = '    startWps: { pin: { by: none } }\n';
    expect(said(profile(control)).join()).to.match(/there is no ixit\.pin.*ixit\.control\.readPin/);
    expect(said(profile(control, { pin: "  pin: '12345670'\n" }))).to.deep.equal([]);
  });

  it('warns of a pattern that may explode', () => {
    const control = `${GOOD}    powerCycle: { by: serial, steps: [{ send: reset, expect: '^(a+)+$' }] }\n`;
    expect(said(profile(control)).join()).to.match(/^warning: my\.yaml:12:.*steps\[0\]\.expect.*exponential/);
  });

  it('warns where WPS is begun by nobody, and of a console that is only listened to', () => {
    const warnings = said(profile(CONSOLE, { pin: "  pin: '12345670'\n" })).join();
    expect(warnings)
      .to.match(/control does not say how WPS is begun by pin/)
      .and.match(/console is only listened to/);
  });

  it('leaves a bundle what can be read again, without secrets', () => {
    const secrets = `    powerCycle: { by: http, url: 'http://192.0.2.7/off', headers: { Authorization: Bearer s3cret }, body: s3cret }
    log: { by: serial, steps: [{ send: s3cret, isSecret: true }, { send: dmesg, expect: end }] }\n`;
    const checked = checkProfile(profile(GOOD + secrets), 'my.yaml').profile;
    const stored = JSON.stringify(withoutSecrets(checked));
    expect(stored).to.include('dmesg').and.not.include('s3cret');
    expect(said(stored.replace('"method":"pin"', '"method":"pin","pin":"12345670"'))).to.deep.equal([]);
  });
});
