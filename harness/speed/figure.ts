/** One measured thing beside its peer. */
export interface Figure {
  readonly name: string;
  /** Ours, and that of another program in the same run; null where there is no other. */
  readonly ours: number;
  readonly peer: number | null;
  /** Ours divided by the peer's; null without peer. Whether more is better, the unit says. */
  readonly ratio: number | null;
  readonly unit: string;
  /** Null where none is set. */
  readonly aim: string | null;
  readonly met: boolean | null;
}

/** Middle value; of an even number the mean of the two in the middle. Not for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

/** Three digits are more than such a measurement is worth. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

const HEAD = ['', 'ours', 'peer', 'ratio', 'unit', 'aim'];
const NUMBERS = new Set([1, 2, 3]);

/** The figures as a table of plain text, numbers to the right. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        NUMBERS.has(column) ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number),
      )
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}

function cells({ name, ours, peer, ratio, unit, aim, met }: Figure): string[] {
  const verdict = met === null ? '' : met ? ': met' : ': MISSED';
  return [name, number(ours), number(peer), number(ratio), unit, `${aim ?? ''}${verdict}`];
}

function number(value: number | null): string {
  return value === null ? '-' : value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
