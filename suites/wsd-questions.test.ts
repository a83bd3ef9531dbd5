import { expect } from 'chai';
import type { Datagram, Discovery, Search } from '#evidence/discovery-model.js';
import type { Evidence } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import { encodeProbe, encodeProbeMatches, encodeResolve, encodeResolveMatches } from '#wire/wsd-write.js';
import { ADDRESS, SCOPE } from './testing/wsd.js';
import { ASKER, hello, payload, question, reply, search, viewOf, viewOfRun } from './testing/wsd-view.js';
import {
  answersTo,
  isStrayAnswer,
  mustBeAnswered,
  mustBeSilent,
  ownScopes,
  ownTypes,
  questionsOf,
  type Question,
} from './wsd-questions.js';
import type { WsdView } from './wsd-view.js';

const QUESTION = 'urn:uuid:2';
const UNKNOWN = 'urn:uuid:3';
const LOSSES: Evidence['losses'] = [{ source: 'sequence', count: 1, text: 'one frame' }];
const SIX = { family: 'ipv6' } as const;
const WORDS = { what: 'a Probe for anything', remedy: 'Answer.' };
const PROBE = question(encodeProbe({ messageId: QUESTION }));

/** ProbeMatches 100 ms after the question, to whoever asked. */
function match(relatesTo: string, more: Partial<Datagram> = {}): Datagram {
  const bytes = encodeProbeMatches({ messageId: 'urn:uuid:4', relatesTo, targets: [{ address: ADDRESS }] });
  return reply(bytes, more);
}

/** A run in which this was asked and this was said besides Hello. */
function run(searches: readonly Search[], said: readonly Datagram[] = [], more: Partial<Discovery> = {}): WsdView {
  const requests = searches.map(({ request }) => request);
  return viewOf({ datagrams: [hello({}), ...requests, ...said], searches, ...more });
}

function losing(view: WsdView): WsdView {
  return { ...view, evidence: { ...view.evidence, losses: LOSSES } };
}

