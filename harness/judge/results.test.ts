import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { ascii, concat, fromHex } from '#base/bytes.js';
import type { Evidence, ExchangeMessage } from '#evidence/model.js';
import { encodeTlv } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { decodeWsc } from '#wire/wps/message.js';
import { blockingDefect } from './blocked.js';
import { catalogueDigest } from './digests.js';
import { examine, isApplicable, type Examination } from './examine.js';
import { judge, plan } from './judge.js';
import type { Verdicts } from './record.js';
import { judgedResult, totalsOf } from './results.js';
import type { Rule, RuleId } from './rule.js';
import { BASE_SCOPES, EVIDENCE_NAMES, outsideScope, scopeKinds } from './scope.js';
import { catalogueOf, entry, evidence, finding, PROFILE, rule, WIRED_ABILITY } from './testing/samples.js';

const wired = { scope: 'wired', strict: false } as const;

describe('record of a judged device', () => {
  it('holds what the rule says of itself, what was found, and the sums', () => {
    const failing = finding('fail', { text: 'one is missing' });
    const verdicts = judge(
      [
        entry(
          rule('RVP-T-01', [finding('pass'), failing], {
            interpretation: ['I-1'],
            source: [{ document: 'S', line: 3 }],
          }),
        ),
        entry(rule('RVP-T-02', [finding('inconclusive', { blockedBy: 'RVP-T-01' })], { level: 'SHOULD' }), 'b', 'c'),
        entry(rule('RVP-T-03', [], { needs: ['ssdp'] })),
      ],
      null,
      evidence(),
      wired,
    );
    const common = { area: 'vertical-pairing', clause: 'vpi', requirement: 'A requirement.', why: 'A reason.' };
    const own = { remedy: 'A remedy.', revision: 1, source: [{ document: 'ours' }], interpretation: [] };
    const { results, catalogueDigest: digest, ...rest } = verdicts;
    expect(results).to.deep.equal([
      {
        ...{ id: 'RVP-T-01', title: 'Title of RVP-T-01', ...common, ...own, level: 'MUST', inScope: true },
        ...{ source: [{ document: 'S', line: 3 }], interpretation: ['I-1'], verdict: 'fail', warning: false },
        ...{ reason: 'one is missing', blockedBy: [], findings: [finding('pass'), failing] },
      },
      {
        ...{ id: 'RVP-T-02', title: 'Title of RVP-T-02', ...common, ...own, level: 'SHOULD', inScope: true },
        ...{ area: 'b', clause: 'c', verdict: 'inconclusive', warning: false, reason: 'it is inconclusive' },
        ...{ blockedBy: ['RVP-T-01'], findings: [finding('inconclusive', { blockedBy: 'RVP-T-01' })] },
      },
      {
        ...{ id: 'RVP-T-03', title: 'Title of RVP-T-03', ...common, ...own, level: 'MUST', inScope: false },
        ...{ warning: false, reason: 'scope wired does not show: SSDP messages', blockedBy: [], findings: [] },
      },
    ]);
    expect(digest).to.match(/^[0-9a-f]{64}$/);
    expect(rest).to.deep.equal({
      ...{ recordVersion: 1, profileDigest: null, dut: { name: 'unnamed device', mac: '02:00:00:00:00:01' } },
      ...{ scope: 'wired', strict: false, planned: ['RVP-T-01', 'RVP-T-02'] },
      totals: {
        ...{ pass: 0, fail: 1, inconclusive: 1, 'not-applicable': 0, 'not-run': 0, error: 0 },
        ...{ warnings: 0, outOfScope: 1 },
      },
      ...{ mustApplicable: 2, mustPassed: 0, exitCode: 1 },
      sentence: 'fails scope wired: 1 failed (RVP-T-01); 0 of 2 applicable MUST rules pass',
    });
  });

  it('counts each verdict apart', () => {
    const { results } = judge(
      catalogueOf('pass', 'fail', 'fail', 'inconclusive', 'not-applicable', 'not-run', 'not-run', 'error'),
      PROFILE,
      evidence(),
      wired,
    );
    expect(totalsOf(results)).to.deep.equal({
      ...{ pass: 1, fail: 2, inconclusive: 1, 'not-applicable': 1, 'not-run': 2, error: 1 },
      ...{ warnings: 0, outOfScope: 0 },
    });
  });

  it('plans in the order of the ids, and names each blocking rule once, sorted', () => {
    const waits = rule('RVP-T-09', [
      finding('inconclusive', { blockedBy: 'RVP-T-03' }),
      finding('inconclusive', { blockedBy: 'RVP-T-01' }),
      finding('inconclusive', { blockedBy: 'RVP-T-03' }),
      finding('pass'),
    ]);
    const catalogue = [entry(waits), ...catalogueOf('fail', 'pass', 'fail')];
    const verdicts = judge(catalogue, PROFILE, evidence(), wired);
    expect(verdicts.planned).to.deep.equal(['RVP-T-01', 'RVP-T-02', 'RVP-T-03', 'RVP-T-09']);
    expect(verdicts.results[0]?.blockedBy).to.deep.equal(['RVP-T-01', 'RVP-T-03']);
    const twice = finding('inconclusive', { blockedBy: 'RVP-T-01' });
    const [, result] = judge(
      [...catalogueOf('fail'), entry(rule('RVP-T-02', [twice, twice]))],
      PROFILE,
      evidence(),
      wired,
    ).results;
    expect(result?.blockedBy).to.deep.equal(['RVP-T-01']);
  });

  it('gives no reason for a pass without warning, and that of the failure for a warning', () => {
    const warned = [finding('pass'), finding('fail', { text: 'twice' })];
    const [should, info, pass] = judge(
      [
        entry(rule('RVP-T-01', warned, { level: 'SHOULD' })),
        entry(rule('RVP-T-02', warned, { level: 'INFO' })),
        entry(rule('RVP-T-03', [finding('pass')])),
      ],
      PROFILE,
      evidence(),
      wired,
    ).results;
    expect(should).to.include({ verdict: 'pass', warning: true, reason: 'twice' });
    expect(info).to.include({ verdict: 'pass', warning: false, reason: '' });
    expect(pass).to.include({ verdict: 'pass', warning: false, reason: '' });
  });

  it('gives the reason of what waits for evidence beside a failure that only warns', () => {
    const lowered = finding('fail', { level: 'SHOULD' });
    const made = entry(rule('RVP-T-01', [lowered, finding('not-run', { text: 'not done' })]));
    const [result] = judge([made], PROFILE, evidence(), wired).results;
    expect(result).to.include({ verdict: 'not-run', warning: true, reason: 'not done' });
  });

  it('names a blocking rule that the catalogue does not have', () => {
    const made = entry(rule('RVP-T-01', [finding('inconclusive', { blockedBy: 'RVP-T-09' })]));
    expect(judge([made], PROFILE, evidence(), wired).results[0]?.reason).to.equal(
      'the rule contradicts the others: it says it is blocked by RVP-T-09, which the catalogue does not have',
    );
  });

  it('plans by what a capture holds', () => {
    const catalogue = [entry(rule('RVP-T-01', [])), entry(rule('RVP-T-02', [], { needs: ['frames'] }))];
    const planned = plan(catalogue, { kinds: ['frames'], sessions: 0 }, { scope: 'capture' });
    expect(planned).to.deep.equal(catalogue.slice(1));
  });

  it('keeps what a contradicting rule said, behind what is wrong with it', () => {
    const said = finding('inconclusive', { blockedBy: 'RVP-T-01' });
    const [, result] = judge(
      [...catalogueOf('pass'), entry(rule('RVP-T-02', [said]))],
      PROFILE,
      evidence(),
      wired,
    ).results;
    const text = 'the rule contradicts the others: it says it is blocked by RVP-T-01, but that rule is pass';
    expect(result).to.deep.include({
      inScope: true,
      verdict: 'error',
      warning: false,
      reason: text,
      blockedBy: ['RVP-T-01'],
    });
    expect(result?.findings).to.deep.equal([{ verdict: 'error', text }, said]);
  });

  it('refuses an entry of another catalogue', () => {
    const [first] = catalogueOf('pass');
    if (first === undefined) throw new Error('no entry');
    expect(() => judgedResult(first, () => null, false)).to.throw(
      RangeError,
      'RVP-T-01 is not in the catalogue that is judged',
    );
  });

  it('examines each rule once', () => {
    let asked = 0;
    const counting = rule('RVP-T-01', [], {
      check: () => {
        asked += 1;
        return [finding('fail')];
      },
    });
    const waits = [2, 3].map((number) =>
      entry(rule(`RVP-T-0${number}`, [finding('inconclusive', { blockedBy: 'RVP-T-01' })])),
    );
    judge([...waits, entry(counting)], PROFILE, evidence(), wired);
    expect(asked).to.equal(1);
  });
});

