import { expect } from 'chai';
import { toHex } from '#base/bytes.js';
import { createEnrollee } from '../enrollee.js';
import { createRegistrar } from '../registrar.js';
import { enrolleeConfig, registrarConfig } from '../testing/fixtures.js';
import { runLink, type Run } from '../testing/link.js';
import type { Stimulus } from './stimulus.js';
import { STIMULI, stimulusOf } from './table.js';

function register({ method = 'pin', departure }: Pick<Stimulus, 'method' | 'departure'>): Run {
  return runLink({
    registrar: createRegistrar(registrarConfig({ method, ...departure() })),
    enrollee: createEnrollee(enrolleeConfig({ method })),
  });
}

const hexOf = ({ packets }: Run): string[] =>
  packets.filter(({ from }) => from === 'registrar').map(({ bytes }) => toHex(bytes));

describe('stimuli', () => {
  it('have ids of their own, and are found by them', () => {
    const ids = STIMULI.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const stimulus of STIMULI) {
      expect(stimulus.id).to.match(/^reg-\d\d[a-z]?$/);
      expect(stimulusOf(stimulus.id)).to.equal(stimulus);
      expect(stimulus.does, stimulus.id).to.match(/^[a-z].{10,110}[^.]$/);
    }
    expect(stimulusOf('reg-00')).to.equal(null);
  });

  it('are in the order of their ids', () => {
    const ids = STIMULI.map(({ id }) => id);
    expect(ids).to.deep.equal([...ids].sort());
  });

  for (const stimulus of STIMULI) {
    it(`${stimulus.id} ${stimulus.does}`, () => {
      const { method = 'pin' } = stimulus;
      const plain = hexOf(register({ method, departure: () => ({}) }));
      const run = hexOf(register(stimulus));
      expect(run, 'it shows').to.not.deep.equal(plain);
      expect(hexOf(register(stimulus)), 'a session that was held leaves nothing behind').to.deep.equal(run);
    });
  }
});
