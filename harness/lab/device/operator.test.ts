import { expect } from 'chai';
import { RallyError } from '#base/error.js';
import type { BenchEvent, OperatorAnswer } from '#evidence/model.js';
import { operatorAnswersOf } from '#evidence/operator-events.js';
import { PIN_SHOWN_MS } from '#profile/questions.js';
import { profileSchema, type Profile } from '#profile/schema.js';
import type { Progress, RecordJob } from '../job.js';
import { SimulatedClock } from '../link/in-process.js';
import type { PutQuestion, Reply } from './ask.js';
import { Operator } from './operator.js';

interface Setting {
  readonly display?: boolean;
  readonly attended?: boolean;
  readonly answers?: NonNullable<Profile['ixit']['operator']>['answers'];
  readonly kinds?: RecordJob['kinds'];
  /** What the person says, question by question; absent: there is no terminal. */
  readonly replies?: readonly Reply['answer'][];
}

/** A run with somebody beside the device, or nobody. */
class Scene {
  readonly clock = new SimulatedClock(1_000_000);
  readonly events: BenchEvent[] = [];
  readonly asked: (PutQuestion & { readonly atMs: number })[] = [];
  /** What can take each question back. */
  readonly takesBack: AbortSignal[] = [];
  readonly steps: Progress[] = [];
  readonly abort = new AbortController();
  readonly operator: Operator;

  constructor({ display = true, attended, answers = {}, kinds = ['operator'], replies }: Setting) {
    const profile = profileSchema.parse({
      version: 1,
      device: { name: 'Printer' },
      ics: { transports: ['dpws'], methods: ['pin'], display },
      ixit: {
        method: 'pin',
        pin: '12345670',
        limits: { answerMs: 9000 },
        ...(attended === undefined ? {} : { operator: { attended, answers } }),
      },
    });
    const left = [...(replies ?? [])];
    const ask: RecordJob['ask'] = (question, signal) => {
      this.takesBack.push(signal);
      this.asked.push({ ...question, atMs: this.clock.monotonicMs() });
      return Promise.resolve({ answer: left.shift() ?? 'unanswered' });
    };
    const job: RecordJob = {
      bench: 'wired',
      place: 'here',
      profile,
      bundleDir: '',
      sessions: 2,
      scope: 'full',
      kinds,
      toolVersion: '0',
      signal: this.abort.signal,
      ...(replies === undefined ? {} : { ask }),
      onProgress: (step) => this.steps.push(step),
    };
    const evidence = {
      event: (kind: string, detail: BenchEvent['detail']) => {
        this.events.push({ monotonicMs: this.clock.monotonicMs(), kind, detail });
      },
    };
    this.operator = new Operator({ job, evidence, clock: this.clock });
  }

  get answers(): OperatorAnswer[] {
    return operatorAnswersOf(this.events);
  }

  get said(): string[] {
    return this.answers.map(({ question, answer, by }) => `${question} ${answer}${by === undefined ? '' : ` ${by}`}`);
  }
}

const SEEN = { answer: 'yes', evidence: 'photo pin.jpg, 2026-11-20' } as const;

