import { markup } from './text.js';

/**
 * The little of SVG that our pictures need. Texts are escaped here and nowhere else; a picture has its own background
 * and its own colours for light and dark, so that it can be read on any page, and refers to nothing outside.
 */

/** What a shape or text means; the style sheet says how it looks. */
export type Tone = 'plain' | 'muted' | 'good' | 'bad' | 'given' | 'quiet';

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What the picture shows, one line: its title, and what a screen reader says. */
  readonly title: string;
  /** What it comes to, in words. */
  readonly description: string;
}

const STYLE = `
svg { color-scheme: light dark; --page: #ffffff; --band: #f4f6f8; --box: #ffffff; --edge: #c5ccd4; --plain: #1c1e21; --muted: #59636e; --good: #1a7f37; --bad: #c9211e; --given: #0a5fc2; --quiet: #8a929c; }
@media (prefers-color-scheme: dark) { svg { --page: #14181d; --band: #1b2027; --box: #20262e; --edge: #3b444f; --plain: #e8ecf1; --muted: #a3adb9; --good: #4cc467; --bad: #ff7a72; --given: #6cb0ff; --quiet: #7f8894; } }
text { fill: var(--plain); font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
text.mono { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
text.small { font-size: 11px; }
text.strong { font-weight: 600; }
text.middle { text-anchor: middle; }
text.halo { paint-order: stroke; stroke: var(--page); stroke-width: 4px; }
text.title { font-size: 16px; font-weight: 700; }
text.muted, tspan.muted { fill: var(--muted); }
text.good { fill: var(--good); }
text.bad, tspan.bad { fill: var(--bad); }
tspan.bad { font-weight: 700; text-decoration: underline; }
.page { fill: var(--page); }
.band { fill: var(--band); }
.box { fill: var(--box); stroke: var(--edge); stroke-width: 1; }
.box.good { stroke: var(--good); }
.box.bad { stroke: var(--bad); stroke-width: 1.6; }
.box.given { stroke: var(--given); stroke-width: 1.6; }
.line { fill: none; stroke: var(--edge); stroke-width: 2; }
.line.good { stroke: var(--good); }
.line.bad { stroke: var(--bad); }
.arrow { fill: none; stroke: var(--muted); stroke-width: 1.6; }
.arrow.bad { stroke: var(--bad); stroke-width: 2; }
.arrow.quiet { stroke: var(--quiet); }
.arrow.broken { stroke-dasharray: 4 4; }
.line.broken { stroke-dasharray: 4 4; }
`;

/** A whole picture, as a file of its own or to be put into a page. */
export function svgDocument({ width, height, title, description }: Drawing, body: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${markup(title)}</title>
<desc>${markup(description)}</desc>
<style>${STYLE}</style>
<rect class="page" width="${width}" height="${height}" rx="8"/>
${body.join('\n')}
</svg>
`;
}

export interface TextLook {
  readonly tone?: Tone;
  readonly mono?: boolean;
  readonly small?: boolean;
  readonly strong?: boolean;
  readonly title?: boolean;
  /** `x` is the middle of the text, not its begin. */
  readonly middle?: boolean;
  /** Stands out from a line that runs through it. */
  readonly halo?: boolean;
}

/** One line of text; `y` is its base line. */
export function svgText(x: number, y: number, text: string, look: TextLook = {}): string {
  return textElement(x, y, look, markup(text));
}

/** One line of text, a stretch of it marked as wrong: `from` inclusive, `to` exclusive, in characters. */
export function svgMarkedText(
  x: number,
  y: number,
  text: string,
  marked: readonly (readonly [from: number, to: number])[],
  look: TextLook = {},
): string {
  const characters = [...text];
  let at = 0;
  const pieces: string[] = [];
  for (const [from, to] of marked) {
    pieces.push(markup(characters.slice(at, from).join('')));
    pieces.push(`<tspan class="bad">${markup(characters.slice(from, to).join(''))}</tspan>`);
    at = to;
  }
  pieces.push(markup(characters.slice(at).join('')));
  return textElement(x, y, look, pieces.join(''));
}

function textElement(x: number, y: number, look: TextLook, content: string): string {
  const {
    tone = 'plain',
    mono = false,
    small = false,
    strong = false,
    title = false,
    middle = false,
    halo = false,
  } = look;
  const classes = [
    tone,
    mono && 'mono',
    small && 'small',
    strong && 'strong',
    title && 'title',
    middle && 'middle',
    halo && 'halo',
  ].filter(Boolean);
  return `<text x="${x}" y="${y}" class="${classes.join(' ')}" xml:space="preserve">${content}</text>`;
}

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A rounded box. */
export function svgBox({ x, y, width, height }: Area, tone: Tone): string {
  return `<rect class="box ${tone}" x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>`;
}

/** A stripe behind other things. */
export function svgBand({ x, y, width, height }: Area): string {
  return `<rect class="band" x="${x}" y="${y}" width="${width}" height="${height}"/>`;
}

/** A line through these points. */
export function svgLine(points: readonly (readonly [x: number, y: number])[], tone: Tone, broken = false): string {
  const path = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join(' ');
  return `<path class="line ${tone}${broken ? ' broken' : ''}" d="${path}"/>`;
}

/** A level line from one point to another with a head at its end. */
export function svgArrow(
  [fromX, y]: readonly [x: number, y: number],
  [toX]: readonly [x: number, y: number],
  tone: Tone,
  broken = false,
): string {
  const back = toX > fromX ? -7 : 7;
  return (
    `<path class="arrow ${tone}${broken ? ' broken' : ''}" d="M${fromX} ${y} L${toX} ${y}"/>` +
    `<path class="arrow ${tone}" d="M${toX + back} ${y - 4} L${toX} ${y} L${toX + back} ${y + 4}"/>`
  );
}

/** A tick or a cross of 10 by 10 around a point. */
export function svgMark(x: number, y: number, mark: 'tick' | 'cross'): string {
  return mark === 'tick'
    ? `<path class="line good" d="M${x - 5} ${y} L${x - 1} ${y + 4} L${x + 5} ${y - 4}"/>`
    : `<path class="line bad" d="M${x - 4} ${y - 4} L${x + 4} ${y + 4} M${x - 4} ${y + 4} L${x + 4} ${y - 4}"/>`;
}
