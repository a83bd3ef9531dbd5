import { expect } from 'chai';
import {
  ASSOCIATION_STATES,
  AUTHENTICATION_TYPES,
  CONFIGURATION_ERRORS,
  CONFIG_METHODS,
  CONNECTION_TYPES,
  DEVICE_PASSWORD_IDS,
  ENCRYPTION_TYPES,
  REQUEST_TYPES,
  RESPONSE_TYPES,
  RF_BANDS,
  WPS_STATES,
  AUTHENTICATION_TYPE,
  CONFIG_METHOD,
  DEVICE_PASSWORD_ID,
  ENCRYPTION_TYPE,
  flagNames,
  maskOf,
  type Codes,
} from './codes.js';

/** Every value in hex with its name, in the order in which bits are named. */
const TABLES: readonly (readonly [title: string, codes: Codes, rows: readonly string[]])[] = [
  [
    'ASSOCIATION_STATES',
    ASSOCIATION_STATES,
    [
      '0000 Not associated',
      '0001 Connection success',
      '0002 Configuration failure',
      '0003 Association failure',
      '0004 IP failure',
    ],
  ],
  [
    'AUTHENTICATION_TYPES',
    AUTHENTICATION_TYPES,
    [
      '0001 Open',
      '0002 WPA-Personal',
      '0004 Shared',
      '0008 WPA-Enterprise',
      '0010 WPA2-Enterprise',
      '0020 WPA2-Personal',
    ],
  ],
  [
    'CONFIGURATION_ERRORS',
    CONFIGURATION_ERRORS,
    [
      '0000 No error',
      '0001 Out-of-band interface read error',
      '0002 Decryption CRC failure',
      '0003 2.4 GHz channel not supported',
      '0004 5 GHz channel not supported',
      '0005 Signal too weak',
      '0006 Network authentication failure',
      '0007 Network association failure',
      '0008 No DHCP response',
      '0009 Failed DHCP configuration',
      '000a IP address conflict',
      '000b Could not connect to Registrar',
      '000c Multiple push button sessions detected',
      '000d Rogue activity suspected',
      '000e Device busy',
      '000f Setup locked',
      '0010 Message timeout',
      '0011 Registration session timeout',
      '0012 Device password authentication failure',
      '0013 60 GHz channel not supported',
      '0014 Public key hash mismatch',
    ],
  ],
  [
    'CONFIG_METHODS',
    CONFIG_METHODS,
    [
      '0001 USBA',
      '0002 Ethernet',
      '0004 Label',
      '2008 Virtual Display',
      '4008 Physical Display',
      '0008 Display',
      '0010 External NFC Token',
      '0020 Integrated NFC Token',
      '0040 NFC Interface',
      '0280 Virtual Push Button',
      '0480 Physical Push Button',
      '0080 Push Button',
      '0100 Keypad',
      '1000 P2PS',
    ],
  ],
  ['CONNECTION_TYPES', CONNECTION_TYPES, ['0001 ESS', '0002 IBSS']],
  [
    'DEVICE_PASSWORD_IDS',
    DEVICE_PASSWORD_IDS,
    [
      '0000 Default (PIN)',
      '0001 User-specified',
      '0002 Machine-specified',
      '0003 Rekey',
      '0004 Push Button',
      '0005 Registrar-specified',
      '0007 NFC connection handover',
      '0008 P2PS default',
    ],
  ],
  ['ENCRYPTION_TYPES', ENCRYPTION_TYPES, ['0001 None', '0002 WEP', '0004 TKIP', '0008 AES']],
  [
    'REQUEST_TYPES',
    REQUEST_TYPES,
    ['0000 Enrollee, information only', '0001 Enrollee, open 802.1X', '0002 Registrar', '0003 WLAN manager Registrar'],
  ],
  [
    'RESPONSE_TYPES',
    RESPONSE_TYPES,
    ['0000 Enrollee, information only', '0001 Enrollee, open 802.1X', '0002 Registrar', '0003 Access point'],
  ],
  ['RF_BANDS', RF_BANDS, ['0001 2.4 GHz', '0002 5 GHz', '0004 60 GHz']],
  ['WPS_STATES', WPS_STATES, ['0001 Not configured', '0002 Configured']],
];

describe('named values', () => {
  for (const [title, codes, rows] of TABLES) {
    it(`are those of ${title}`, () => {
      const shown = [...codes].map(([value, name]) => `${value.toString(16).padStart(4, '0')} ${name}`);
      expect(shown).to.deep.equal(rows);
    });
  }

  it('stand under their keys', () => {
    expect(AUTHENTICATION_TYPE).to.deep.equal({ Open: 1, WpaPsk: 2, Shared: 4, Wpa: 8, Wpa2: 16, Wpa2Psk: 32 });
    expect(ENCRYPTION_TYPE).to.deep.equal({ None: 1, Wep: 2, Tkip: 4, Aes: 8 });
    expect(DEVICE_PASSWORD_ID).to.deep.equal({ Default: 0, PushButton: 4 });
    expect(CONFIG_METHOD).to.include({ Label: 4, Display: 8, PushButton: 0x80, Keypad: 0x100, VirtualDisplay: 0x2008 });
  });
});

describe('flagNames', () => {
  it('names a form of two bits instead of its base bit, and its base bit where it stands alone', () => {
    expect(flagNames(CONFIG_METHODS, 0x2008)).to.equal('Virtual Display');
    expect(flagNames(CONFIG_METHODS, 0x0008)).to.equal('Display');
    expect(flagNames(CONFIG_METHODS, 0x6008)).to.equal('Virtual Display, Physical Display');
    expect(flagNames(CONFIG_METHODS, 0x0280 | 0x0100)).to.equal('Virtual Push Button, Keypad');
  });

  it('shows bits without a name in hex behind the others', () => {
    expect(flagNames(RF_BANDS, 0x19)).to.equal('2.4 GHz, undefined 0x18');
    expect(flagNames(RF_BANDS, 0x80)).to.equal('undefined 0x80');
    expect(flagNames(RF_BANDS, 0)).to.equal('none');
  });

  it('names what maskOf holds', () => {
    expect([maskOf(RF_BANDS), maskOf(CONFIG_METHODS), maskOf(new Map())]).to.deep.equal([0x07, 0x77ff, 0]);
  });
});