describe('operator', () => {
  it('is not asked at a terminal what the profile answers', async () => {
    const answers = { 'display-shows-pin': SEEN, 'display-pin-is-dynamic': { ...SEEN, answer: 'no' } } as const;
    const scene = new Scene({ attended: true, answers, replies: ['no'] });
    expect(scene.operator.watches).to.equal(false);
    await scene.operator.answerAtOnce();
    await scene.operator.answerAfterM2d(5, scene.abort.signal);
    expect(scene.said).to.deep.equal(['display-shows-pin yes profile', 'display-pin-is-dynamic no profile']);
    expect(scene.answers[0]).to.include({ note: SEEN.evidence, timeMs: 1_000_000 });
    expect(scene.asked).to.deep.equal([]);
  });

  it('is asked of a label at once, within the limit of the profile', async () => {
    const scene = new Scene({ display: false, attended: true, replies: ['yes', 'no'] });
    expect(scene.operator.watches).to.equal(false);
    await scene.operator.answerAtOnce();
    expect(scene.said).to.deep.equal(['label-has-pin yes person', 'label-pin-is-marked no person']);
    expect(scene.asked[0]).to.include({ id: 'label-has-pin', rule: 'RVP-PIN-02', limitMs: 9000 });
    expect(scene.answers[0]).to.include({ text: scene.asked[0]?.text, limitMs: 9000 });
  });

  it('is asked of a display when two minutes have gone by since the M2D', async () => {
    const scene = new Scene({ attended: true, replies: ['yes', 'yes'] });
    expect(scene.operator.watches).to.equal(true);
    await scene.operator.answerAtOnce();
    expect(scene.said).to.deep.equal([]);
    scene.clock.advanceTo(30_000);
    await scene.operator.answerAfterM2d(20_000, scene.abort.signal);
    expect(scene.asked.map(({ id, atMs }) => [id, atMs])).to.deep.equal([
      ['display-shows-pin', 20_000 + PIN_SHOWN_MS],
      ['display-pin-is-dynamic', 20_000 + PIN_SHOWN_MS],
    ]);
    expect(scene.steps[0]).to.include({ limitMs: 110_000 });
    expect(scene.said).to.deep.equal(['display-shows-pin yes person', 'display-pin-is-dynamic yes person']);
  });

  it('is not asked of a display that had no reason to show a PIN', async () => {
    const scene = new Scene({ attended: true, replies: [] });
    await scene.operator.answerAfterM2d(null, scene.abort.signal);
    expect(scene.said).to.deep.equal(['display-shows-pin unasked', 'display-pin-is-dynamic unasked']);
    expect(scene.asked).to.deep.equal([]);
  });

  it('may skip, fail, or walk away, and that is what is recorded', async () => {
    for (const answer of ['declined', 'failed', 'unanswered'] as const) {
      const scene = new Scene({ display: false, attended: true, replies: [answer, answer] });
      await scene.operator.answerAtOnce();
      expect(scene.answers.map(({ answer: said, by, limitMs }) => [said, by, limitMs])).to.deep.equal([
        [answer, undefined, 9000],
      ]);
    }
  });

  it('is not asked more of a PIN that is not there', async () => {
    const scene = new Scene({ attended: true, replies: ['no', 'yes'] });
    await scene.operator.answerAfterM2d(0, scene.abort.signal);
    expect(scene.said).to.deep.equal(['display-shows-pin no person']);
    const recorded = new Scene({ attended: true, answers: { 'display-shows-pin': SEEN }, replies: ['no'] });
    await recorded.operator.answerAtOnce();
    await recorded.operator.answerAfterM2d(0, recorded.abort.signal);
    expect(recorded.said).to.deep.equal(['display-shows-pin yes profile', 'display-pin-is-dynamic no person']);
  });

  for (const [what, setting, note] of [
    ['nobody attends', { replies: ['yes'] }, /nobody attends the run/],
    ['nobody attends, and says so', { attended: false, replies: ['yes'] }, /nobody attends the run/],
    ['there is no terminal', { attended: true }, /no terminal to ask at/],
  ] as const) {
    it(`is recorded as not asked where ${what}`, async () => {
      const scene = new Scene(setting);
      expect(scene.operator.watches).to.equal(false);
      await scene.operator.answerAtOnce();
      expect(scene.said).to.deep.equal(['display-shows-pin unasked', 'display-pin-is-dynamic unasked']);
      expect(scene.answers[0]?.note).to.match(note);
      expect(scene.asked).to.deep.equal([]);
    });
  }

  it('is left alone where no answer is judged', async () => {
    const scene = new Scene({ attended: true, kinds: ['m1', 'exchange'], replies: ['yes', 'yes'] });
    expect(scene.operator.watches).to.equal(false);
    await scene.operator.answerAtOnce();
    await scene.operator.answerAfterM2d(0, scene.abort.signal);
    expect([scene.events, scene.asked]).to.deep.equal([[], []]);
  });

  it('is asked of a display only as long as the link is there, of a label as long as the run goes on', async () => {
    const link = new AbortController();
    const watched = new Scene({ attended: true, replies: ['no'] });
    await watched.operator.answerAfterM2d(0, link.signal);
    const labelled = new Scene({ display: false, attended: true, replies: ['no'] });
    await labelled.operator.answerAtOnce();
    expect(watched.takesBack).to.have.members([link.signal]);
    expect(labelled.takesBack).to.have.members([labelled.abort.signal]);
  });

  it('is not waited for by a run that is aborted', async () => {
    const scene = new Scene({ attended: true, replies: ['yes'] });
    const reason = new RallyError('ERR_ABORTED', 'stop');
    scene.abort.abort(reason);
    const ended = await scene.operator.answerAfterM2d(0, scene.abort.signal).catch((error: unknown) => error);
    expect(ended).to.equal(reason);
    expect(scene.said).to.deep.equal([]);
  });
});
