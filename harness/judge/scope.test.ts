import { expect } from 'chai';
import type { Ability, EvidenceKind } from '#evidence/model.js';
import type { Rule } from './rule.js';
import { OBSERVED_KINDS, outsideScope, scenarioText, scopeKinds, selected, type BaseScope } from './scope.js';
import { entry, rule, WIRED_ABILITY } from './testing/samples.js';

const capture = (sessions: number, ...kinds: EvidenceKind[]): Ability => ({ kinds, sessions });
const needing = (needs: readonly EvidenceKind[], more: Partial<Rule> = {}): Rule =>
  rule('RVP-T-01', [], { needs, ...more });
const SCRIPTED: Ability = { ...WIRED_ABILITY, scenarios: ['m2d-windows'] };
const LOOPBACK: Ability = { kinds: ['operator'], sessions: 2 };

describe('scope', () => {
  const table: readonly (readonly [string, Rule, BaseScope, Ability, boolean])[] = [
    ['M1 on the wire', needing(['m1']), 'wired', WIRED_ABILITY, true],
    ['the keys on the wire', needing(['exchange', 'keys']), 'wired', WIRED_ABILITY, true],
    ['the profile on the wire', needing(['m1', 'profile']), 'wired', WIRED_ABILITY, true],
    ['sessions on the wire', needing(['sessions']), 'wired', WIRED_ABILITY, true],
    ['sessions on the wire though one is planned', needing(['sessions']), 'wired', capture(1, 'm1'), true],
    ['frames on the wire', needing(['m1', 'frames']), 'wired', WIRED_ABILITY, false],
    ['discovery it only uses', needing(['m1'], { uses: ['ssdp', 'wsd'] }), 'wired', WIRED_ABILITY, true],
    ['discovery it needs', needing(['m1', 'ssdp']), 'wired', WIRED_ABILITY, false],
    ['a script', needing(['exchange'], { scenarios: ['m2d-windows'] }), 'wired', WIRED_ABILITY, false],
    ['a script that is planned', needing(['exchange'], { scenarios: ['m2d-windows'] }), 'wired', SCRIPTED, true],
    [
      'a script in a capture that shows it',
      needing(['exchange'], { scenarios: ['m2d-windows'] }),
      'capture',
      SCRIPTED,
      true,
    ],
    [
      'one of two scripts, of which one is planned',
      needing(['exchange'], { scenarios: ['reg-05', 'm2d-windows'] }),
      'wired',
      SCRIPTED,
      true,
    ],
    ['a script in full', needing(['exchange'], { scenarios: ['m2d-windows'] }), 'full', WIRED_ABILITY, true],
    ['frames in full', needing(['frames']), 'full', WIRED_ABILITY, true],
    ['an operator where there is none', needing(['operator']), 'unattended', WIRED_ABILITY, false],
    ['an operator on the radio bench', needing(['operator']), 'radio', WIRED_ABILITY, false],
    ['an operator who could answer', needing(['operator']), 'unattended', LOOPBACK, false],
    ['an operator in full', needing(['operator']), 'full', WIRED_ABILITY, true],
    [
      "an operator on the loopback bench, whose devices' panels answer",
      needing(['operator']),
      'loopback',
      LOOPBACK,
      true,
    ],
    ['M1 in a capture with an exchange', needing(['m1']), 'capture', capture(1, 'exchange'), true],
    ['keys in a capture without them', needing(['keys']), 'capture', capture(1, 'm1', 'exchange'), true],
    ['a profile a capture never has', needing(['m1', 'profile']), 'capture', capture(1, 'm1', 'exchange'), true],
    ['M1 in a capture of beacons', needing(['m1']), 'capture', capture(0, 'frames'), false],
    ['frames in a monitor capture', needing(['frames']), 'capture', capture(0, 'frames'), true],
    ['sessions in a capture of one', needing(['sessions']), 'capture', capture(1, 'exchange', 'sessions'), false],
    ['sessions in a capture of two', needing(['sessions']), 'capture', capture(2, 'exchange'), true],
    [
      '5 sessions in a capture of two',
      needing(['exchange'], { sessions: 5 }),
      'capture',
      capture(2, 'exchange'),
      false,
    ],
  ];
  for (const [what, made, scope, ability, inside] of table) {
    it(`${inside ? 'holds' : 'does not hold'} a rule that needs ${what}`, () => {
      const reason = outsideScope(made, scope, ability);
      if (inside) expect(reason).to.equal(null);
      else expect(reason).to.be.a('string').and.not.equal('');
    });
  }

  it('names what it does not show, scripted scenarios up to three', () => {
    expect(outsideScope(needing(['m1', 'frames', 'ssdp']), 'wired', WIRED_ABILITY)).to.equal(
      'scope wired does not show: 802.11 frames, SSDP messages',
    );
    const scripted = needing(['exchange'], { scenarios: ['m2d-windows'] });
    expect(outsideScope(scripted, 'wired', WIRED_ABILITY)).to.equal(
      'needs the scripted scenario m2d-windows, which is not part of scope wired',
    );
    expect(scenarioText(['reg-01', 'reg-02', 'reg-03'])).to.equal('the scripted scenario reg-01 or reg-02 or reg-03');
    expect(scenarioText(['reg-01', 'reg-02', 'reg-03', 'reg-04'])).to.equal('one of 4 scripted scenarios');
  });

  it("has of somebody else's Registrar neither the keys nor what is announced behind them", () => {
    expect(OBSERVED_KINDS).to.deep.equal([
      ...['m1', 'exchange', 'frames', 'association', 'join', 'profile', 'sessions'],
    ]);
  });

  it('covers every kind in full and only the exchange on the wire', () => {
    expect(scopeKinds('full', WIRED_ABILITY).size).to.equal(13);
    expect([...scopeKinds('wired', capture(0))]).to.have.members([...WIRED_ABILITY.kinds]);
  });
});

describe('selection', () => {
  const tuu = entry(rule('RVP-TUU-02', []), 'vertical-pairing', 'transport-uuid');
  for (const [pattern, matches] of [
    ['RVP-TUU-02', true],
    ['rvp-tuu-*', true],
    ['*', true],
    ['RVP-TUU-0', false],
    ['RVP-TUU-0.', false],
    ['RVP-TUU-.02', false],
    ['RVP-**-02', true],
    ['vertical-pairing', true],
    ['transport-uuid', true],
    ['vertical-pairing/transport-uuid', true],
    ['vertical-pairing/*', true],
    ['vertical', false],
    ['RVP-VPI-*', false],
    ['(', false],
    ['S*', false],
  ] as const) {
    it(`${pattern} ${matches ? 'selects' : 'does not select'} RVP-TUU-02`, () => {
      expect(selected(tuu, ['RVP-NONE-01', pattern])).to.equal(matches);
    });
  }
});
