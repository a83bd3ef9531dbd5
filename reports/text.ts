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

/** Lines of at most `width` characters, broken at blanks where there are some. */
export function wrap(text: string, width: number): string[] {
  const limit = Math.max(1, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && [...line].length + 1 + [...rest].length > limit) {
      lines.push(line);
      line = '';
    }
    while ([...rest].length > limit) {
      const characters = [...rest];
      lines.push(characters.slice(0, limit).join(''));
      rest = characters.slice(limit).join('');
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  lines.push(line);
  return lines;
}
