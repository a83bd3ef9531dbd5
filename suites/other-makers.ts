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

/**
 * What it does under each stimulus of a campaign on the wired bench, to go on after "it": reactions, and the numbers of
 * the REG rules that saw them. All of those rules pass.
 */
const REACTIONS: readonly (readonly [reaction: string, numbers: string])[] = [
  [
    'answers with WSC_NACK, Configuration Error 0',
    '05 06 07 08 09 10 11 12a 12b 12c 16a 16b 16d 16e 16g 16h 16i 18 21a 21b 21c 21d 22a 22b 22c 22d 23a 23b 23c 24a 24b 25a 25b 26a 26b 26c 26d 26e 26k 26l 27a 27b 28a 28b',
  ],
  [
    'gives no answer',
    '16c 16f 17a 17b 17c 29a 29b 29c 29d 29e 29f 30a 30b 30c 30d 30e 30f 30g 30h 35a 35b 35c 35d 36a 36b',
  ],
  ['answers with M3', '13 35e'],
  ['says M3, M5, M7, WSC_Done after a second WSC_Start and M2', '38'],
  ['answers with WSC_Done', '26f 26g 26j'],
  ['sends WSC_Done', '14 15 20 26h 26i 26m 26n 26o 26p 31a 31b 31c 31d 32 33a 33b 33c 36c 37a 37b 37c 37d 37e'],
];

/** What {@link OTHER_MAKER} does, by the rule about a stimulus that saw it. */
export const REACTION_OF: ReadonlyMap<RuleId, string> = new Map(
  REACTIONS.flatMap(([reaction, numbers]) =>
    numbers.split(' ').map((number): [RuleId, string] => [`RVP-REG-${number}`, reaction]),
  ),
);

const NO_UUID = 'its M1 has no Transport UUID, which is optional';
const ONE_CARRIER = 'it sends its vendor extension in M1 alone';

/** Rules of scope wired that are not applicable to a device of it that declares Transport None, and why; the rest pass. */
export const NOT_APPLICABLE_TO_NONE: ReadonlyMap<RuleId, string> = new Map([
  ['RVP-VX-10', ONE_CARRIER],
  ['RVP-VPI-04', 'its M1 has no VPI with a transport'],
  ['RVP-VPI-09', ONE_CARRIER],
  ['RVP-TUU-01', NO_UUID],
  ['RVP-TUU-02', NO_UUID],
  ['RVP-TUU-03', NO_UUID],
  ['RVP-TUU-04', NO_UUID],
  ['RVP-TUU-05', NO_UUID],
  ['RVP-TUU-06', 'it declares Transport None'],
  ['RVP-TUU-07', 'it does not declare both UPnP and DPWS'],
  ['RVP-TUU-08', NO_UUID],
  ['RVP-TUU-09', NO_UUID],
  ['RVP-TUU-10', NO_UUID],
  ['RVP-TUU-11', ONE_CARRIER],
  ['RVP-TUU-12', NO_UUID],
]);
