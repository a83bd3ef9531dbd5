import { expect } from 'chai';
import type { BenchEvent, Evidence, Exchange, JoinFact } from '#evidence/model.js';
import type { Profile } from '#profile/schema.js';
import { EAP_CODE } from '#wire/eap/eap.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { encodeAttribute } from '#wire/wps/build.js';
import { decodeWsc } from '#wire/wps/message.js';
import { note, pass } from './finding.js';
import {
  eachJoin,
  formTrials,
  hasKey,
  isAssociated,
  isOver,
  joinLimitMs,
  joinsOf,
  keyForm,
  locateEndOfWsc,
  refusedForm,
  type Join,
} from './joins.js';
import { HEX_KEY, overTheAir, step, wholeJoin } from './testing/air.js';
import { SENSOR } from './testing/devices.js';
import { buildExchange, REGISTRAR_MAC, sessionStartMs, type Script } from './testing/exchange.js';

const DIED = { code: 'ERR_BENCH_DIED', text: 'the recording ends without its last record' };
const OTHER_MAC = Uint8Array.of(2, 0, 0, 0, 3, 0);
/** WSC_Done of a session, as `buildExchange` times it: its packets are a millisecond apart. */
const DONE_AFTER_MS = 11;

const built = (number: number, script: Script = {}): Exchange =>
  buildExchange(SENSOR, script, { number, method: 'pin' });
const FIRST = built(1);
const SECOND = built(2);
const PASSPHRASE = overTheAir(SENSOR, { networkKeys: ['a secret key', 'a secret key'] });
const BOTH = overTheAir(SENSOR);

const heard = (state: JoinFact['state'], more: Partial<JoinFact> = {}): JoinFact =>
  step(1, 500, state, { source: 'frames', frame: 7, accessPoint: REGISTRAR_MAC, ...more });

function join(facts: readonly JoinFact[], more: Partial<Join> = {}): Join {
  return { exchange: FIRST, beginMs: 0, facts, watchedMs: null, again: null, ...more };
}

/** Joins of this evidence with other records of the bench. */
const joinsWith = (more: Partial<Evidence>): Join[] => joinsOf({ ...PASSPHRASE, ...more });
const record = (kind: string, monotonicMs: number, detail: BenchEvent['detail'] = {}): BenchEvent => {
  return { kind, monotonicMs, detail };
};
const starts = [1, 2].map((session) =>
  record('session-start', session, { session, wallMs: sessionStartMs(session) - 1 }),
);
const texts = (evidence: Evidence): string[] =>
  eachJoin(evidence, ({ exchange }) => [pass(`join ${exchange.number}`)]).map(
    ({ verdict, text }) => `${verdict}: ${text}`,
  );

