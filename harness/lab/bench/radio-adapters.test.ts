import { expect } from 'chai';
import { adapterText } from './radio-adapters.js';

describe('what is told of an adapter', () => {
  it('is nothing for an interface without a radio, and for none at all', () => {
    expect(adapterText('lo')).to.equal('');
    expect(adapterText('no-such-interface')).to.equal('');
  });
});
