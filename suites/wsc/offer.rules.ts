import { u16be } from '#base/bytes.js';
import type { Finding, Rule } from '#judge/rule.js';
import { ATTRIBUTE, attributeName } from '#wire/wps/attributes.js';
import {
  AUTHENTICATION_TYPE,
  AUTHENTICATION_TYPES,
  CONFIG_METHOD,
  CONFIG_METHODS,
  ENCRYPTION_TYPE,
  ENCRYPTION_TYPES,
  flagNames,
  type Codes,
} from '#wire/wps/codes.js';
import { version2Of } from '#wire/wps/wfa.js';
import { fail, notApplicable, pass } from '../finding.js';
import { hexNumber, locate, placeText } from '../locate.js';
import { eachM1, LENGTH_OWNERS, wholeValue, type M1 } from '../observe.js';
import { WSC } from '../sources.js';

/** A base bit of Config Methods and the bits of its virtual and physical form without the base bit. */
interface Pairing {
  readonly name: string;
  readonly base: number;
  readonly forms: number;
}

const PAIRINGS: readonly Pairing[] = [
  pairing('Display', CONFIG_METHOD.Display, CONFIG_METHOD.VirtualDisplay, CONFIG_METHOD.PhysicalDisplay),
  pairing('Push Button', CONFIG_METHOD.PushButton, CONFIG_METHOD.VirtualPushButton, CONFIG_METHOD.PhysicalPushButton),
];

function pairing(name: string, base: number, virtual: number, physical: number): Pairing {
  return { name, base, forms: (virtual | physical) & ~base };
}

const wsc15: Rule = {
  id: 'RVP-WSC-15',
  title: 'Offer what WSC 2.0 asks for: forms of Display and Button, WPA2-PSK, AES',
  source: [WSC],
  requirement:
    'A WSC 2.0 device states the virtual or physical form with each Display and Push Button bit, and offers WPA2-Personal and AES.',
  why: 'A 2.0 Registrar gives such a device no credential, or asks the user for the wrong thing.',
  level: 'MUST',
  revision: 1,
  needs: ['m1'],
  uses: ['profile'],
  remedy: 'Set 0x2000 or 0x4000 with Display, 0x0200 or 0x0400 with Push Button; set 0x0020 and 0x0008 in the flags.',
  blockedBy: ['RVP-WSC-03', ...LENGTH_OWNERS],
  check: (evidence, profile) =>
    eachM1(evidence, (m1) => {
      if (version2Of(m1.wsc) === null && profile?.ics.wscVersion !== '2.0')
        return [notApplicable(`${m1.text} carries no Version2: a WSC 1.0 device`)];
      return [
        ...judgeFlags(m1, ATTRIBUTE.ConfigMethods, configMethodFault, CONFIG_METHODS),
        ...judgeFlags(m1, ATTRIBUTE.AuthenticationTypeFlags, offers(AUTHENTICATION_TYPE.Wpa2Psk), AUTHENTICATION_TYPES),
        ...judgeFlags(m1, ATTRIBUTE.EncryptionTypeFlags, offers(ENCRYPTION_TYPE.Aes), ENCRYPTION_TYPES),
      ];
    }),
};

/** What is wrong with a bit field, and a value that would be right. */
interface FlagFault {
  readonly expected: string;
  readonly right: number;
}

function judgeFlags(m1: M1, id: number, faultOf: (flags: number) => FlagFault | null, names: Codes): Finding[] {
  const name = attributeName(id);
  const found = wholeValue(m1, id, name, 2, 'RVP-WSC-03');
  if (found.node === null) return [found.problem];
  const flags = u16be(found.node.value, 0);
  const at = locate(m1, found.node);
  const text = `${hexNumber(flags, 4)} (${flagNames(names, flags)})`;
  const fault = faultOf(flags);
  if (fault === null) return [pass(`${name} of ${m1.text} is ${text}`, at)];
  return [
    fail(`${name} of ${m1.text} is not what WSC 2.0 asks for`, {
      expected: fault.expected,
      actual: text,
      at,
      remedy: `Send ${hexNumber(fault.right, 4)} at ${placeText(at)}, or the form the device really has.`,
    }),
  ];
}

function configMethodFault(flags: number): FlagFault | null {
  for (const { name, base, forms } of PAIRINGS) {
    const hasBase = (flags & base) !== 0;
    const hasForm = (flags & forms) !== 0;
    // The virtual form is the lower of the two bits.
    const virtual = forms & -forms;
    if (hasBase && !hasForm) return { expected: `${name} with its virtual or physical form`, right: flags | virtual };
    if (hasForm && !hasBase) return { expected: `${name} (${hexNumber(base, 4)}) with its form`, right: flags | base };
  }
  return null;
}

function offers(bit: number): (flags: number) => FlagFault | null {
  return (flags) => ((flags & bit) === 0 ? { expected: `the bit ${hexNumber(bit, 4)} set`, right: flags | bit } : null);
}

export const offerRules: readonly Rule[] = [wsc15];
