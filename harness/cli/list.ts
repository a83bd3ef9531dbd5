import { CATALOGUE } from '#suites/catalogue.js';
import { canonicalJson } from '#judge/canonical.js';
import { selected } from '#judge/scope.js';
import { checkSelection } from './selection.js';
import { EXIT } from '#base/error-codes.js';
import type { Terminal } from './terminal.js';

export interface ListOptions {
  readonly select: readonly string[];
  readonly json?: boolean;
}

/** `list`: id, level, area and clause, title of the rules; behind them, what other ids are judged as. */
export function list(options: ListOptions, terminal: Terminal): number {
  checkSelection(CATALOGUE, options.select);
  const entries = CATALOGUE.filter((entry) => options.select.length === 0 || selected(entry, options.select));
  const rows = entries.map(({ rule: { id, alsoKnownAs, level, title, revision }, area, clause }) => {
    return { id, ...(alsoKnownAs === undefined ? {} : { alsoKnownAs }), level, area, clause, title, revision };
  });
  if (options.json === true) {
    terminal.out(canonicalJson(rows));
    return EXIT.passed;
  }
  const width = (cells: readonly string[]): number => Math.max(...cells.map((cell) => cell.length));
  const idWidth = width(rows.map(({ id }) => id));
  const areaWidth = width(rows.map(({ area, clause }) => `${area}/${clause}`));
  for (const { id, level, area, clause, title } of rows) {
    const place = `${area}/${clause}`.padEnd(areaWidth);
    terminal.out(`${id.padEnd(idWidth)}  ${level.padEnd(6)}  ${place}  ${title}\n`);
  }
  for (const { id, alsoKnownAs = [] } of rows)
    for (const alias of alsoKnownAs) terminal.out(`${alias.padEnd(idWidth)}  is judged as ${id}\n`);
  return EXIT.passed;
}