describe('join after an exchange', () => {
  it('begins with its WSC_Done, and only where the exchange did not fail after it', () => {
    expect(joinsOf(PASSPHRASE).map(({ beginMs }) => beginMs)).to.deep.equal(
      [1, 2].map((session) => sessionStartMs(session) + DONE_AFTER_MS),
    );
    for (const closing of ['failed', 'timeout'] as const)
      expect(
        joinsWith({ exchanges: [{ ...FIRST, closing }, SECOND] }).map(({ exchange }) => exchange.number),
      ).to.deep.equal([2]);
    expect(joinsWith({ exchanges: [{ ...FIRST, closing: 'open' }] })).to.have.length(1);
  });

  it('has the steps from WSC_Done to the next session', () => {
    const at = [DONE_AFTER_MS, DONE_AFTER_MS + 1, 99_998, 99_999, 100_000];
    const facts = joinsWith({ join: at.map((afterMs) => step(1, afterMs, 'associated')) }).map((each) =>
      each.facts.map(({ timeMs }) => timeMs - sessionStartMs(1)),
    );
    expect(facts).to.deep.equal([[DONE_AFTER_MS + 1, 99_998], []]);
    const { join: none, ...without } = PASSPHRASE;
    expect(none).to.not.equal(undefined);
    expect(joinsOf(without).map((each) => each.facts)).to.deep.equal([[], []]);
  });

  it('of a capture ends with the next exchange, whatever its records say', () => {
    const facts = [99_999, 100_000].map((afterMs) => step(1, afterMs, 'associated'));
    for (const more of [{ source: 'capture' }, { events: [record('clock', 0, { wallMs: 0 })] }] as const) {
      const [first, second] = joinsWith({ join: facts, ...more });
      expect(first?.facts).to.have.length(1);
      expect([first?.again, first?.watchedMs, second?.watchedMs]).to.deep.equal([null, null, null]);
    }
  });

  it('ends with an exchange the device began by itself', () => {
    const [first] = joinsWith({ events: [starts[0] ?? record('', 0), record('end', 9, { wallMs: 900_000 })] });
    expect(first?.again?.number).to.equal(2);
    expect(first?.watchedMs).to.equal(sessionStartMs(2) - sessionStartMs(1) - DONE_AFTER_MS);
    const [asked] = joinsOf(PASSPHRASE);
    expect(asked?.again).to.equal(null);
    expect(asked?.watchedMs).to.equal(sessionStartMs(2) - 1 - sessionStartMs(1) - DONE_AFTER_MS);
    const inStep = [starts[0], record('session-start', 2, { wallMs: sessionStartMs(2) })].flatMap((each) => each ?? []);
    expect(joinsWith({ events: inStep })[0]?.again).to.equal(null);
  });

  it('ends with a later session alone, whatever other records say', () => {
    const doneMs = sessionStartMs(1) + DONE_AFTER_MS;
    const facts = [step(1, 500, 'associated')];
    const inStep = [record('session-start', 1, { wallMs: doneMs })];
    expect(joinsWith({ join: facts, events: inStep })[0]?.facts).to.have.length(1);
    const ended = [...starts.slice(0, 1), record('end', 9, { wallMs: doneMs + 1 })];
    expect(joinsWith({ join: facts, events: ended })[0]?.facts).to.have.length(1);
  });

  it('with an exchange without packets behind it has no end by that', () => {
    const [first] = joinsWith({ exchanges: [FIRST, { ...SECOND, packets: [] }], events: starts.slice(0, 1) });
    expect(first?.again).to.equal(null);
  });

  it('was watched until the last record, by the wall clock or by the first record', () => {
    const beginMs = sessionStartMs(2) + DONE_AFTER_MS;
    const clock = record('clock', 1000, { wallMs: 50_000 });
    const watched = (...events: readonly BenchEvent[]) => joinsWith({ events })[1]?.watchedMs;
    expect(watched(...starts, record('end', 5, { wallMs: beginMs + 700 }))).to.equal(700);
    expect(watched(clock, ...starts, record('end', 300_000))).to.equal(300_000 - 1000 + 50_000 - beginMs);
    expect(watched(...starts, clock, record('end', 300_000))).to.equal(300_000 - 1000 + 50_000 - beginMs);
    expect(watched(...starts, record('end', 300_000))).to.equal(null);
    expect(watched(record('clock', 0, { wallMs: 'noon' }), ...starts, record('end', 300_000))).to.equal(null);
  });

  it('has an association of the bench, or one in the air with a network with a key', () => {
    const bench = step(1, 500, 'associated');
    const asked = heard('requested', { isSecured: true });
    const unknown = { state: 'requested', timeMs: 1, source: 'frames', isSecured: true } as const;
    for (const [facts, expected] of [
      [[], false],
      [[bench], true],
      [[step(1, 500, 'requested'), step(1, 500, 'left')], false],
      [[heard('associated')], false],
      [[asked, heard('associated')], true],
      [[heard('associated'), asked], false],
      [[asked, heard('left'), heard('associated')], true],
      [[asked, heard('requested', { isSecured: false }), heard('associated')], false],
      [[asked, heard('associated', { accessPoint: OTHER_MAC })], false],
      [[unknown, heard('associated')], false],
      [[heard('requested'), heard('associated')], false],
      [[heard('handshake')], true],
      [[heard('address')], true],
      ...([1, 2, 3, 4] as const).map(
        (keyMessage) => [[heard('key-message', { keyMessage })], keyMessage % 2 === 0] as const,
      ),
    ] as const)
      expect(isAssociated(join(facts)), facts.map(({ state }) => state).join(', ')).to.equal(expected);
  });

  it('has the key after the handshake', () => {
    expect(hasKey(join([heard('associated'), heard('key-message', { keyMessage: 4 })]))).to.equal(false);
    expect(hasKey(join([heard('associated'), heard('handshake')]))).to.equal(true);
    expect(hasKey(join([heard('associated'), heard('address')]))).to.equal(true);
  });

  it('is over after its time, or when the device registers again', () => {
    const over = (more: Partial<Join>) => isOver(PASSPHRASE, join([], more), 1000);
    expect(over({})).to.equal(false);
    expect(over({ watchedMs: 999 })).to.equal(false);
    expect(over({ watchedMs: 1000 })).to.equal(true);
    expect(over({ again: SECOND })).to.equal(true);
    const died = { ...PASSPHRASE, benchFailure: DIED };
    expect(isOver(died, join([], { watchedMs: 1000, again: SECOND }), 1000)).to.equal(false);
    expect(joinLimitMs(null)).to.equal(60_000);
    expect(joinLimitMs(SENSOR.profile)).to.equal(60_000);
  });

  it('has its end at the EAP-Failure, else at the last packet', () => {
    const failure = locateEndOfWsc(join([]));
    expect(failure).to.include({ path: 'eap', message: 'EAP-Failure', lengthBytes: 4, exchange: 1, messageOffset: 0 });
    expect(failure?.hex).to.match(/^04/);
    const packets = FIRST.packets.filter(({ code }) => code !== EAP_CODE.Failure);
    const last = locateEndOfWsc(join([], { exchange: { ...FIRST, packets } }));
    expect(last).to.include({ message: 'the last EAP packet', frame: packets.at(-1)?.frame.number });
    expect(locateEndOfWsc(join([], { exchange: { ...FIRST, packets: [] } }))).to.equal(null);
  });
});

