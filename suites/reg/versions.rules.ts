import type { Rule } from '#judge/rule.js';
import { tolerationRule } from '../stimulus-rules.js';

const WHY =
  'WSC grows by what receivers skip. A device that refuses what it does not know fails with every access point made after it.';

/** Messages of a Registrar of another WSC than the device's. */
export const versionRules: readonly Rule[] = [
  tolerationRule({
    number: '31a',
    step: 'M2',
    level: 'MUST',
    title: 'Register with a Registrar of a later WSC',
    when: 'M2, M4, M6 and M8 say Version2 0x43, which no WSC has yet',
    why: WHY,
    remedy: 'Take a Version2 above your own for your own; compare it only to find out what the Registrar can do.',
  }),
  tolerationRule({
    number: '31b',
    step: 'M2',
    level: 'MUST',
    title: 'Skip attributes that are not known',
    when: 'M2, M4, M6 and M8 have an attribute 0x10fa, which WSC does not know',
    why: WHY,
    remedy:
      'Skip an attribute whose type you do not know by its length, and cover it with the Authenticator all the same.',
  }),
  tolerationRule({
    number: '31c',
    step: 'M2',
    level: 'MUST',
    title: "Skip subelements of the Wi-Fi Alliance's extension that are not known",
    when: "the Wi-Fi Alliance's extension of M2, M4, M6 and M8 has a subelement 0x7f, which WSC does not know",
    why: WHY,
    remedy: 'Skip a subelement whose id you do not know by its length of one byte, and read on behind it.',
  }),
  tolerationRule({
    number: '31d',
    step: 'M2',
    level: 'MUST',
    title: 'Skip extensions of other vendors',
    when: 'M2, M4, M6 and M8 have a Vendor Extension of a vendor the device does not know',
    why: WHY,
    remedy:
      'Compare the three bytes of the vendor before anything of a Vendor Extension is read; skip what is not yours.',
  }),
  tolerationRule({
    number: '32',
    step: 'M2',
    level: 'SHOULD',
    title: 'Register with a Registrar of WSC 1.0',
    when: 'the Registrar speaks WSC 1.0, so that none of its messages has a Version2',
    why: 'Access points of WSC 1.0 are still in use, and WSC 2.0 is made to work with them.',
    remedy: "Take a message without the Wi-Fi Alliance's extension, or without Version2 in it, for one of WSC 1.0.",
  }),
];
