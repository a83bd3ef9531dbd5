import { isatty } from 'node:tty';

/** What commands print to. Results go to stdout; progress, warnings and errors to stderr. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** A person is watching stderr: progress may be shown. */
  readonly interactive: boolean;
  /** A person is watching stdout. */
  readonly screen: boolean;
  readonly color: boolean;
  /** Columns of stdout; 100 where there is no terminal. */
  readonly width: number;
}

const DEFAULT_WIDTH = 100;

/** The process's own streams. Colour where stdout is a terminal, unless `--no-color` or NO_COLOR says otherwise. */
export function processTerminal(color: boolean): Terminal {
  const { stdout, stderr } = process;
  // Not stdout.isTTY, which is undefined where there is no terminal: picocolors takes that for "ask the environment".
  const screen = isatty(stdout.fd);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    interactive: isatty(stderr.fd),
    screen,
    color: color && screen && (process.env['NO_COLOR'] ?? '') === '',
    width: screen ? stdout.columns : DEFAULT_WIDTH,
  };
}
