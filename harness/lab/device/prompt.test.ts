import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { RallyError } from '#base/error.js';
import type { PutQuestion, Reply } from './ask.js';
import { terminalPrompt } from './prompt.js';

const QUESTION: PutQuestion = {
  id: 'label-has-pin',
  rule: 'RVP-PIN-02',
  text: 'Does a label on the device bear a PIN of 8 digits?',
  limitMs: 60_000,
};

/** A terminal at which somebody types; `shown` is what stands on it. */
class Desk {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  shown = '';
  private readonly prompt = terminalPrompt(this.input, this.output);

  constructor() {
    this.output.on('data', (chunk: Buffer) => {
      this.shown += chunk.toString();
    });
  }

  async ask(typed: readonly string[], limitMs = QUESTION.limitMs, signal?: AbortSignal): Promise<Reply['answer']> {
    const reply = this.prompt({ ...QUESTION, limitMs }, signal ?? new AbortController().signal);
    for (const line of typed) this.input.write(line);
    return (await reply).answer;
  }
}

describe('prompt at the terminal', () => {
  it('rings, and shows rule, question, choices and time', async () => {
    const desk = new Desk();
    await desk.ask(['y\n']);
    expect(desk.shown).to.equal(
      `\x07\nRVP-PIN-02, label-has-pin, at most 60 s:\n  ${QUESTION.text}\n` +
        '  y yes, n no, s skip this question, f failed: tried, and could not tell\n> ',
    );
  });

  for (const [typed, answer] of [
    ['y', 'yes'],
    ['YES ', 'yes'],
    ['n', 'no'],
    ['no', 'no'],
    ['s', 'declined'],
    ['skip', 'declined'],
    ['f', 'failed'],
    ['failed', 'failed'],
  ] as const) {
    it(`takes "${typed}" for ${answer}`, async () => {
      expect(await new Desk().ask([`${typed}\n`])).to.equal(answer);
    });
  }

  it('asks again for an answer it does not know', async () => {
    const desk = new Desk();
    const reply = desk.ask(['perhaps\n', '\n', 'yesno\n', '12345670\n']);
    setImmediate(() => desk.input.write('no\n'));
    expect(await reply).to.equal('no');
    expect(desk.shown.match(/not one of/g)).to.have.length(4);
  });

  it('takes a PIN as it stands on a display, or that nobody reads it, and no other number', async () => {
    const question: PutQuestion = { id: 'readPin', text: 'Read the PIN.', wants: 'pin', limitMs: 60_000 };
    for (const [typed, reply] of [
      ['123\nyes\n1234\n', { answer: 'done', pin: '1234' }],
      ['1234 5670\n', { answer: 'done', pin: '12345670' }],
      ['s\n', { answer: 'declined' }],
    ] as const) {
      const input = new PassThrough();
      const asked = terminalPrompt(input, new PassThrough())(question, new AbortController().signal);
      input.write(typed);
      expect(await asked).to.deep.equal(reply);
    }
  });

  it('waits until something is done, without a rule', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const question: PutQuestion = { id: 'powerCycle', text: 'Pull the plug.', wants: 'done', limitMs: 60_000 };
    const asked = terminalPrompt(input, output)(question, new AbortController().signal);
    input.write('yes\nd\n');
    expect(await asked).to.deep.equal({ answer: 'done' });
    const said = String(output.read());
    expect(said.charCodeAt(0), 'the bell').to.equal(7);
    expect(said.slice(1)).to.match(/^\npowerCycle, at most 60 s:\n {2}Pull the plug\.\n {2}d done, /);
  });

  it('takes a line in pieces', async () => {
    expect(await new Desk().ask(['y', 'e', 's\n'])).to.equal('yes');
  });

  it('gives up on somebody who walked away', async () => {
    const desk = new Desk();
    expect(await desk.ask([], 20)).to.equal('unanswered');
    expect(desk.shown).to.match(/no answer within 0\.02 s\n$/);
  });

  it('takes a terminal that is closed for a refusal', async () => {
    const desk = new Desk();
    const reply = desk.ask([]);
    desk.input.end();
    expect(await reply).to.equal('declined');
  });

  it('ends with the reason of the run that is aborted', async () => {
    const run = new AbortController();
    const reason = new RallyError('ERR_ABORTED', 'The run was aborted by SIGINT');
    const reply = new Desk().ask([], 60_000, run.signal).catch((error: unknown) => error);
    run.abort(reason);
    expect(await reply).to.equal(reason);
    expect(await new Desk().ask(['y\n'], 60_000, run.signal).catch((error: unknown) => error)).to.equal(reason);
  });

  it('lets go of the terminal after each question, and takes the next answer for the next question', async () => {
    const desk = new Desk();
    expect(await desk.ask(['y\n'])).to.equal('yes');
    expect(desk.input.isPaused()).to.equal(true);
    expect(await desk.ask(['n\n'])).to.equal('no');
    expect(desk.input.listenerCount('data')).to.equal(0);
  });
});
