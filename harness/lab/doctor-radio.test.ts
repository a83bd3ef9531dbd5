import { expect } from 'chai';
import { supportedModes } from './doctor-radio.js';

describe('modes of a radio', () => {
  it('are those iw lists, and no others', () => {
    const info = [
      'Wiphy phy0',
      '\tSupported interface modes:',
      '\t\t * IBSS',
      '\t\t * AP/VLAN',
      '\t\t * monitor',
      '\tBand 1:',
      '\tsoftware interface modes (can always be added):',
      '\t\t * AP',
      '',
    ].join('\n');
    expect(supportedModes(info)).to.deep.equal(['IBSS', 'AP/VLAN', 'monitor']);
    expect(supportedModes('')).to.deep.equal([]);
  });
});
