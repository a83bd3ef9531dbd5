import { expect } from 'chai';
import { fromHex } from '#base/bytes.js';
import { deviceTypeValue } from './build.js';
import { decodeDeviceType, formatDeviceType } from './device-types.js';

/** Category number and name, names of the subcategories from 1 on. */
const TABLE: readonly (readonly [category: number, name: string, subcategories: readonly string[]])[] = [
  [
    1,
    'Computer',
    [
      'PC',
      'Server',
      'Media Center',
      'Ultra-mobile PC',
      'Notebook',
      'Desktop',
      'Mobile Internet Device',
      'Netbook',
      'Tablet',
      'Ultrabook',
    ],
  ],
  [
    2,
    'Input Device',
    [
      'Keyboard',
      'Mouse',
      'Joystick',
      'Trackball',
      'Gaming controller',
      'Remote',
      'Touchscreen',
      'Biometric reader',
      'Barcode reader',
    ],
  ],
  [3, 'Printers, Scanners, Faxes and Copiers', ['Printer', 'Scanner', 'Fax', 'Copier', 'All-in-one']],
  [4, 'Camera', ['Digital still camera', 'Video camera', 'Web camera', 'Security camera']],
  [5, 'Storage', ['NAS']],
  [6, 'Network Infrastructure', ['AP', 'Router', 'Switch', 'Gateway', 'Bridge']],
  [7, 'Display', ['Television', 'Electronic picture frame', 'Projector', 'Monitor']],
  [
    8,
    'Multimedia Device',
    [
      'Digital audio recorder',
      'Personal video recorder',
      'Media Center Extender',
      'Set-top box',
      'Media server, adapter or extender',
      'Portable video player',
    ],
  ],
  [9, 'Gaming Device', ['Xbox', 'Xbox 360', 'PlayStation', 'Game console', 'Portable gaming device']],
  [
    10,
    'Telephone',
    ['Windows Mobile', 'Phone, single mode', 'Phone, dual mode', 'Smartphone, single mode', 'Smartphone, dual mode'],
  ],
  [
    11,
    'Audio Device',
    [
      'Audio tuner or receiver',
      'Speakers',
      'Portable music player',
      'Headset',
      'Headphones',
      'Microphone',
      'Home theater system',
    ],
  ],
  [12, 'Docking Device', ['Computer docking station', 'Media kiosk']],
  [255, 'Other', []],
];

describe('device types', () => {
  it('have the categories of the table and no others', () => {
    const named = Array.from({ length: 300 }, (_, category) => category).filter(
      (category) => decodeDeviceType(deviceTypeValue(category, 0))?.categoryName !== null,
    );
    expect(named).to.deep.equal(TABLE.map(([category]) => category));
  });

  for (const [category, categoryName, subcategories] of TABLE) {
    it(`of category ${category} are named: ${categoryName}`, () => {
      const named = Array.from({ length: 20 }, (_, subcategory) =>
        decodeDeviceType(deviceTypeValue(category, subcategory)),
      );
      for (const [subcategory, type] of named.entries()) {
        const subcategoryName = subcategories[subcategory - 1] ?? null;
        expect(type).to.deep.equal({ category, subcategory, isWfa: true, categoryName, subcategoryName });
      }
    });
  }

  it('of a vendor have numbers only', () => {
    const value = fromHex('0003 001122 33 0001');
    expect(decodeDeviceType(value)).to.deep.equal({
      category: 3,
      subcategory: 1,
      isWfa: false,
      categoryName: null,
      subcategoryName: null,
    });
    expect(formatDeviceType(value)).to.equal('3-00112233-1');
  });

  it('are 8 bytes, and hex where they are not', () => {
    for (const hex of ['', '00030050f20400', '00030050f204000100']) {
      expect(decodeDeviceType(fromHex(hex)), hex).to.equal(null);
      expect(formatDeviceType(fromHex(hex))).to.equal(hex);
    }
  });
});
