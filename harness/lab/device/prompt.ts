import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Ask, PutQuestion, Reply } from './ask.js';

/** What a person types; the first letter will do. */
const WORDS: readonly (readonly [word: string, answer: Reply['answer']])[] = [
  ['yes', 'yes'],
  ['no', 'no'],
  ['skip', 'declined'],
  ['failed', 'failed'],
];

const CHOICES = 'y yes, n no, s skip this question, f failed: tried, and could not tell';
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
      return { answer: await answerFrom(lines, output, AbortSignal.any([signal, limit])) };
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

function opening({ id, rule, text, limitMs }: PutQuestion): string {
  return `${BELL}\n${rule}, ${id}, at most ${limitMs / 1000} s:\n  ${text}\n  ${CHOICES}\n> `;
}

/** The first line that is an answer. Whoever closes the terminal has declined. Rejects when the signal is aborted. */
function answerFrom(lines: Interface, output: Writable, signal: AbortSignal): Promise<Reply['answer']> {
  return new Promise((resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
    lines.on('close', () => {
      resolve('declined');
    });
    lines.on('line', (line) => {
      const said = line.trim().toLowerCase();
      const known = WORDS.find(([word]) => said !== '' && word.startsWith(said));
      if (known === undefined) output.write(`  not one of: ${CHOICES}\n> `);
      else resolve(known[1]);
    });
  });
}
