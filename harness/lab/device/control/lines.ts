import { printable } from '#base/text.js';

/** A line above this is cut into pieces: no console has such lines. */
export const LINE_BYTES = 4096;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Cuts what a console sends into lines, whatever pieces it comes in. */
export class Lines {
  private kept = Buffer.alloc(0);

  /** Whole lines, without their ends, that these bytes complete. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let bytes = Buffer.concat([this.kept, chunk]);
    for (;;) {
      const end = bytes.indexOf(LINE_FEED);
      if (end < 0 && bytes.length < LINE_BYTES) break;
      const isWhole = end >= 0 && end <= LINE_BYTES;
      lines.push(lineText(bytes.subarray(0, isWhole ? end : LINE_BYTES)));
      bytes = bytes.subarray(isWhole ? end + 1 : LINE_BYTES);
    }
    this.kept = Buffer.from(bytes);
    return lines;
  }

  /** What has come of a line that is not at its end. */
  get unfinished(): string {
    return lineText(this.kept);
  }

  /** It and what has come of it are forgotten. */
  clear(): void {
    this.kept = Buffer.alloc(0);
  }
}

/** Colours and cursor movements of a terminal (ECMA-48: CSI), as {@link printable} writes them. */
const TERMINAL_SEQUENCE = /\\u\{1b\}\[[0-9;?]{0,20}[A-Za-z]/g;

/**
 * A line as text that is harmless on a terminal: without colours, other controls but the tabulator as escapes. Carriage
 * returns before its end belong to the end.
 */
function lineText(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === CARRIAGE_RETURN) end -= 1;
  return printable(bytes.subarray(0, end))
    .slice(1, -1)
    .replace(TERMINAL_SEQUENCE, '')
    .replaceAll('\\u{9}', '\t')
    .replace(/\\(["\\])/g, '$1');
}
