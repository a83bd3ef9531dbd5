import type { Dice } from '../dice.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Longest line that is repeated, characters. */
const MAX_REPEATED = 16_384;

type TextEdit = (lines: string[], at: number, dice: Dice) => string[];

/** Words that mean something to a reader of YAML, JSON or key files. */
const WORDS = [
  ...[
    'null',
    '~',
    'true',
    'no',
    '0',
    '-1',
    '1e999',
    '0x10',
    '012',
    '.nan',
    "''",
    '""',
    '[]',
    '{}',
    '[[[[[[[[',
    '---',
    '...',
  ],
  ...[
    '&a [*a]',
    '*a',
    '&a',
    '!!binary',
    '!!js/function',
    '<<: *a',
    '? a',
    '- - - -',
    '|',
    '>',
    '#',
    '\t',
    '\u0000',
    '\ufeff',
  ],
  ...[
    '\u2028',
    '\ud800',
    '__proto__',
    'constructor',
    'version: 2',
    'pin: 00000000',
    'AuthKey: ',
    'KeyWrapKey = 00',
    '9'.repeat(40),
  ],
];

const EDITS: readonly TextEdit[] = [
  (lines, at) => lines.toSpliced(at, 1),
  (lines, at, dice) => lines.toSpliced(dice.below(lines.length + 1), 0, lines[at] ?? ''),
  (lines, at, dice) => lines.with(at, `${' '.repeat(dice.below(6))}${(lines[at] ?? '').trimStart()}`),
  (lines, at, dice) =>
    lines.with(
      at,
      (lines[at] ?? '').replace(/:.*$/s, () => `: ${dice.oneOf(WORDS)}`),
    ),
  (lines, at, dice) =>
    lines.with(
      at,
      (lines[at] ?? '').replace(/[\w-]+/, () => dice.oneOf(WORDS)),
    ),
  (lines, at, dice) => {
    const line = lines[at] ?? '';
    const from = dice.below(line.length + 1);
    return lines.with(at, line.slice(0, from) + dice.oneOf(WORDS) + line.slice(from + dice.below(3)));
  },
  (lines, at, dice) => lines.with(at, (lines[at] ?? '').slice(0, dice.below((lines[at] ?? '').length + 1))),
  (lines, at, dice) => lines.with(at, repeated(lines[at] ?? '', 1 + dice.below(20))),
  (lines, at, dice) => lines.toSpliced(at, 0, ...deepBranches(dice)),
];

/** Repeated again and again a line would grow without end: no file of keys or settings has one of megabytes. */
function repeated(line: string, times: number): string {
  return line.length > MAX_REPEATED ? line : line.repeat(times);
}

/** Anchors that each name the one before twice: small to write, large to expand. */
function deepBranches(dice: Dice): string[] {
  return Array.from({ length: 2 + dice.below(30) }, (_, index) =>
    index === 0 ? 'a0: &a0 [x, x]' : `a${index}: &a${index} [*a${index - 1}, *a${index - 1}]`,
  );
}

/** One change of a text of lines. */
export function editText(bytes: Uint8Array, dice: Dice): Uint8Array {
  const lines = decoder.decode(bytes).split('\n');
  return encoder.encode(dice.oneOf(EDITS)(lines, dice.below(lines.length), dice).join('\n'));
}
