/**
 * Where the sections of the primary specification (002_b93d6cd3c2bcbe66.txt) begin: heading and line, in order. A
 * section ends where the next one begins.
 */
export const SECTIONS: readonly (readonly [heading: string, line: number])[] = [
  ['WCN-NET protocol', 1],
  ['WPS vendor extensions', 12],
  ['Microsoft vendor extensions', 22],
  ['Rally Vertical Pairing TLVs', 43],
  ['Vertical Pairing Identifier TLV', 55],
  ['VPI Transport field', 61],
  ['VPI Profile Request field', 84],
  ['Transport UUID TLV', 101],
  ['WPS example', 115],
  ['Protocol transport requirements', 147],
  ['UUID values', 151],
  ['Using Windows Rally Vertical Pairing to automatically install Wi Fi devices', 183],
];

/** Lines of the specification that hold a sentence or a row of a table; the others are blank or headings. */
const TEXT_LINES: ReadonlySet<number> = new Set([
  ...[3, 5, 7, 8, 10, 14, 16, 18, 20, 24, 26, 28, 30, 32, 33, 34, 35, 39, 41, 45, 47, 49, 50, 51, 57, 59, 63, 65],
  ...[67, 68, 69, 70, 71, 72, 76, 80, 86, 88, 90, 91, 92, 93, 97, 103, 105, 107, 111, 117, 119, 121, 122, 123, 127],
  ...[131, 135, 137, 139, 141, 143, 145, 149, 153, 155, 157, 159, 161, 163, 165, 166, 167, 168, 172, 174, 175, 176],
  ...[177, 181],
]);

/** Heading of the section a line stands in, or null where the line holds no text. */
export function headingOf(line: number): string | null {
  if (!TEXT_LINES.has(line)) return null;
  return SECTIONS.findLast(([, first]) => first < line)?.[0] ?? null;
}

/**
 * Statements of the specification by the line they stand on, and the rules of the areas VX, VPI, TUU, UID, JOIN,
 * DISC and PNPX that judge them (without `RVP-`). Statements that only rules of other areas judge, or that are context or
 * permission, have no row.
 */
export const JUDGED_LINES: readonly (readonly [line: number, rules: readonly string[]])[] = [
  [10, ['VX-01', 'VPI-01', 'VPI-10', 'UID-03', 'UID-06', 'UID-09', 'DISC-01', 'PNPX-07']],
  [14, ['VX-01', 'VX-03', 'VX-07', 'VX-10']],
  [16, ['VX-04', 'VX-09']],
  [18, ['VX-01', 'VX-04', 'VX-09', 'VX-11']],
  [20, ['VX-03']],
  [24, ['VX-05']],
  [26, ['VPI-09', 'TUU-11', 'VX-10', 'VX-08']],
  [28, ['VX-04', 'VX-05', 'VX-06']],
  [34, ['VX-05', 'VX-06']],
  [35, ['VX-04', 'VX-06', 'VX-07']],
  [41, ['VX-02', 'VX-05', 'VX-08']],
  [45, ['VX-08']],
  [50, ['VPI-01', 'VPI-02']],
  [51, ['TUU-01']],
  [57, ['VPI-01', 'VPI-06', 'VPI-09', 'VPI-10', 'VX-01', 'VX-09']],
  [59, ['VPI-02', 'VPI-03', 'VPI-04']],
  [63, ['VPI-03', 'VPI-08']],
  [72, ['VPI-03']],
  [76, ['VPI-07']],
  [80, ['VPI-06', 'VPI-10', 'TUU-04', 'DISC-02']],
  [86, ['VPI-04', 'VPI-05']],
  [91, ['VPI-04', 'VPI-05']],
  [92, ['VPI-04']],
  [93, ['VPI-04']],
  [97, ['VPI-04', 'VPI-05']],
  [103, ['TUU-06', 'TUU-08']],
  [105, ['TUU-02', 'TUU-03']],
  [107, ['TUU-05']],
  [111, ['TUU-04']],
  [127, ['UID-05', 'UID-06', 'UID-07', 'UID-08']],
  [131, ['TUU-09', 'UID-01']],
  [137, ['VX-01']],
  [139, ['VPI-02', 'VPI-03', 'VPI-04']],
  [141, ['TUU-05', 'TUU-10']],
  [143, ['JOIN-01', 'JOIN-02', 'UID-06']],
  [145, ['DISC-01', 'DISC-04']],
  [149, ['VPI-01', 'VPI-03', 'VPI-06', 'VPI-10']],
  [155, ['TUU-01', 'TUU-05', 'UID-04', 'UID-05', 'UID-08', 'DISC-03']],
  [157, ['UID-07', 'UID-08']],
  [159, ['TUU-06', 'TUU-07', 'TUU-08']],
  [161, ['UID-09']],
];