describe('what blocks', () => {
  const examinations = (said: Readonly<Record<string, Examination>>) => (id: RuleId) => said[id] ?? null;
  const waiting = (...by: readonly RuleId[]): Examination => ({
    folded: 'inconclusive',
    findings: by.map((id) => finding('inconclusive', { blockedBy: id })),
  });
  const failed: Examination = { folded: 'fail', findings: [finding('fail')] };

  it('is a defect by name', () => {
    const [said] = waiting('RVP-T-01').findings;
    const defect = (other: Examination | null): string | null =>
      blockingDefect('RVP-T-02', said === undefined ? [] : [said], () => other);
    expect(defect(null)).to.equal('says it is blocked by RVP-T-01, which the catalogue does not have');
    expect(defect({ folded: 'not-run', findings: [] })).to.equal(
      'says it is blocked by RVP-T-01, but that rule is not-run',
    );
    expect(defect(failed)).to.equal(null);
  });

  it('need not be the first that a blocked rule waits for', () => {
    const lookup = examinations({
      'RVP-T-01': { ...waiting('RVP-T-02', 'RVP-T-03'), folded: 'inconclusive' },
      'RVP-T-02': { folded: 'pass', findings: [finding('pass')] },
      'RVP-T-03': failed,
    });
    expect(blockingDefect('RVP-T-09', waiting('RVP-T-01').findings, lookup)).to.equal(null);
    expect(blockingDefect('RVP-T-09', [finding('pass'), ...waiting('RVP-T-02').findings], lookup)).to.match(/is pass$/);
    expect(blockingDefect('RVP-T-09', [...waiting('RVP-T-03', 'RVP-T-02').findings], lookup)).to.match(/is pass$/);
  });

  it('is not the rule itself that waits, though another spot of it failed', () => {
    const lookup = examinations({ 'RVP-T-01': waiting('RVP-T-09'), 'RVP-T-09': failed });
    expect(blockingDefect('RVP-T-09', waiting('RVP-T-01').findings, lookup)).to.match(/that rule is inconclusive$/);
  });

  it('is looked for beyond circles and unknown rules', () => {
    const circle = examinations({ 'RVP-T-01': waiting('RVP-T-02'), 'RVP-T-02': waiting('RVP-T-01', 'RVP-T-07') });
    expect(blockingDefect('RVP-T-09', waiting('RVP-T-01').findings, circle)).to.match(/but that rule is inconclusive$/);
    const looped = examinations({
      'RVP-T-01': waiting('RVP-T-09', 'RVP-T-01', 'RVP-T-02'),
      'RVP-T-02': waiting('RVP-T-01', 'RVP-T-03'),
      'RVP-T-03': failed,
    });
    expect(blockingDefect('RVP-T-09', waiting('RVP-T-01').findings, looped)).to.equal(null);
  });
});

