import { u16be } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { CONFIG_METHOD } from '#wire/wps/codes.js';
import { attribute, type WscMessage } from '#wire/wps/message.js';
import { QUESTIONS, questionsFor } from './questions.js';
import type { Remark } from './review.js';
import type { Profile } from './schema.js';

/* What a device has that a person sees or touches: display, label, keypad, push button, and its PIN. */

type Ics = Profile['ics'];
type Part = 'display' | 'label' | 'keypad' | 'pushButton';

const PARTS: readonly (readonly [part: Part, bit: number, name: string, wpaSupplicant: readonly string[]])[] = [
  ['display', CONFIG_METHOD.Display, 'Display', ['display', 'virtual_display', 'physical_display']],
  ['label', CONFIG_METHOD.Label, 'Label', ['label']],
  ['keypad', CONFIG_METHOD.Keypad, 'Keypad', ['keypad']],
  [
    'pushButton',
    CONFIG_METHOD.PushButton,
    'Push Button',
    ['push_button', 'virtual_push_button', 'physical_push_button'],
  ],
];

/** What the declarations say against each other. */
export function reviewPanel(profile: Profile): Remark[] {
  return [...reviewParts(profile.ics), ...reviewPinKind(profile), ...reviewAnswers(profile), ...reviewOwnDut(profile)];
}

function reviewParts({ display, label, pushButton, methods }: Ics): Remark[] {
  const remarks: Remark[] = [];
  if (pushButton === false && methods.includes('pbc'))
    remarks.push({
      severity: 'mistake',
      path: ['ics', 'pushButton'],
      reason: 'there is no push button, but pbc is among ics.methods',
      remedy: 'Take pbc out of ics.methods, or say that there is a button (a virtual one counts).',
    });
  if (pushButton === true && !methods.includes('pbc'))
    remarks.push({
      severity: 'warning',
      path: ['ics', 'pushButton'],
      reason: 'there is a push button, but pbc is not among ics.methods',
      remedy: 'Add pbc to ics.methods, unless the button is not for WPS.',
    });
  if (display === false && label === false && methods.includes('pin'))
    remarks.push({
      severity: 'mistake',
      path: ['ics', 'label'],
      reason: 'pin is among ics.methods, but there is neither a display nor a label to show a PIN',
      remedy: 'Say where the user reads the PIN: display or label.',
    });
  return remarks;
}

function reviewPinKind({ ics, ixit }: Profile): Remark[] {
  const { display, label, pinKind } = ics;
  const remarks: Remark[] = [];
  if (pinKind === 'dynamic' && display === false)
    remarks.push({
      severity: 'mistake',
      path: ['ics', 'pinKind'],
      reason: 'the PIN is dynamic, but there is no display to show it on',
      remedy: 'Write label for a PIN that is printed, or say that there is a display.',
    });
  if (pinKind === 'label' && label === false)
    remarks.push({
      severity: 'mistake',
      path: ['ics', 'pinKind'],
      reason: 'the PIN is on the label, but there is no label',
      remedy: 'Write dynamic for a PIN on a display, or say that there is a label.',
    });
  if (pinKind === 'label' && display === true)
    remarks.push({
      severity: 'warning',
      path: ['ics', 'pinKind'],
      reason: 'a device with a display has to show a dynamic PIN (RVP-PIN-01)',
      remedy: 'Write dynamic, unless the device really shows no PIN of its own making.',
    });
  if (pinKind !== undefined && !ics.methods.includes('pin'))
    remarks.push({
      severity: 'warning',
      path: ['ics', 'pinKind'],
      reason: 'tells of a PIN, but pin is not among ics.methods',
      remedy: 'Add pin to ics.methods, or take pinKind out.',
    });
  if (ics.wifiDirectPrinting === true && ics.transports.includes('none'))
    remarks.push({
      severity: 'warning',
      path: ['ics', 'wifiDirectPrinting'],
      reason: 'it pairs for printing over Wi-Fi Direct, but ics.transports says that it does not pair',
      remedy: 'Name the transports it pairs by, or write false.',
    });
  if (display === false && ixit.pin?.length === 4)
    remarks.push({
      severity: 'warning',
      path: ['ixit', 'pin'],
      reason: 'has 4 digits, but a PIN on a label has 8 (RVP-PIN-02)',
      remedy: 'Compare it with the label.',
    });
  return remarks;
}

function reviewAnswers(profile: Profile): Remark[] {
  const { operator, pin } = profile.ixit;
  const answers = operator?.answers ?? {};
  const asked = questionsFor(profile).map(({ id }) => id);
  return QUESTIONS.flatMap(({ id, subject }): Remark[] => {
    const recorded = answers[id];
    if (recorded === undefined) return [];
    const path = ['ixit', 'operator', 'answers', id];
    const remarks: Remark[] = [];
    if (pin !== undefined && recorded.evidence.includes(pin))
      remarks.push({
        severity: 'mistake',
        path: [...path, 'evidence'],
        reason: 'holds the PIN, and would put it into every report',
        remedy: 'Say what the answer rests on without the digits.',
      });
    if (!asked.includes(id))
      remarks.push({
        severity: 'warning',
        path,
        reason: `answers a question about a ${subject}, which is not asked of this device`,
        remedy: 'Say in ics.display whether there is a display: with one it is asked, without one the label is.',
      });
    return remarks;
  });
}

/** A wpa_supplicant the bench starts says in M1 what its Config Methods are. */
function reviewOwnDut({ ics, ixit: { dut } }: Profile): Remark[] {
  if (dut?.kind !== 'wpa_supplicant') return [];
  const { configMethods } = dut;
  return disagreements(
    ics,
    ([, , , names]) => names.some((name) => configMethods.includes(name)),
    'ixit.dut.configMethods',
  );
}

/** What the declarations say against the Config Methods of an M1 of the device; nothing where it has none. */
export function reviewAgainstM1({ ics }: Profile, m1: WscMessage): Remark[] {
  const value = attribute(m1, ATTRIBUTE.ConfigMethods)?.value;
  if (value?.length !== 2) return [];
  const bits = u16be(value, 0);
  return disagreements(ics, ([, bit]) => (bits & bit) !== 0, "M1's Config Methods");
}

function disagreements(ics: Ics, isDeclared: (part: (typeof PARTS)[number]) => boolean, where: string): Remark[] {
  return PARTS.flatMap((part): Remark[] => {
    const [key, , name] = part;
    const said = ics[key];
    const declared = isDeclared(part);
    if (said === undefined || said === declared) return [];
    return [
      {
        severity: 'warning',
        path: ['ics', key],
        reason: `says ${said ? 'yes' : 'no'}, but ${where} ${declared ? 'name' : 'do not name'} ${name}`,
        remedy: 'Correct whichever is wrong: Windows goes by what the device says.',
      },
    ];
  });
}
