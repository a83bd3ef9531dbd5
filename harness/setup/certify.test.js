import { expect } from 'chai';
import { runArguments } from './certify.js';

const OURS = [
  ...['run', '--profile', 'fixtures/profiles/reference-none.yaml'],
  ...['--bench', 'wired', '--out', 'reports/out/certify'],
];

describe('arguments of the certify run', () => {
  it('are the reference device on the wired bench', () => {
    expect(runArguments([])).to.deep.equal(OURS);
  });

  it('keep what the caller adds', () => {
    expect(runArguments(['--strict'])).to.deep.equal([...OURS, '--strict']);
  });

  it('leave a reference device its own profile', () => {
    expect(runArguments(['--bench', 'loopback', '--device', 'sensor'])).to.deep.equal([
      'run',
      '--out',
      'reports/out/certify',
      '--bench',
      'loopback',
      '--device',
      'sensor',
    ]);
  });

  for (const own of [
    ['--profile', 'my.yaml', '--out=elsewhere'],
    ['-p', 'my.yaml', '-o', 'elsewhere'],
  ]) {
    it(`give way to ${own.join(' ')}`, () => {
      expect(runArguments(own)).to.deep.equal(['run', '--bench', 'wired', ...own]);
    });
  }
});
