import { expect } from 'chai';
import type { Mistake } from './diagnose.js';
import { checkProfile, parseProfile, storedProfile } from './load.js';
import { hasExpired, type WaiverReview } from './waivers.js';

const BASE = `version: 1
device: { name: Printer }
ics: { transports: [dpws], methods: [pin] }
ixit: { method: pin, pin: '12345670' }
waivers:
`;

const RULES = new Map([
  ['RVP-DESC-013', 'RVP-DESC-013'],
  ['RVP-PNPX-07', 'RVP-PNPX-07'],
  ['RVP-DISC-05', 'RVP-PNPX-07'],
]);
const REVIEW: WaiverReview = { rules: RULES, today: '2026-11-28' };

interface Fields {
  readonly rule?: string;
  readonly reason?: string;
  readonly owner?: string;
  readonly expires?: string;
}

const line = ({ rule = 'RVP-DESC-013', reason = "'ROM'", owner = 'QA', expires = '2026-12-31' }: Fields = {}): string =>
  `  - { rule: ${rule}, reason: ${reason}, owner: ${owner}, expires: ${expires} }\n`;

function found(text: string, review = REVIEW): readonly Mistake[] {
  try {
    return checkProfile(text, 'my.yaml', review).warnings;
  } catch (error) {
    return (error as { context: { mistakes: readonly Mistake[] } }).context.mistakes;
  }
}

describe('waivers of a profile', () => {
  it('are read as they are written, and kept in a bundle', () => {
    const profile = parseProfile(`${BASE}${line()}`, 'my.yaml');
    expect(profile.waivers).to.deep.equal([
      { rule: 'RVP-DESC-013', reason: 'ROM', owner: 'QA', expires: '2026-12-31' },
    ]);
    expect(storedProfile(JSON.parse(JSON.stringify(profile)))).to.deep.equal(profile);
    expect(found(`${BASE}${line()}${line({ rule: 'RVP-PNPX-07' })}`)).to.deep.equal([]);
  });

  it('are no part of a profile without any', () => {
    expect(parseProfile(BASE.replace('waivers:\n', ''), 'my.yaml')).to.not.have.property('waivers');
  });

  const TABLE: readonly (readonly [string, string, Partial<Mistake>])[] = [
    [
      'a rule there is not',
      line({ rule: 'RVP-DESC-31' }),
      { line: 6, column: 13, path: 'waivers[0].rule', reason: 'is not a rule of this version' },
    ],
    ['a mistyped rule', line({ rule: 'RVP-DECS-013' }), { remedy: 'Did you mean RVP-DESC-013?' }],
    ['what is like no rule', line({ rule: 'everything' }), { remedy: 'See rally-conformance list for the ids.' }],
    [
      'the other name of a rule',
      line({ rule: 'RVP-DISC-05' }),
      { reason: 'is judged as RVP-PNPX-07', remedy: 'Waive RVP-PNPX-07.' },
    ],
    ['a rule twice', line() + line(), { line: 7, path: 'waivers[1].rule', reason: 'RVP-DESC-013 is waived twice' }],
    ['an empty reason', line({ reason: "''" }), { path: 'waivers[0].reason', reason: 'has the wrong form' }],
    ['a blank reason', line({ reason: "' '" }), { path: 'waivers[0].reason', reason: 'has the wrong form' }],
    ['nobody who answers for it', line({ owner: "''" }), { path: 'waivers[0].owner' }],
    [
      'the PIN in a reason',
      line({ reason: "'PIN 12345670'" }),
      { path: 'waivers[0].reason', reason: 'holds the PIN, and would put it into every report' },
    ],
    [
      'a day there is not',
      line({ expires: '2026-02-30' }),
      {
        path: 'waivers[0].expires',
        reason: 'has the wrong form',
        remedy: 'Write a day of the calendar as year, month, day: 2027-01-31.',
      },
    ],
    ['a day in another form', line({ expires: '31.12.2026' }), { path: 'waivers[0].expires' }],
    ['a missing day', '  - { rule: RVP-DESC-013, reason: ROM, owner: QA }\n', { reason: 'is missing' }],
    [
      'a mistyped key',
      line().replace('owner', 'ower'),
      { path: 'waivers[0].ower', reason: 'is not a key of a profile', remedy: 'Did you mean owner?' },
    ],
    [
      'a day that is over',
      line({ expires: '2026-11-27' }),
      {
        path: 'waivers[0].expires',
        reason: 'the waiver of RVP-DESC-013 expired after 2026-11-27: a run with it fails',
      },
    ],
  ];
  for (const [what, lines, expected] of TABLE) {
    it(`with ${what} are named`, () => {
      const remarks = found(`${BASE}${lines}`);
      expect(remarks, JSON.stringify(remarks)).to.have.length(1);
      expect(remarks[0]).to.include(expected);
      expect(JSON.stringify(remarks)).to.not.include('12345670');
    });
  }

  it('are looked at only as far as it is known what there is', () => {
    const text = `${BASE}${line({ rule: 'RVP-X-1', expires: '2020-01-01' })}`;
    expect(found(text, {})).to.deep.equal([]);
    expect(found(text, { rules: RULES })).to.have.length(1);
    expect(checkProfile(text, 'my.yaml', { today: '2026-11-28' }).warnings).to.have.length(1);
  });

  it('hold on their last day', () => {
    expect(['2026-11-27', '2026-11-28', '2026-11-29'].map((day) => hasExpired('2026-11-28', day))).to.deep.equal([
      ...[false, false, true],
    ]);
  });
});
