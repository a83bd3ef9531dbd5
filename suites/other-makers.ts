import type { RuleId } from '#judge/rule.js';

/*
 * What devices of other makers could show: wpa_supplicant on the wired bench. Its Microsoft vendor extension can be given
 * byte by byte, everything else of it is right. A test with the real program holds these lists to what is seen.
 */

export const OTHER_MAKER = 'wpa_supplicant';

/** Rules of scope wired it was never seen to pass, and why. */
export const NEVER_PASSED: ReadonlyMap<RuleId, string> = new Map([
  ['RVP-VX-10', 'it sends its vendor extension in M1 alone'],
  ['RVP-VPI-09', 'it sends its vendor extension in M1 alone'],
  ['RVP-TUU-11', 'it sends its vendor extension in M1 alone'],
]);

/** Rules it was made to break. */
export const BROKEN: readonly RuleId[] = [
  'RVP-VX-01',
  'RVP-VX-05',
  'RVP-VX-06',
  'RVP-VX-09',
  'RVP-VPI-01',
  'RVP-VPI-02',
  'RVP-VPI-03',
  'RVP-VPI-04',
  'RVP-VPI-05',
  'RVP-VPI-06',
  'RVP-VPI-07',
  'RVP-VPI-08',
  'RVP-VPI-10',
  'RVP-TUU-01',
  'RVP-TUU-02',
  'RVP-TUU-03',
  'RVP-TUU-04',
  'RVP-TUU-09',
  'RVP-TUU-10',
  'RVP-UID-01',
  'RVP-UID-11',
];