describe('examination of a rule', () => {
  const said = (made: Partial<Rule>, more: Partial<Evidence> = {}): readonly unknown[] =>
    examine(rule('RVP-T-01', [finding('pass')], made), evidence(more), PROFILE).findings;

  it('is left to the rule where it states itself what is missing', () => {
    const ability = { kinds: [], sessions: 2 };
    for (const needs of [['m1'], ['exchange'], ['keys'], ['profile'], ['sessions']] as const)
      expect(said({ needs }, { ability }), needs[0]).to.deep.equal([finding('pass')]);
    expect(said({ needs: ['frames', 'm1', 'wsd'] }, { ability })).to.deep.equal([
      { verdict: 'not-run', text: 'needs 802.11 frames, WS-Discovery messages, which was not recorded' },
    ]);
    expect(said({ needs: ['frames'] }, { ability: { kinds: ['frames'], sessions: 0 } })).to.deep.equal([
      finding('pass'),
    ]);
  });

  it('needs as many sessions as the rule says, two to compare', () => {
    const sessions = (count: number) => ({ ability: { ...WIRED_ABILITY, sessions: count } });
    expect(said({ sessions: 3 }, sessions(3))).to.deep.equal([finding('pass')]);
    expect(said({ sessions: 3 }, sessions(2))).to.deep.equal([
      { verdict: 'not-run', text: 'needs 3 sessions, there is 2' },
    ]);
    expect(said({ needs: ['sessions'] }, sessions(1))).to.deep.equal([
      { verdict: 'not-run', text: 'needs 2 sessions, there is 1' },
    ]);
    expect(said({}, sessions(0))).to.deep.equal([finding('pass')]);
  });

  it('tells what the rule threw, also when that is no error', () => {
    const throwing = (thrown: unknown) => ({
      check: () => {
        throw thrown;
      },
    });
    expect(said(throwing(new RangeError('beyond')))).to.deep.equal([
      { verdict: 'error', text: 'the rule itself failed: RangeError: beyond' },
    ]);
    expect(said(throwing('a word'))).to.deep.equal([{ verdict: 'error', text: 'the rule itself failed: a word' }]);
  });

  it('asks whether the rule applies', () => {
    const applies = (appliesWhen?: Rule['appliesWhen']): boolean =>
      isApplicable(rule('RVP-T-01', [], appliesWhen === undefined ? {} : { appliesWhen }), PROFILE);
    expect([applies(), applies(() => true), applies(() => 'it does not')]).to.deep.equal([true, true, false]);
  });
});

