/**
 * Text that a device had a hand in is text, in every report: no markup, no control character, nothing that turns the
 * direction of writing, nothing invisible. (Secrets: see mask.ts.)
 */

/** Invisible or unassigned: controls, format characters (direction marks, zero width), surrogates, line separators. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** `text` with every invisible character spelled out, e.g. `<U+202E>`; a tab or line end as `\t`, `\n`, `\r`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    if (character === '\t') return '\\t';
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    const code = character.codePointAt(0) ?? 0;
    return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** `text` as HTML or XML character data, also inside a quoted attribute; invisible characters spelled out. */
export function markup(text: string): string {
  return escapeMarkup(visible(text));
}

/** Like {@link markup}, but line ends stay line ends. */
export function markupLines(text: string): string {
  return text
    .split('\n')
    .map((line) => markup(line))
    .join('\n');
}

function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** At most `max` characters (code points), the last one `…` when something was cut. */
export function clip(text: string, max: number): string {
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, Math.max(0, max - 1)).join('')}…`;
}

/** How much room a text takes, in whatever unit. */
export type Measure = (text: string) => number;

const characterCount: Measure = (text) => [...text].length;

/** Characters far wider than most in a proportional font: capitals, the widest of the small ones, whole-width ones. */
const WIDEST = /[WM@%\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Extended_Pictographic}]/u;
/** What most text is made of: asked first, as it is by far the quickest. */
const NARROW = /[a-ln-vxyz .,:;'"()[\]/-]/;
const WIDE = /[\p{Lu}\p{Nd}mw<>+=]/u;

/** About how wide a line is in a proportional font in which most characters are `unit` wide; rather too much. */
export function lineWidth(unit: number): Measure {
  const factor = (one: string): number => {
    if (NARROW.test(one)) return 1;
    return WIDEST.test(one) ? 1.8 : WIDE.test(one) ? 1.25 : 1;
  };
  return (text) => [...text].reduce((sum, one) => sum + unit * factor(one), 0);
}

/** Lines of at most `width` characters, or of what `measure` counts, broken at blanks where there are some. */
export function wrap(text: string, width: number, measure: Measure = characterCount): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && measure(`${line} ${rest}`) > width) {
      lines.push(line);
      line = '';
    }
    while (measure(rest) > width && [...rest].length > 1) {
      const head = fitting(rest, width, measure);
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  lines.push(line);
  return lines;
}

/** `text` when it fits, else as much as does with `…` at its end. */
export function fit(text: string, width: number, measure: Measure): string {
  return measure(text) <= width ? text : `${fitting(text, width - measure('…'), measure)}…`;
}

/** The longest begin of a text that fits; one character at least. */
function fitting(text: string, width: number, measure: Measure): string {
  const characters = [...text];
  let taken = 1;
  let used = measure(characters[0] ?? '');
  for (const one of characters.slice(1)) {
    used += measure(one);
    if (used > width) break;
    taken += 1;
  }
  return characters.slice(0, taken).join('');
}
