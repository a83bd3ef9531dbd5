import { expect } from 'chai';
import { runArguments } from './certify.js';

const OURS = [
  ...['run', '--profile', 'fixtures/profiles/reference-none.yaml'],
  ...['--bench', 'wired', '--place', 'sandbox', '--out', 'reports/out/certify'],
];

describe('arguments of the certify run', () => {
  it('are the reference device on the wired bench in the sandbox', () => {
    expect(runArguments([])).to.deep.equal(OURS);
  });

  it('keep what the caller adds', () => {
    expect(runArguments(['--strict'])).to.deep.equal([...OURS, '--strict']);
  });

  it('give way to a profile and an output folder of the caller, in both spellings', () => {
    expect(runArguments(['--profile', 'my.yaml', '--out=elsewhere'])).to.deep.equal([
      ...['run', '--bench', 'wired', '--place', 'sandbox'],
      ...['--profile', 'my.yaml', '--out=elsewhere'],
    ]);
  });
});
