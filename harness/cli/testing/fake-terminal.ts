import type { Terminal } from '../terminal.js';

/** A terminal that keeps what is printed. */
export interface FakeTerminal extends Terminal {
  readonly output: string;
  readonly errors: string;
}

export function fakeTerminal(options: Partial<Pick<Terminal, 'interactive' | 'color' | 'width'>> = {}): FakeTerminal {
  let output = '';
  let errors = '';
  return {
    interactive: false,
    screen: false,
    color: false,
    width: 100,
    ...options,
    out: (text) => {
      output += text;
    },
    err: (text) => {
      errors += text;
    },
    get output() {
      return output;
    },
    get errors() {
      return errors;
    },
  };
}