describe('questions of a kind', () => {
  it('are Probes or Resolves, with their target and MessageID', () => {
    const view = viewOfRun();
    const probes = questionsOf(view, 'probe');
    const resolves = questionsOf(view, 'resolve');
    const lastOf = ({ messageId }: Question): string | undefined => messageId?.slice(-2);
    expect(probes.map(lastOf)).to.deep.equal(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
    expect(resolves.map(lastOf)).to.deep.equal(['a7', 'a8']);
    expect(probes.map(({ target }) => target.element.local)).to.deep.equal(probes.map(() => 'Probe'));
    expect(resolves[0]?.target.address?.value).to.equal(ADDRESS);
    expect(resolves[0]?.answers).to.equal(view.questions[6]?.answers);
  });

  it('may be without MessageID, and are none of a datagram that cannot be read', () => {
    const nameless = search(question(encodeProbe({ messageId: QUESTION, omitHeaders: ['MessageID'] })));
    expect(questionsOf(run([nameless]), 'probe').map(({ messageId }) => messageId)).to.deep.equal([null]);
    const unread = { ...run([]), questions: [search({ ...PROBE, wsd: null })] };
    expect(questionsOf(unread, 'probe')).to.deep.equal([]);
  });
});

describe('answers to a question', () => {
  const to = (view: WsdView, kind: 'probe' | 'resolve'): Datagram[] =>
    questionsOf(view, kind).flatMap((each) => answersTo(view, each).map(({ datagram }) => datagram));

  it('are matches of its kind that name it', () => {
    const elsewhere = { destination: { address: '192.0.2.9', port: 1 } };
    const right = match(QUESTION, elsewhere);
    const other = payload(
      encodeResolveMatches({ messageId: 'urn:uuid:5', relatesTo: QUESTION, targets: [{ address: ADDRESS }] }),
      { timeMs: 2100, ...elsewhere },
    );
    expect(to(run([search(PROBE, [right, other])], [right, other]), 'probe')).to.deep.equal([right]);
    const resolve = question(encodeResolve({ messageId: QUESTION, address: ADDRESS }));
    expect(to(run([search(resolve, [right, other])], [right, other]), 'resolve')).to.deep.equal([other]);
    expect(to(run([search(PROBE)], [right]), 'probe')).to.deep.equal([]);
  });

  it('are also matches that name none and go to who asked', () => {
    const stray = match('');
    expect(to(run([search(PROBE)], [stray]), 'probe')).to.deep.equal([stray]);
  });
});

describe('a stray answer', () => {
  const isStray = (answer: Datagram, view = run([search(PROBE)], [answer])): boolean =>
    isStrayAnswer(view, answer, { request: PROBE });

  it('goes to who asked, not before the question', () => {
    expect(isStray(match('', { timeMs: 2000 }))).to.equal(true);
    expect(isStray(match('', { timeMs: 1999.9 }))).to.equal(false);
    expect(isStray(match('', { destination: { ...ASKER, port: 50_001 } }))).to.equal(false);
    expect(isStray(match('', { destination: { ...ASKER, address: '192.0.2.2' } }))).to.equal(false);
  });

  it('names no question, by an empty RelatesTo, by none, or by being unreadable', () => {
    expect(isStray(match(''))).to.equal(true);
    expect(isStray({ ...hello({}), timeMs: 2100, destination: ASKER })).to.equal(true);
    expect(isStray(match('', { wsd: null }))).to.equal(true);
  });

  it('names a question that nobody asked, of which only a run without losses knows', () => {
    const answer = match(UNKNOWN);
    const unread = payload(Uint8Array.of(1), { wsd: null, sender: 'other' });
    const nameless = question(encodeProbe({ messageId: QUESTION, omitHeaders: ['MessageID'] }));
    expect(isStray(answer, run([search(PROBE)], [unread, nameless, answer]))).to.equal(true);
    expect(isStray(match(QUESTION))).to.equal(false);
    const other = question(encodeProbe({ messageId: UNKNOWN }));
    expect(isStray(answer, run([search(PROBE)], [unread, other, answer]))).to.equal(false);
    expect(isStray(answer, run([search(PROBE)], [answer], { sinceMs: null }))).to.equal(false);
    expect(isStray(answer, losing(run([search(PROBE)], [answer])))).to.equal(false);
    expect(isStray(match(''), losing(run([search(PROBE)])))).to.equal(true);
  });
});

describe('a question that must be answered', () => {
  const judge = (view: WsdView): Finding[] => mustBeAnswered(view, questionsOf(view, 'probe'), WORDS);

  it('was not sent', () => {
    expect(judge(run([]))).to.deep.equal([{ verdict: 'not-run', text: 'a Probe for anything was not sent' }]);
  });

  it('was sent by an IP version that the device does not speak', () => {
    const view = run([]);
    const asking = { ...view, questions: [search({ ...PROBE, ...SIX })] };
    expect(judge(asking)).to.deep.equal([
      { verdict: 'inconclusive', text: 'a Probe for anything was sent by another IP version than the device speaks' },
    ]);
  });

  it('is answered where one of its family is', () => {
    const answer = match(QUESTION);
    const unanswered = search(question(encodeProbe({ messageId: UNKNOWN }), { source: { ...ASKER, port: 1 } }));
    const [finding, ...more] = judge(run([unanswered, search(PROBE, [answer])], [answer]));
    expect(more).to.deep.equal([]);
    expect(finding).to.deep.include({ verdict: 'pass', text: 'a Probe for anything is answered' });
    expect(finding?.at?.message).to.equal('ProbeMatches');
  });

  it('is judged in each family of addresses that the device speaks', () => {
    const answer = match(QUESTION);
    const six = search({
      ...question(encodeProbe({ messageId: UNKNOWN })),
      ...SIX,
      source: { address: 'fe80::1', port: 1 },
    });
    const both = [search(PROBE, [answer]), six];
    expect(judge(run(both, [answer, { ...hello({}), ...SIX }])).map(({ verdict }) => verdict)).to.deep.equal([
      'pass',
      'fail',
    ]);
    expect(judge(run(both, [answer])).map(({ verdict }) => verdict)).to.deep.equal(['pass']);
    const four = run([search(PROBE)], [{ ...hello({}), ...SIX }]);
    expect(judge(four).map(({ verdict }) => verdict)).to.deep.equal(['fail']);
  });

  it('is not answered, of which the first one that was waited for long enough tells', () => {
    const short = search(question(encodeProbe({ messageId: UNKNOWN })), [], 4999);
    const [finding, ...more] = judge(run([short, search(PROBE, [], 5000)]));
    expect(more).to.deep.equal([]);
    expect(finding).to.include({
      verdict: 'fail',
      text: 'a Probe for anything is not answered',
      expected: 'an answer within 5 s',
      actual: 'none within 5 s',
      remedy: 'Answer.',
    });
    expect(finding?.at).to.include({ path: 'wsd:Probe', message: 'Probe' });
    expect(judge(run([search(PROBE, [], 7000)]))[0]?.actual).to.equal('none within 7 s');
  });

  it('was not waited for long enough, or nobody knows', () => {
    expect(judge(run([search(PROBE, [], 4999)]))).to.deep.equal([
      {
        verdict: 'inconclusive',
        text: 'an answer to a Probe for anything was not waited for long enough',
      },
    ]);
    expect(judge(run([search(PROBE)], [], { isComplete: false }))).to.deep.equal([
      {
        verdict: 'inconclusive',
        text: 'an answer to a Probe for anything was not seen, and nobody listened to the end',
      },
    ]);
  });

  it('was asked by a bench that was late itself', () => {
    const lateness = (lateMs: number): Discovery['lateness'] => [{ startMs: 2000, endMs: 7000, lateMs }];
    const late = run([search(PROBE)], [], { sinceMs: null, lateness: lateness(500) });
    expect(judge(late)).to.deep.equal([
      {
        verdict: 'inconclusive',
        text: 'a Probe for anything is not answered, but the bench itself was late by 500 ms',
      },
    ]);
    const punctual = run([search(PROBE)], [], { sinceMs: null, lateness: lateness(499) });
    expect(judge(punctual)[0]?.verdict).to.equal('fail');
  });
});

describe('a question that must not be answered', () => {
  const judge = (view: WsdView): Finding[] => mustBeSilent(view, questionsOf(view, 'probe'), WORDS);

  it('was not sent', () => {
    expect(judge(run([]))).to.deep.equal([{ verdict: 'not-run', text: 'a Probe for anything was not sent' }]);
  });

  it('is answered', () => {
    const answer = match(QUESTION);
    const silent = search(question(encodeProbe({ messageId: UNKNOWN })));
    const [finding, ...more] = judge(run([silent, search(PROBE, [answer])], [answer]));
    expect(more).to.deep.equal([]);
    expect(finding).to.include({
      verdict: 'fail',
      text: 'a Probe for anything is answered',
      expected: 'silence',
      actual: 'ProbeMatches',
      remedy: 'Answer.',
    });
    expect(finding?.at?.message).to.equal('ProbeMatches');
  });

  it('is not, where somebody listened long enough and lost nothing', () => {
    const short = search(question(encodeProbe({ messageId: UNKNOWN })), [], 4999);
    const [finding, ...more] = judge(run([short, search(PROBE)]));
    expect(more).to.deep.equal([]);
    expect(finding).to.include({ verdict: 'pass', text: 'the device is silent on a Probe for anything' });
    expect(finding?.at).to.include({ message: 'Probe', path: 'wsd' });
    const unseen = {
      verdict: 'inconclusive',
      text: 'no answer to a Probe for anything was seen, which does not say that there was none',
    };
    expect(judge(run([short]))).to.deep.equal([unseen]);
    expect(judge(losing(run([search(PROBE)])))).to.deep.equal([unseen]);
  });
});

describe('what the device gives', () => {
  it('is each type of it and its services, and each scope of its own', () => {
    const view = viewOfRun();
    const [first] = view.told;
    if (first === undefined) throw new Error('nothing told');
    const service = { ...first, target: { ...first.target, types: ['{urn:a}B'], scopes: ['urn:c'] } };
    const own = first.target.types;
    expect(own).to.have.length(2);
    expect([...ownTypes({ ...view, hosted: [service] })]).to.deep.equal([...own, '{urn:a}B']);
    expect([...ownScopes({ ...view, hosted: [service] })]).to.deep.equal([SCOPE]);
    expect([...ownTypes({ ...view, told: [] })]).to.deep.equal([]);
  });
});