describe('reasons of the scope', () => {
  const outside = (made: Partial<Rule>, scope: Parameters<typeof outsideScope>[1], sessions = 2): string | null =>
    outsideScope(rule('RVP-T-01', [], made), scope, { kinds: ['exchange'], sessions });

  it('name each missing kind once', () => {
    expect(outside({ needs: ['frames', 'wsd', 'frames'] }, 'wired')).to.equal(
      'scope wired does not show: 802.11 frames, WS-Discovery messages',
    );
    expect(outside({ sessions: 2 }, 'capture', 1)).to.equal('scope capture does not show: several sessions');
    expect(outside({ sessions: 3 }, 'capture')).to.equal('needs 3 sessions, the capture has 2');
    expect(outside({ sessions: 2 }, 'capture')).to.equal(null);
    expect(outside({ sessions: 3 }, 'wired')).to.equal(null);
    expect(outside({ scenarios: ['m2d-windows'] }, 'radio')).to.equal(
      'needs the scripted scenario m2d-windows, which is not part of scope radio',
    );
    expect(outside({ scenarios: ['m2d-windows'] }, 'full')).to.equal(null);
  });

  it('call each kind of evidence as a reader does', () => {
    expect(Object.values(EVIDENCE_NAMES)).to.deep.equal([
      ...['M1', 'the exchange', 'session keys', '802.11 frames', 'the association before WSC', 'SSDP messages'],
      ...['the UPnP device description', 'WS-Discovery messages', 'DPWS metadata', 'the join after M8', 'an operator'],
      ...['a profile', 'several sessions'],
    ]);
  });

  it('follow from what each scope shows', () => {
    const kinds = (scope: Parameters<typeof scopeKinds>[0]) => [...scopeKinds(scope, { kinds: [], sessions: 0 })];
    const exchange = ['m1', 'exchange', 'keys', 'profile', 'sessions'];
    expect(BASE_SCOPES).to.deep.equal(['full', 'radio', 'unattended', 'wired', 'loopback', 'capture']);
    expect(kinds('loopback')).to.deep.equal([...exchange, 'frames', 'ssdp', 'description', 'wsd', 'metadata']);
    const answering = scopeKinds('loopback', { kinds: ['operator'], sessions: 0 });
    expect([...answering]).to.deep.equal([...kinds('loopback'), 'operator']);
    expect(kinds('wired')).to.deep.equal(exchange);
    expect(kinds('unattended')).to.have.length(12).and.not.include('operator');
    expect(kinds('full')).to.deep.equal(Object.keys(EVIDENCE_NAMES));
    expect(kinds('radio')).to.deep.equal(kinds('unattended'));
    expect(kinds('capture')).to.deep.equal(['profile']);
    const held = scopeKinds('capture', { kinds: ['exchange', 'frames'], sessions: 2 });
    expect([...held]).to.have.members(['exchange', 'frames', 'profile', 'm1', 'keys', 'sessions']);
    expect([...scopeKinds('capture', { kinds: ['sessions'], sessions: 1 })]).to.deep.equal(['profile']);
  });
});

