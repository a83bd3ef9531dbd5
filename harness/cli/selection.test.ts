import { expect } from 'chai';
import { isRallyError, type RallyError } from '#base/error.js';
import { entry, rule, WIRED_ABILITY } from '#judge/testing/samples.js';
import { checkSelection, parseScope, planned, requireRule } from './selection.js';

const CATALOGUE = [
  entry(rule('RVP-TUU-02', []), 'vertical-pairing', 'transport-uuid'),
  entry(rule('RVP-VX-07', [], { needs: ['frames'] }), 'vertical-pairing', 'vendor-extension'),
];

function refusal(action: () => unknown): RallyError {
  try {
    action();
  } catch (error) {
    if (isRallyError(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('what is selected on the command line', () => {
  it('names the nearest scope, rule, area or clause', () => {
    for (const [action, code, remedy] of [
      [() => parseScope('wierd'), 'ERR_USAGE', 'Did you mean wired?'],
      [() => parseScope('selection'), 'ERR_USAGE', /^Scopes: full,/],
      [() => requireRule(CATALOGUE, 'RVP-TUU-20'), 'ERR_USAGE', 'Did you mean RVP-TUU-02?'],
      [() => requireRule(CATALOGUE, 'zzz'), 'ERR_USAGE', /list/],
      [() => checkSelection(CATALOGUE, ['*', 'transport-uid']), 'ERR_NOTHING_SELECTED', 'Did you mean transport-uuid?'],
      [() => checkSelection(CATALOGUE, ['nothing-like-it']), 'ERR_NOTHING_SELECTED', /list/],
    ] as const) {
      const error = refusal(action);
      expect(error.code).to.equal(code);
      if (typeof remedy === 'string') expect(error.remedy).to.equal(remedy);
      else expect(error.remedy).to.match(remedy);
    }
  });

  it('finds a scope, and a rule in either case', () => {
    expect(parseScope('capture')).to.equal('capture');
    expect(requireRule(CATALOGUE, 'rvp-tuu-02').rule.id).to.equal('RVP-TUU-02');
  });

  it('plans what the scope holds, and refuses a selection that leaves nothing', () => {
    const plan = (select: readonly string[]) => planned(CATALOGUE, WIRED_ABILITY, { scope: 'wired', select });
    expect(plan([]).map(({ rule: { id } }) => id)).to.deep.equal(['RVP-TUU-02']);
    expect(plan(['vertical-pairing'])).to.have.length(1);
    expect(refusal(() => plan(['RVP-VX-07'])).code).to.equal('ERR_NOTHING_SELECTED');
  });
});
