import { expect } from 'chai';
import { differenceFromLock } from './npm-packages.js';

const LOCK = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/chai': { version: '6.3.0', integrity: 'sha512-a' },
    'node_modules/koffi-other-system': { version: '3.3.4', integrity: 'sha512-b', optional: true },
  },
};
const chai = { version: '6.3.0', integrity: 'sha512-a' };
const everywhere = () => true;

describe('installed npm packages against the lock file', () => {
  it('match, without the optional packages of other systems', () => {
    expect(differenceFromLock(LOCK, { packages: { 'node_modules/chai': chai } }, everywhere)).to.equal(null);
  });

  const DIFFERENT = [
    ['nothing is installed', null, everywhere],
    ['node_modules/chai is missing', { packages: {} }, everywhere],
    ['node_modules/chai is 6.2.0, not 6.3.0', { packages: { 'node_modules/chai': { version: '6.2.0' } } }, everywhere],
    ['node_modules/chai was deleted', { packages: { 'node_modules/chai': chai } }, () => false],
    [
      'node_modules/left is not in the lock file',
      { packages: { 'node_modules/chai': chai, 'node_modules/left': { version: '1.0.0' } } },
      everywhere,
    ],
  ];
  for (const [reason, installed, exists] of DIFFERENT) {
    it(`differ: ${reason}`, () => {
      expect(differenceFromLock(LOCK, installed, exists)).to.equal(reason);
    });
  }

  it('differ when the version is the same and the content is not', () => {
    const installed = { packages: { 'node_modules/chai': { version: '6.3.0', integrity: 'sha512-x' } } };
    expect(differenceFromLock(LOCK, installed, everywhere)).to.be.a('string');
  });
});