describe('digest of the catalogue', () => {
  it('is that of id, level and revision, sorted by id', () => {
    const identity =
      '[\n' +
      '  {\n    "id": "RVP-T-01",\n    "level": "MUST",\n    "revision": 1\n  },\n' +
      '  {\n    "id": "RVP-T-02",\n    "level": "INFO",\n    "revision": 3\n  },\n' +
      '  {\n    "id": "RVP-T-03",\n    "level": "MUST",\n    "revision": 1\n  }\n' +
      ']\n';
    const expected = createHash('sha256').update(identity).digest('hex');
    const second = entry(rule('RVP-T-02', [], { level: 'INFO', revision: 3 }));
    const [first, , third] = catalogueOf('pass', 'pass', 'pass');
    if (first === undefined || third === undefined) throw new Error('no entry');
    for (const catalogue of [
      [first, second, third],
      [third, second, first],
      [second, third, first],
    ]) {
      expect(catalogueDigest(catalogue)).to.equal(expected);
      expect(catalogueDigest(catalogue), 'again').to.equal(expected);
    }
  });
});

describe('name of a device without a profile', () => {
  const wsc = (messageType: number, name: Uint8Array | null): ExchangeMessage['wsc'] =>
    decodeWsc(
      concat(
        encodeTlv({ type: ATTRIBUTE.Version, value: Uint8Array.of(0x10) }),
        encodeTlv({ type: ATTRIBUTE.MessageType, value: Uint8Array.of(messageType) }),
        ...(name === null ? [] : [encodeTlv({ type: ATTRIBUTE.DeviceName, value: name })]),
      ),
    );
  const message = (from: 'enrollee' | 'registrar', ...what: Parameters<typeof wsc>): ExchangeMessage => ({
    ...{ from, opCode: 4, parts: [], packets: [], timeNs: 0n },
    wsc: wsc(...what),
  });
  const nameOf = (...exchanges: readonly (readonly ExchangeMessage[])[]): Verdicts['dut'] =>
    judge(
      [],
      null,
      evidence({
        dutMac: null,
        exchanges: exchanges.map((messages, index) => ({
          ...{ number: index + 1, enrolleeMac: fromHex('020000000001'), registrarMac: fromHex('020000000002') },
          ...{ packets: [], messages, identities: [], framing: [], closing: 'open', method: null, keys: null },
          ...{ pin: null, lossy: false },
        })),
      }),
      wired,
    ).dut;

  it('is the one its first M1 gives', () => {
    const m1 = message('enrollee', 4, ascii('Printer'));
    expect(nameOf([message('registrar', 5, ascii('Registrar')), m1])).to.deep.equal({ name: 'Printer', mac: null });
    expect(nameOf([message('enrollee', 7, ascii('Later'))])).to.include({ name: 'unnamed device' });
    expect(nameOf([message('registrar', 4, ascii('Registrar'))])).to.include({ name: 'unnamed device' });
    expect(nameOf([], [m1])).to.include({ name: 'Printer' });
  });

  it('skips an M1 that has none, or only blanks', () => {
    const named = message('enrollee', 4, ascii('Second'));
    expect(nameOf([message('enrollee', 4, null)], [named])).to.include({ name: 'Second' });
    expect(nameOf([message('enrollee', 4, ascii('  '))], [named])).to.include({ name: 'Second' });
  });

  it('has nothing in it that a terminal obeys', () => {
    const hostile = new TextEncoder().encode(' a\u001b[2Jb\u202ec\u2066d\u200ee ');
    expect(nameOf([message('enrollee', 4, hostile)])).to.include({ name: 'a\ufffd[2Jb\ufffdc\ufffdd\ufffde' });
  });
});