describe('joins of an evidence', () => {
  it('are judged each; an exchange without one says why', () => {
    expect(texts(PASSPHRASE)).to.deep.equal(['pass: join 1', 'pass: join 2']);
    const cut: Exchange = { ...SECOND, closing: 'open', messages: SECOND.messages.slice(0, -2) };
    expect(texts({ ...PASSPHRASE, exchanges: [FIRST, cut] })).to.deep.equal([
      'pass: join 1',
      'inconclusive: the end of exchange 2 was not seen',
    ]);
    expect(texts({ ...PASSPHRASE, exchanges: [FIRST, cut], benchFailure: DIED })).to.deep.equal([
      'pass: join 1',
      `error: the bench failed during exchange 2: ${DIED.text}`,
    ]);
    expect(texts({ ...PASSPHRASE, exchanges: [built(1, { refuses: true })] })).to.deep.equal([
      'inconclusive: exchange 1 has no WSC_Done, which follows M8',
    ]);
  });

  it('a WSC_Done before a failure is no join, nor a fault', () => {
    expect(texts({ ...PASSPHRASE, exchanges: [{ ...FIRST, closing: 'failed' }] })).to.deep.equal([
      'inconclusive: no WSC_Done in the evidence: exchange 1 failed after its WSC_Done',
    ]);
  });

  it('none at all: how the last exchange ended', () => {
    const exchanges = [1, 2].map((number) => built(number, { last: 'M3', closing: 'failed' }));
    expect(texts({ ...PASSPHRASE, exchanges })).to.deep.equal([
      'inconclusive: no WSC_Done in the evidence: exchange 2 failed after its M3',
    ]);
    expect(texts({ ...PASSPHRASE, exchanges: [] })).to.deep.equal(['inconclusive: no WPS exchange in the evidence']);
  });

  it('a finding without a place has none', () => {
    expect(pass('seen')).to.deep.equal({ verdict: 'pass', text: 'seen' });
    expect(pass('seen')).to.not.have.property('at');
    expect(note('seen')).to.deep.equal({ verdict: 'pass', text: 'seen', note: true });
  });
});

