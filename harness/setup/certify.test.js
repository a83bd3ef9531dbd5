import { expect } from 'chai';
import { placeLine, runArguments } from './certify.js';

const OURS = [
  ...['run', '--profile', 'fixtures/profiles/reference-none.yaml'],
  ...['--bench', 'wired', '--out', 'reports/out/certify'],
];

describe('arguments of the certify run', () => {
  it('are the reference device on the bench that the place is for', () => {
    expect(runArguments([], 'sandbox')).to.deep.equal(OURS);
    expect(runArguments([], 'vm')).to.deep.equal([
      ...['run', '--profile', 'fixtures/profiles/radio-reference-dpws.yaml'],
      ...['--bench', 'radio', '--out', 'reports/out/certify'],
    ]);
    expect(runArguments([], 'here')).to.deep.equal([
      ...['run', '--bench', 'loopback', '--device', 'sensor', '--out', 'reports/out/certify'],
    ]);
  });

  it('keep what the caller adds', () => {
    expect(runArguments(['--strict'], 'sandbox')).to.deep.equal([...OURS, '--strict']);
  });

  it('leave a reference device its own profile', () => {
    const own = ['--bench', 'loopback', '--device', 'sensor'];
    expect(runArguments(own, 'sandbox')).to.deep.equal(['run', '--out', 'reports/out/certify', ...own]);
  });

  for (const own of [
    ['--profile', 'my.yaml', '--out=elsewhere'],
    ['-p', 'my.yaml', '-o', 'elsewhere'],
  ]) {
    it(`give way to ${own.join(' ')}`, () => {
      expect(runArguments(own, 'sandbox')).to.deep.equal(['run', '--bench', 'wired', ...own]);
    });
  }
});

describe('the place of the certify run', () => {
  it('is said in one line, with what is in the way of a better one', () => {
    expect(placeLine('vm', {})).to.include('virtual machine');
    expect(placeLine('sandbox', { vm: 'iw is not installed' })).to.equal(
      'By wire, in private namespaces: no virtual machine (iw is not installed).',
    );
    expect(placeLine('here', { vm: 'this', sandbox: 'that' })).to.equal(
      'In this process alone: no virtual machine (this), no private namespaces (that).',
    );
  });
});
