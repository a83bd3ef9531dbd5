import { expect } from 'chai';
import type { CatalogueEntry } from '#judge/catalogue.js';
import type { Verdicts } from '#judge/record.js';
import type { Level } from '#judge/rule.js';
import type { Evidence, StimulusId } from '#evidence/model.js';
import { STIMULI } from '#wps/stimuli/table.js';
import { changesSeen } from '#lab/bench/loopback-difference.js';
import type { Fault } from '#reference/fault.js';
import { FAULTS } from '#reference/faults.js';
import type { Model } from '#reference/model.js';
import { MODELS } from '#reference/models.js';
import { CATALOGUE } from '#suites/catalogue.js';
import { CLAUSES } from '#suites/clauses.js';
import { shownRules } from './loopback-rules.js';
import {
  groundlessRules,
  idsOf,
  judged,
  lastMessages,
  MOST_SESSIONS,
  sessionsFor,
  undeclaredChanges,
  unprovenRules,
} from './testing/fault-matrix.js';

const SEED = 1;
/** Devices of other seeds: other addresses, identities, keys and nonces. */
const OTHER_SEEDS = [2, 0xffff_ffff];

/** Only recommended where the device is one of Secure DPWS (I-4). */
const LESS_FOR_SECURE_DPWS: readonly string[] = ['RVP-UID-07', 'RVP-UID-08', 'RVP-TUU-06', 'RVP-DISC-03'];

const RULES = CATALOGUE.map(({ rule }) => rule);
const SHOWN = shownRules(CATALOGUE);
/** Every stimulus of the method a model registers by. */
const stimuliFor = ({ method }: Model): StimulusId[] =>
  STIMULI.filter((each) => each.method === undefined || each.method === method).map(({ id }) => id);

/** What a device does under a stimulus hangs on its engine, which all models share: one model each, in turn. */
function modelsFor(fault: Fault, index: number): Model[] {
  const models = MODELS.filter((model) => fault.refuses(model) === null);
  return fault.stimuli === undefined ? models : models.slice(index % models.length).slice(0, 1);
}

const PAIRS = FAULTS.flatMap((fault, index) => modelsFor(fault, index).map((model) => ({ model, fault })));

const CAMPAIGNS = new Map<Model, Verdicts>();

/** What the catalogue says of a device without fault after the whole campaign. */
function campaignOf(model: Model): Verdicts {
  const stimuli = stimuliFor(model);
  const verdicts = CAMPAIGNS.get(model) ?? judged(model, null, SEED, MOST_SESSIONS, { stimuli }).verdicts;
  CAMPAIGNS.set(model, verdicts);
  return verdicts;
}

describe('reference devices', () => {
  for (const model of MODELS) {
    it(`${model.id}: every applicable rule passes, none waits for anything`, () => {
      for (const seed of [SEED, ...OTHER_SEEDS]) {
        // What a stimulus shows does not hang on the seed: one whole campaign is enough.
        const verdicts = seed === SEED ? campaignOf(model) : judged(model, null, seed, MOST_SESSIONS).verdicts;
        const others = idsOf(
          verdicts,
          ({ inScope, verdict }) => inScope && verdict !== 'pass' && verdict !== 'not-applicable',
        );
        expect(others, `seed ${seed}`).to.deep.equal([]);
        expect(
          idsOf(verdicts, ({ warning }) => warning),
          `seed ${seed}`,
        ).to.deep.equal([]);
        const given = seed === SEED ? stimuliFor(model) : [];
        const planned = SHOWN.filter(
          ({ scenarios = ['m2d-windows'] }) =>
            scenarios.includes('m2d-windows') || scenarios.some((each) => given.some((id) => id === each)),
        );
        expect(verdicts.planned).to.deep.equal(planned.map(({ id }) => id).sort());
      }
    });
  }

  for (const model of MODELS) {
    it(`${model.id}: passes the same rules with addresses of IPv6 besides`, () => {
      const passed = judged(model, null, SEED, MOST_SESSIONS);
      const both = judged(model, null, SEED, MOST_SESSIONS, {
        addresses: ['192.0.2.20', 'fe80::20', '2001:db8::20'],
      });
      const told = ({ verdicts }: typeof both): string[] =>
        verdicts.results.map(({ id, verdict, warning }) => `${id} ${verdict ?? ''}${warning ? ' warning' : ''}`);
      expect(told(both)).to.deep.equal(told(passed));
      const byIpv6 = (both.evidence.discovery?.datagrams ?? []).filter(
        ({ sender, family }) => sender === 'dut' && family === 'ipv6',
      );
      expect(byIpv6.length > 0, 'it speaks IPv6').to.equal(model.transports.length > 0);
    });
  }

  it('pass each rule on at least one of them', () => {
    const passed = new Set(MODELS.flatMap((model) => idsOf(campaignOf(model), ({ verdict }) => verdict === 'pass')));
    // No reference device changes its addresses: what it then has to say is shown by datagrams made by hand.
    expect(SHOWN.map(({ id }) => id).filter((id) => !passed.has(id))).to.deep.equal(['RVP-SSDP-033']);
  });
});

