import { expect } from 'chai';
import { fromHex } from '#base/bytes.js';
import { sampleM1 } from '#wire/testing/sample-m1.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { editAttributes } from '#wire/wps/build.js';
import { decodeWsc, type WscMessage } from '#wire/wps/message.js';
import type { Mistake } from './diagnose.js';
import { checkProfile, parseProfile } from './load.js';
import { QUESTION_IDS, QUESTIONS, questionsFor } from './questions.js';
import { reviewAgainstM1 } from './review-panel.js';

interface Lines {
  readonly methods?: string;
  readonly ics?: string;
  readonly ixit?: string;
}

const text = ({ methods = 'pin, pbc', ics = '', ixit = '' }: Lines): string => `version: 1
device: { name: Printer }
ics:
  transports: [dpws]
  methods: [${methods}]
${ics}ixit:
  method: pin
  pin: '12345670'
${ixit}`;

/** The one remark, a mistake or a warning; null where there is none. */
function remarkOn(lines: Lines): Mistake | null {
  const remarks = [...remarksOn(lines)];
  expect(remarks.length, JSON.stringify(remarks)).to.be.at.most(1);
  return remarks[0] ?? null;
}

function remarksOn(lines: Lines): readonly Mistake[] {
  try {
    return checkProfile(text(lines), 'my.yaml').warnings;
  } catch (error) {
    return (error as { context: { mistakes: readonly Mistake[] } }).context.mistakes;
  }
}

const answers = (...lines: readonly string[]): string =>
  `  operator:\n    answers:\n${lines.map((line) => `      ${line}\n`).join('')}`;
const SEEN = "{ answer: yes, evidence: 'photo pin.jpg, 2026-11-20' }";
const WPA_SUPPLICANT = `  dut:
    kind: wpa_supplicant
    uuid: 0b7a5d1e-30c4-4b52-9d0f-6a1c2e3f4a5b
    deviceName: Printer
    manufacturer: M
    modelName: N
    modelNumber: '1'
    serialNumber: '2'
    deviceType: 3-0050F204-1
    configMethods: [virtual_display, virtual_push_button]
`;

describe('review of the panel', () => {
  for (const [what, lines, expected] of [
    [
      'a push button declared away beside the method',
      { ics: '  pushButton: false\n' },
      { line: 6, path: 'ics.pushButton', reason: 'there is no push button, but pbc is among ics.methods' },
    ],
    [
      'a push button without its method',
      { ics: '  pushButton: true\n', methods: 'pin' },
      { path: 'ics.pushButton', reason: 'there is a push button, but pbc is not among ics.methods' },
    ],
    ['a PIN that nothing shows', { ics: '  display: false\n  label: false\n' }, { line: 7, path: 'ics.label' }],
    ['a dynamic PIN without a display', { ics: '  display: false\n  pinKind: dynamic\n' }, { path: 'ics.pinKind' }],
    ['a PIN on a label that is not there', { ics: '  label: false\n  pinKind: label\n' }, { path: 'ics.pinKind' }],
    [
      'a display beside a PIN on the label',
      { ics: '  display: true\n  pinKind: label\n' },
      { reason: 'a device with a display has to show a dynamic PIN (RVP-PIN-01)' },
    ],
    [
      'an answer about what is not there',
      { ics: '  display: true\n', ixit: answers(`label-has-pin: ${SEEN}`) },
      { line: 12, path: 'ixit.operator.answers.label-has-pin' },
    ],
    [
      'an answer of a device that does not say whether it has a display',
      { ixit: answers(`display-shows-pin: ${SEEN}`) },
      { path: 'ixit.operator.answers.display-shows-pin' },
    ],
    [
      'an answer to no question there is',
      { ics: '  display: true\n', ixit: answers(`display-show-pin: ${SEEN}`) },
      { path: 'ixit.operator.answers.display-show-pin', remedy: 'Did you mean display-shows-pin?' },
    ],
    [
      'an answer that rests on nothing',
      { ics: '  display: true\n', ixit: answers('display-shows-pin: { answer: yes }') },
      { path: 'ixit.operator.answers.display-shows-pin.evidence', reason: 'is missing' },
    ],
    [
      'an answer that is neither yes nor no',
      { ics: '  display: true\n', ixit: answers("display-shows-pin: { answer: maybe, evidence: 'x' }") },
      { path: 'ixit.operator.answers.display-shows-pin.answer', remedy: 'Write one of: yes, no.' },
    ],
    [
      'a PIN in the evidence of an answer',
      {
        ics: '  display: true\n',
        ixit: answers("display-shows-pin: { answer: yes, evidence: 'it showed 12345670' }"),
      },
      { path: 'ixit.operator.answers.display-shows-pin.evidence' },
    ],
    [
      'a wpa_supplicant whose Config Methods have no label',
      { ics: '  label: true\n', ixit: WPA_SUPPLICANT },
      { reason: 'says yes, but ixit.dut.configMethods do not name Label' },
    ],
    [
      'a wpa_supplicant whose Config Methods have a display',
      { ics: '  display: false\n', ixit: WPA_SUPPLICANT },
      { reason: 'says no, but ixit.dut.configMethods name Display' },
    ],
  ] as const) {
    it(`names ${what}`, () => {
      const found = remarkOn(lines);
      expect(found).to.include(expected);
      expect(found?.remedy).to.be.a('string').and.not.equal('');
      expect(JSON.stringify(found)).to.not.include('12345670');
    });
  }

  it('names a PIN of 4 digits on a label', () => {
    const short = text({ ics: '  display: false\n' }).replace('12345670', '1234');
    expect(checkProfile(short, 'my.yaml').warnings[0]).to.include({ path: 'ixit.pin' });
  });

  it('finds nothing in what fits', () => {
    for (const ics of [
      '  display: true\n  keypad: false\n  pushButton: true\n  label: false\n  pinKind: dynamic\n',
      '  display: false\n  label: true\n  pinKind: label\n',
      '  display: true\n  label: true\n  pinKind: dynamic\n',
    ])
      expect(remarkOn({ ics })).to.equal(null);
    const ixit = `${answers(`display-shows-pin: ${SEEN}`)}    attended: true\n`;
    expect(remarkOn({ ics: '  display: true\n', ixit })).to.equal(null);
  });
});

