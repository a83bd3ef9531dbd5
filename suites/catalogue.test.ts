import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { INTERPRETATIONS } from '#judge/interpretations.js';
import type { Rule } from '#judge/rule.js';
import { parseApplicability } from '#profile/applicability.js';
import { CATALOGUE } from './catalogue.js';
import { FAULT_CASES } from './testing/cases.js';
import { headingOf, JUDGED_LINES } from './testing/specification.js';
import { NETWORK_RULES, PIN_RULES, short } from './testing/verdicts.js';

const RULES = CATALOGUE.map(({ rule }) => rule);
const IDS = RULES.map(({ id }) => short(id));
const SUITES = new URL('./', import.meta.url);

/** Ids are final: this list only grows. */
const numbered = (area: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${area}-${String(index + 1).padStart(2, '0')}`);
const each = (area: string, numbers: string): string[] => numbers.split(' ').map((number) => `${area}-${number}`);
const EXPECTED_IDS = [
  ...numbered('VX', 11),
  ...numbered('VPI', 11),
  ...numbered('TUU', 12),
  ...numbered('UID', 11),
  ...numbered('WSC', 17),
  ...numbered('SEC', 4),
  ...each(
    'REG',
    '05 06 07 08 09 10 11 12a 12b 12c 13 14 15 16a 16b 16c 16d 16e 16f 16g 16h 16i 17a 17b 17c 18 20 21a 21b 21c 21d 22a 22b 22c 22d 23a 23b 23c 24a 24b 25a 25b 26a 26b 26c 26d 26e 26f 26g 26h 26i 26j 26k 26l 26m 26n 26o 26p 27a 27b 40 41a 41b 42 43 44a 44b 44c 45 50 99',
  ),
  ...each('REG', '28a 28b 29a 29b 29c 29d 29e 29f 30a 30b 30c 30d 30e 30f 30g 30h'),
  ...each('REG', '31a 31b 31c 31d 32 33a 33b 33c 35a 35b 35c 35d 35e 36a 36b 36c 37a 37b 37c 37d 37e 38 39'),
  ...numbered('IEX', 4),
  ...numbered('JOIN', 3),
  ...numbered('PIN', 3),
  ...each(
    'SSDP',
    '001 003 003b 004 005 006 010 011 012 013 014 015 016 017 018 019 020 021 022 023 024 025 026 027 030 031 033 041 042 043 044 045 046 047 048',
  ),
  ...each('DESC', '001 002 003 010 011 012 013 013b 014 015 016 017 018'),
  ...each('WSD', '001 002 003 004 005 010a 010b 010c 011 012 013 014 015 017 020 021 022 030 032 033 034'),
  ...each('MEX', '002 003 004 005 005b 006 010 011 012 013 014 016'),
  ...numbered('DISC', 4),
  ...each('PNPX', '01 02 03 05 06 07 08 09 10 11 12 13 14'),
];

describe('catalogue', () => {
  it('judges a rule of two names once, under one of them', () => {
    const aliases = RULES.flatMap(({ id, alsoKnownAs = [] }) => alsoKnownAs.map((alias) => [alias, id]));
    expect(aliases.sort()).to.deep.equal([
      ['RVP-DISC-05', 'RVP-PNPX-07'],
      ['RVP-REG-03', 'RVP-SEC-03'],
      ['RVP-REG-04', 'RVP-SEC-03'],
      ['RVP-REG-19', 'RVP-PIN-03'],
      ['RVP-REG-34', 'RVP-WSC-02'],
      ['RVP-REG-46', 'RVP-WSC-07'],
      ['RVP-REG-47', 'RVP-UID-01'],
      ['RVP-REG-48', 'RVP-IEX-03'],
      ['RVP-REG-49', 'RVP-JOIN-01'],
    ]);
  });

  it('holds each rule of its areas once', () => {
    expect([...IDS].sort()).to.deep.equal([...EXPECTED_IDS].sort());
  });

  it('says of each rule when it applies in items of the ICS', () => {
    const expressions = RULES.flatMap(({ appliesWhen }) => appliesWhen ?? []);
    for (const text of expressions) expect(() => parseApplicability(text)).to.not.throw();
    expect([...new Set(expressions)].sort()).to.deep.equal([
      ...['display', 'dpws or secure-dpws', 'not display', 'upnp', 'wsc-2.0'],
    ]);
  });

  it('has one rules file and one suite file for each clause', () => {
    const clauses = [...new Set(CATALOGUE.map(({ area, clause }) => `${area}/${clause}`))].sort();
    for (const kind of ['.rules.ts', '.suite.ts']) {
      const files = [...new Set(CATALOGUE.map(({ area }) => area))].flatMap((area) =>
        readdirSync(new URL(`${area}/`, SUITES))
          .filter((name) => name.endsWith(kind))
          .map((name) => `${area}/${name.slice(0, -kind.length)}`),
      );
      expect(files.sort(), kind).to.deep.equal(clauses);
    }
    for (const name of clauses) {
      const [area = '', clause = ''] = name.split('/');
      expect(readFileSync(new URL(`${name}.suite.ts`, SUITES), 'utf8')).to.include(
        `defineClause('${area}', '${clause}')`,
      );
    }
  });

  for (const rule of RULES) {
    it(`${rule.id} is described`, () => {
      expect(rule.title).to.match(/^[A-Z][a-z]+ /);
      expect(rule.title.length).to.be.at.most(80);
      expect(rule.revision).to.be.at.least(1);
      for (const text of [rule.requirement, rule.why, rule.remedy]) expect(text).to.match(/^\S.*[.?]$/s);
      expect(rule.source).to.not.be.empty;
      for (const source of rule.source.filter(({ document }) => document === 'S'))
        expect(headingOf(source.line ?? 0), `line ${source.line ?? 0}`).to.equal(source.heading);
      for (const key of rule.interpretation ?? []) expect([...INTERPRETATIONS.keys()]).to.include(key);
      for (const blocker of rule.blockedBy ?? []) expect(RULES.map(({ id }) => id)).to.include(blocker);
    });
  }

  it('maps the statements of the specification to rules and back', () => {
    const wanted = JUDGED_LINES.flatMap(([line, ids]) => ids.map((id) => `${line} ${id}`));
    expect(JUDGED_LINES.flatMap(([, ids]) => ids).filter((id) => !IDS.includes(id))).to.deep.equal([]);
    const cited = RULES.flatMap(linesOf);
    expect(cited.filter((each) => !wanted.includes(each))).to.deep.equal([]);
    const judged = new Set(cited.map((each) => each.split(' ')[1]));
    const mapped = new Set(JUDGED_LINES.flatMap(([, ids]) => ids));
    expect([...mapped].filter((id) => !judged.has(id))).to.deep.equal([]);
    expect(JUDGED_LINES.map(([line]) => line).filter((line) => headingOf(line) === null)).to.deep.equal([]);
  });
});

/** `57 VPI-01` for each line of the specification a rule cites. */
function linesOf({ id, source }: Rule): string[] {
  return source.flatMap(({ document, line }) =>
    document === 'S' && line !== undefined ? [`${line} ${short(id)}`] : [],
  );
}

describe('fault cases', () => {
  it('each MUST rule fails and each SHOULD rule warns in one of them', () => {
    const failed = new Set(FAULT_CASES.flatMap(({ fails }) => fails));
    const warned = new Set(FAULT_CASES.flatMap(({ warns }) => warns));
    const unproven = RULES.filter(({ id, level }) => {
      // What is heard on the network and what a person sees is proven by reference devices.
      if (level === 'INFO' || [...NETWORK_RULES, ...PIN_RULES].includes(short(id))) return false;
      return !(level === 'MUST' ? failed : warned).has(short(id));
    });
    expect(unproven.map(({ id }) => id)).to.deep.equal([]);
  });

  it('are named apart', () => {
    const names = FAULT_CASES.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).to.deep.equal([]);
  });
});