describe('fault matrix', () => {
  const bases = new Map<string, Evidence>();
  let unexpected = PAIRS.length;

  function baseOf(model: Model, sessions: number, stimuli: readonly StimulusId[]): Evidence {
    const key = `${model.id} ${sessions} ${stimuli.join()}`;
    const base = bases.get(key) ?? judged(model, null, SEED, sessions, { stimuli }).evidence;
    bases.set(key, base);
    return base;
  }

  for (const { model, fault } of PAIRS) {
    it(`${model.id} with ${fault.id}: ${expectation(fault)}`, () => {
      const sessions = sessionsFor(fault);
      const { stimuli = [] } = fault;
      const base = baseOf(model, sessions, stimuli);
      const { evidence, verdicts } = judged(model, fault, SEED, sessions, { stimuli });
      expect({
        fails: idsOf(verdicts, ({ verdict }) => verdict === 'fail'),
        warns: idsOf(verdicts, ({ warning }) => warning),
        errors: idsOf(verdicts, ({ verdict }) => verdict === 'error'),
      }).to.deep.equal({ fails: [...fault.fails].sort(), warns: [...fault.warns].sort(), errors: [] });
      expect(changesSeen(fault, base, evidence), 'the fault fired').to.not.be.empty;
      expect(undeclaredChanges(fault, base, evidence), 'changed besides').to.deep.equal([]);
      if (fault.ends !== undefined)
        expect(lastMessages(evidence)).to.deep.equal(Array<string>(sessions).fill(fault.ends));
      for (const { id, blockedBy, findings } of verdicts.results) {
        const declared: readonly string[] = RULES.find((rule) => rule.id === id)?.blockedBy ?? [];
        expect(
          blockedBy.filter((blocker) => !declared.includes(blocker)),
          `${id} is blocked by`,
        ).to.deep.equal([]);
        for (const finding of findings.filter(({ verdict }) => verdict === 'fail'))
          expect(finding, id).to.include.keys('expected', 'actual', 'at', 'remedy');
      }
      unexpected--;
    });
  }

  it('holds', function () {
    const size = `${MODELS.length} models, ${FAULTS.length} faults, ${SHOWN.length} rules, ${PAIRS.length} pairs`;
    Object.assign(this.test ?? {}, { figures: `fault matrix: ${size}: ${unexpected} unexpected` });
    expect(unexpected, size).to.equal(0);
  });
});

function expectation({ fails, warns }: Fault): string {
  const parts = [...(fails.length > 0 ? [`fails ${fails.join(', ')}`] : [])];
  return [...parts, ...(warns.length > 0 ? [`warns ${warns.join(', ')}`] : [])].join('; ');
}

describe('faults', () => {
  it('break each MUST and each SHOULD rule', () => {
    expect(unprovenRules(CATALOGUE, FAULTS)).to.deep.equal([]);
  });

  it('are missed where a rule has none', () => {
    const [first] = CATALOGUE;
    if (first === undefined) throw new Error('an empty catalogue');
    const strangers = (['MUST', 'SHOULD', 'INFO'] as const).map((level): CatalogueEntry => ({
      ...first,
      rule: { ...first.rule, id: `RVP-NEW-${level}`, level },
    }));
    expect(unprovenRules([...CATALOGUE, ...strangers], FAULTS)).to.deep.equal(['RVP-NEW-MUST', 'RVP-NEW-SHOULD']);
    const warnsOnly = FAULTS.map((fault) => ({ ...fault, fails: [], warns: fault.fails }));
    expect(unprovenRules(CATALOGUE, warnsOnly)).to.include('RVP-VX-01');
  });

  it('name rules of their level, each something', () => {
    const levels = new Map<string, string>(RULES.map(({ id, level }) => [id, level]));
    const astray = (ids: readonly string[], level: string): string[] =>
      ids.filter((id) => (levels.get(id) ?? level) !== level || !/^RVP-[A-Z]+-\d{2,3}[a-z]?$/.test(id));
    for (const { id, fails, warns } of FAULTS) {
      expect(fails.length + warns.length, id).to.be.above(0);
      const recommended = warns.filter((rule) => !LESS_FOR_SECURE_DPWS.includes(rule));
      expect([...astray(fails, 'MUST'), ...astray(recommended, 'SHOULD')], id).to.deep.equal([]);
    }
  });

  it('each apply to a model', () => {
    expect(FAULTS.filter((fault) => !PAIRS.some((pair) => pair.fault === fault)).map(({ id }) => id)).to.deep.equal([]);
  });
});

describe('clauses', () => {
  it('hold every MUST rule, or it names the standard it comes from', () => {
    expect(groundlessRules(CATALOGUE, CLAUSES)).to.deep.equal([]);
  });

  it('are missed where a MUST rule has none', () => {
    const stranger = (id: string, level: Level, ...documents: string[]): CatalogueEntry => {
      const [first] = CATALOGUE;
      if (first === undefined) throw new Error('an empty catalogue');
      const source = documents.map((document) => ({ document }));
      return { ...first, rule: { ...first.rule, id: `RVP-NEW-${id}`, level, source } };
    };
    const strangers = [
      stranger('01', 'MUST', 'S'),
      stranger('02', 'MUST', 'ours'),
      stranger('03', 'MUST', 'S', 'WSC'),
      stranger('04', 'SHOULD', 'ours'),
      stranger('05', 'MUST'),
    ];
    const groundless = groundlessRules([...CATALOGUE, ...strangers], CLAUSES);
    expect(groundless).to.deep.equal(['RVP-NEW-01', 'RVP-NEW-02', 'RVP-NEW-05']);
    const without = CLAUSES.map((clause) => ({ ...clause, rules: clause.rules.filter((id) => id !== 'RVP-VX-03') }));
    expect(groundlessRules(CATALOGUE, without)).to.deep.equal(['RVP-VX-03']);
  });

  it('hold each rule at the lines it cites', () => {
    const lines = CLAUSES.flatMap(({ lines: where, rules }) =>
      rules.flatMap((id) => where.map((line) => `${line} ${id}`)),
    );
    const cited = RULES.flatMap(({ id, source }) =>
      source.flatMap(({ line }) => (line === undefined ? [] : [`${line} ${id}`])),
    );
    expect(cited.filter((each) => !lines.includes(each))).to.deep.equal([]);
  });
});
