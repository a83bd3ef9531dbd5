import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Ask, PutQuestion, Reply } from './ask.js';

type Word = readonly [word: string, answer: Reply['answer']];

/** What a person types; the first letter will do. */
const OTHERWISE: readonly Word[] = [
  ['skip', 'declined'],
  ['failed', 'failed'],
];

interface Kind {
  readonly words: readonly Word[];
  readonly choices: string;
}

const KINDS: Readonly<Record<'answer' | 'done' | 'pin', Kind>> = {
  answer: {
    words: [['yes', 'yes'], ['no', 'no'], ...OTHERWISE],
    choices: 'y yes, n no, s skip this question, f failed: tried, and could not tell',
  },
  done: {
    words: [['done', 'done'], ...OTHERWISE],
    choices: 'd done, s skip: it will not be done, f failed: tried, and could not do it',
  },
  pin: {
    words: OTHERWISE,
    choices: 'the 4 or 8 digits, s skip: nobody reads it, f failed: tried, and could not read it',
  },
};

const PIN = /^(?:\d{4}|\d{8})$/;
const BELL = '\x07';

/**
 * Asks at a terminal: rings its bell, says how much time there is, and asks again for an answer it does not know. Lines
 * are read whole, so that Ctrl-C stays a signal to the process.
 */
export function terminalPrompt(input: Readable, output: Writable): Ask {
  return async (question, signal) => {
    signal.throwIfAborted();
    const limit = AbortSignal.timeout(question.limitMs);
    const lines = createInterface({ input, terminal: false });
    try {
      output.write(opening(question));
      return await answerFrom(lines, output, question.wants ?? 'answer', AbortSignal.any([signal, limit]));
    } catch (error) {
      signal.throwIfAborted();
      if (!limit.aborted) throw error;
      output.write(`\nno answer within ${question.limitMs / 1000} s\n`);
      return { answer: 'unanswered' };
    } finally {
      lines.close();
      // Nobody else reads from it, and an open terminal keeps the process alive.
      input.pause();
    }
  };
}

function opening({ id, rule, text, wants, limitMs }: PutQuestion): string {
  const what = rule === undefined ? id : `${rule}, ${id}`;
  return `${BELL}\n${what}, at most ${limitMs / 1000} s:\n  ${text}\n  ${KINDS[wants ?? 'answer'].choices}\n> `;
}

/** The first line that is an answer. Whoever closes the terminal has declined. Rejects when the signal is aborted. */
function answerFrom(lines: Interface, output: Writable, kind: keyof typeof KINDS, signal: AbortSignal): Promise<Reply> {
  const { words, choices } = KINDS[kind];
  return new Promise((resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
    lines.on('close', () => {
      resolve({ answer: 'declined' });
    });
    lines.on('line', (line) => {
      const said = line.trim().toLowerCase();
      // As it stands on displays and labels: 1234 5670, 1234-5670.
      const digits = said.replace(/[ -]/g, '');
      const known = words.find(([word]) => said !== '' && word.startsWith(said));
      if (kind === 'pin' && PIN.test(digits)) resolve({ answer: 'done', pin: digits });
      else if (known === undefined) output.write(`  not one of: ${choices}\n> `);
      else resolve({ answer: known[1] });
    });
  });
}