describe('review against M1', () => {
  const withConfig = (hex: string | null): WscMessage =>
    decodeWsc(
      editAttributes(sampleM1(new Uint8Array(0)), (all) =>
        all.flatMap((node) => {
          if (node.type !== ATTRIBUTE.ConfigMethods) return [node];
          return hex === null ? [] : [{ type: node.type, value: fromHex(hex) }];
        }),
      ),
    );
  const against = (ics: string, hex: string | null): string[] =>
    reviewAgainstM1(parseProfile(text({ ics }), 'my.yaml'), withConfig(hex)).map(
      ({ path, reason }) => `${path.join('.')} ${reason}`,
    );
  const DISPLAY = '  display: true\n  keypad: false\n  pushButton: true\n  label: false\n';

  it('finds nothing where both say the same, or one says nothing', () => {
    expect(against(DISPLAY, '2288')).to.deep.equal([]);
    expect(against('', '2288')).to.deep.equal([]);
    expect(against(DISPLAY, null)).to.deep.equal([]);
    expect(against(DISPLAY, '22')).to.deep.equal([]);
  });

  it('names each part on which they differ', () => {
    expect(against(DISPLAY, '0184')).to.deep.equal([
      "ics.display says yes, but M1's Config Methods do not name Display",
      "ics.label says no, but M1's Config Methods name Label",
      "ics.keypad says no, but M1's Config Methods name Keypad",
    ]);
  });
});

describe('questions', () => {
  it('are about the display of a device that has one, else about its label', () => {
    const asked = (ics: string): string[] => questionsFor(parseProfile(text({ ics }), 'my.yaml')).map(({ id }) => id);
    expect(asked('  display: true\n')).to.deep.equal(['display-shows-pin', 'display-pin-is-dynamic']);
    expect(asked('  display: false\n')).to.deep.equal(['label-has-pin', 'label-pin-is-marked']);
    expect(asked('')).to.deep.equal([]);
  });

  it('are each there once, and end as questions do', () => {
    expect(QUESTIONS.map(({ id }) => id)).to.deep.equal(QUESTION_IDS);
    for (const { text: said } of QUESTIONS) expect(said).to.match(/^[A-Z].*\?$/);
  });
});