describe('form of the key', () => {
  const withKey = (networkKey: string) => keyForm(built(1, { networkKey }));

  it('is told by its length and its digits', () => {
    expect(withKey('eight ch')).to.equal('a passphrase');
    expect(withKey('seven c')).to.equal(null);
    expect(withKey('')).to.equal(null);
    expect(withKey(HEX_KEY)).to.equal('64 hex digits');
    expect(withKey(HEX_KEY.toUpperCase())).to.equal('64 hex digits');
    expect(withKey(HEX_KEY.slice(1))).to.equal('a passphrase');
    expect(withKey(`x${HEX_KEY}`)).to.equal('a passphrase');
    expect(withKey(`${HEX_KEY}x`)).to.equal('a passphrase');
  });

  it('is that of M8 from the Registrar, as far as it can be read', () => {
    const changed = (change: (message: Exchange['messages'][number]) => Exchange['messages'][number]): Exchange => {
      return { ...FIRST, messages: FIRST.messages.map((each) => (each.wsc.name === 'M8' ? change(each) : each)) };
    };
    const plain = (...attributes: readonly Uint8Array[]) => ({
      plain: decodeWsc(Uint8Array.from(attributes.flatMap((each) => [...each]))),
      problem: null,
      detail: '',
    });
    expect(keyForm(changed((each) => ({ ...each, from: 'enrollee' })))).to.equal(null);
    expect(keyForm(changed((each) => ({ ...each, settings: plain() })))).to.equal(null);
    const keyless = encodeAttribute(ATTRIBUTE.Credential, encodeAttribute(ATTRIBUTE.Ssid, Uint8Array.of(0x61)));
    expect(keyForm(changed((each) => ({ ...each, settings: plain(keyless) })))).to.equal(null);
    const { messages } = FIRST;
    const again = messages.filter(({ from }) => from === 'registrar').slice(0, 1);
    expect(keyForm({ ...FIRST, messages: [...messages, ...again] }))
      .to.equal(keyForm(FIRST))
      .and.not.equal(null);
    expect(keyForm({ ...FIRST, messages: messages.filter(({ wsc }) => wsc.name !== 'M8') })).to.equal(null);
  });

  it('counts as refused only after its time, and the best of its trials counts', () => {
    const trialsOf = (evidence: Evidence, profile: Profile | null = SENSOR.profile) =>
      formTrials(evidence, profile).map(
        ({ form, outcome, join: { exchange } }) => `${form} ${outcome} in ${exchange.number}`,
      );
    const same = (...joins: readonly (readonly JoinFact[])[]): Evidence => ({ ...PASSPHRASE, join: joins.flat() });
    expect(trialsOf(same())).to.deep.equal(['a passphrase refused in 1']);
    expect(trialsOf(same(wholeJoin(1)))).to.deep.equal(['a passphrase taken in 1']);
    expect(trialsOf(same(wholeJoin(2)))).to.deep.equal(['a passphrase taken in 2']);
    expect(trialsOf({ ...same(wholeJoin(2)), benchFailure: DIED })).to.deep.equal(['a passphrase taken in 2']);
    expect(trialsOf({ ...same(), benchFailure: DIED })).to.deep.equal(['a passphrase open in 1']);
    const early = [...PASSPHRASE.events.slice(0, -1), record('end', sessionStartMs(2) + 5000)];
    expect(trialsOf({ ...same(), events: early })).to.deep.equal(['a passphrase open in 2']);
    expect(trialsOf({ ...BOTH, join: wholeJoin(1) })).to.deep.equal([
      'a passphrase taken in 1',
      '64 hex digits refused in 2',
    ]);
    const keyless = BOTH.exchanges.map((exchange) => ({ ...exchange, messages: exchange.messages.slice(0, -2) }));
    const [first] = BOTH.exchanges;
    if (first === undefined) throw new RangeError('no exchange');
    const done = first.messages.slice(-1);
    expect(
      trialsOf({ ...BOTH, exchanges: keyless.map((each) => ({ ...each, messages: [...each.messages, ...done] })) }),
    ).to.deep.equal([]);
  });

  it('is refused where the other one is taken, of two sessions', () => {
    const lopsided: Evidence = { ...BOTH, join: wholeJoin(1) };
    expect(refusedForm(lopsided, SENSOR.profile)?.form).to.equal('64 hex digits');
    expect(refusedForm({ ...lopsided, ability: { ...BOTH.ability, sessions: 1 } }, SENSOR.profile)).to.equal(null);
    expect(refusedForm({ ...BOTH, join: [] }, SENSOR.profile)).to.equal(null);
    expect(refusedForm(BOTH, SENSOR.profile)).to.equal(null);
  });
});
