import { expect } from 'chai';
import type { RallyError } from '#base/error.js';
import { FAULTS, requireFaults } from './faults.js';
import { MODELS, requireModel } from './models.js';

const sensor = requireModel('sensor');

function refusal(ids: readonly string[], model = sensor): { text: string; remedy: string } {
  try {
    requireFaults(ids, model);
  } catch (error) {
    const { message, remedy } = error as RallyError;
    return { text: message, remedy };
  }
  throw new Error('not refused');
}

describe('faults', () => {
  it('have ids of their own and say in one line what the device does', () => {
    const ids = FAULTS.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const { id, change, changes } of FAULTS) {
      expect(id).to.match(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(change, id).to.match(/^[a-z].{10,90}[^.]$/);
      expect(changes, id).to.not.be.empty;
    }
  });

  it('say why a model cannot have them', () => {
    for (const fault of FAULTS) for (const model of MODELS) expect(fault.refuses(model)).to.not.equal('');
  });

  it('are found by their ids, each once', () => {
    expect(requireFaults([], sensor)).to.deep.equal([]);
    expect(requireFaults(['no-vpi', 'no-done', 'no-vpi'], sensor).map(({ id }) => id)).to.deep.equal([
      'no-vpi',
      'no-done',
    ]);
  });

  it('are refused by a wrong id, with the nearest', () => {
    expect(refusal(['no-vpii'])).to.deep.equal({
      text: 'There is no fault no-vpii (ERR_USAGE)',
      remedy: 'Did you mean no-vpi?',
    });
    expect(refusal(['something else altogether']).remedy).to.equal('docs/faults.md lists them.');
  });

  it('are refused on a model that cannot have them, with the reason', () => {
    expect(refusal(['mixed-endian-guid']).text).to.equal(
      'The fault mixed-endian-guid does not apply to sensor: it has no Transport UUID (ERR_USAGE)',
    );
  });

  it('are refused together when one would hide the other', () => {
    for (const [one, other] of [
      ['no-vpi', 'none-besides'],
      ['no-microsoft-extension', 'other-transport-in-m7'],
      ['no-done', 'nack-after-m8'],
      ['static-e-s1', 'secret-nonces-zero'],
      ['settings-padded-with-zeros', 'no-key-wrap-authenticator'],
    ] as const) {
      expect(refusal([one, other]).text).to.match(/^The faults .* both change .*\(ERR_USAGE\)$/);
      expect(refusal([other, one]).text).to.match(/both change/);
    }
    expect(requireFaults(['no-vpi', 'no-done', 'padded-strings'], sensor)).to.have.length(3);
  });
});
