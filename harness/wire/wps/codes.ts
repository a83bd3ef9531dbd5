/*
 * Values that have names (WSC: data element definitions). Each table maps a value, or one bit of a value, to its name.
 */

/** Values of an attribute by name. */
export type Codes = ReadonlyMap<number, string>;

/** Bits of Config Methods (0x1008 and its relatives), highest first; the virtual and physical forms hold two bits. */
export const CONFIG_METHOD = {
  UsbA: 0x0001,
  Ethernet: 0x0002,
  Label: 0x0004,
  Display: 0x0008,
  ExternalNfc: 0x0010,
  IntegratedNfc: 0x0020,
  NfcInterface: 0x0040,
  PushButton: 0x0080,
  Keypad: 0x0100,
  VirtualPushButton: 0x0280,
  PhysicalPushButton: 0x0480,
  P2ps: 0x1000,
  VirtualDisplay: 0x2008,
  PhysicalDisplay: 0x4008,
} as const;

export const CONFIG_METHODS: Codes = new Map<number, string>([
  [CONFIG_METHOD.UsbA, 'USBA'],
  [CONFIG_METHOD.Ethernet, 'Ethernet'],
  [CONFIG_METHOD.Label, 'Label'],
  [CONFIG_METHOD.VirtualDisplay, 'Virtual Display'],
  [CONFIG_METHOD.PhysicalDisplay, 'Physical Display'],
  [CONFIG_METHOD.Display, 'Display'],
  [CONFIG_METHOD.ExternalNfc, 'External NFC Token'],
  [CONFIG_METHOD.IntegratedNfc, 'Integrated NFC Token'],
  [CONFIG_METHOD.NfcInterface, 'NFC Interface'],
  [CONFIG_METHOD.VirtualPushButton, 'Virtual Push Button'],
  [CONFIG_METHOD.PhysicalPushButton, 'Physical Push Button'],
  [CONFIG_METHOD.PushButton, 'Push Button'],
  [CONFIG_METHOD.Keypad, 'Keypad'],
  [CONFIG_METHOD.P2ps, 'P2PS'],
]);

/** Bits of Authentication Type and its flags. */
export const AUTHENTICATION_TYPE = {
  Open: 0x0001,
  WpaPsk: 0x0002,
  Shared: 0x0004,
  Wpa: 0x0008,
  Wpa2: 0x0010,
  Wpa2Psk: 0x0020,
} as const;

export const AUTHENTICATION_TYPES: Codes = new Map<number, string>([
  [AUTHENTICATION_TYPE.Open, 'Open'],
  [AUTHENTICATION_TYPE.WpaPsk, 'WPA-Personal'],
  [AUTHENTICATION_TYPE.Shared, 'Shared'],
  [AUTHENTICATION_TYPE.Wpa, 'WPA-Enterprise'],
  [AUTHENTICATION_TYPE.Wpa2, 'WPA2-Enterprise'],
  [AUTHENTICATION_TYPE.Wpa2Psk, 'WPA2-Personal'],
]);

/** Bits of Encryption Type and its flags. */
export const ENCRYPTION_TYPE = { None: 0x0001, Wep: 0x0002, Tkip: 0x0004, Aes: 0x0008 } as const;

export const ENCRYPTION_TYPES: Codes = new Map<number, string>([
  [ENCRYPTION_TYPE.None, 'None'],
  [ENCRYPTION_TYPE.Wep, 'WEP'],
  [ENCRYPTION_TYPE.Tkip, 'TKIP'],
  [ENCRYPTION_TYPE.Aes, 'AES'],
]);

export const CONNECTION_TYPES: Codes = new Map([
  [0x01, 'ESS'],
  [0x02, 'IBSS'],
]);

export const RF_BANDS: Codes = new Map([
  [0x01, '2.4 GHz'],
  [0x02, '5 GHz'],
  [0x04, '60 GHz'],
]);

export const ASSOCIATION_STATES: Codes = new Map([
  [0, 'Not associated'],
  [1, 'Connection success'],
  [2, 'Configuration failure'],
  [3, 'Association failure'],
  [4, 'IP failure'],
]);

/** Device Password ID: the way the password reaches the Registrar. */
export const DEVICE_PASSWORD_ID = { Default: 0x0000, PushButton: 0x0004 } as const;

export const DEVICE_PASSWORD_IDS: Codes = new Map<number, string>([
  [DEVICE_PASSWORD_ID.Default, 'Default (PIN)'],
  [0x0001, 'User-specified'],
  [0x0002, 'Machine-specified'],
  [0x0003, 'Rekey'],
  [DEVICE_PASSWORD_ID.PushButton, 'Push Button'],
  [0x0005, 'Registrar-specified'],
  [0x0007, 'NFC connection handover'],
  [0x0008, 'P2PS default'],
]);

/** Values of Configuration Error; the position is the value. */
export const CONFIGURATION_ERRORS: Codes = new Map(
  [
    'No error',
    'Out-of-band interface read error',
    'Decryption CRC failure',
    '2.4 GHz channel not supported',
    '5 GHz channel not supported',
    'Signal too weak',
    'Network authentication failure',
    'Network association failure',
    'No DHCP response',
    'Failed DHCP configuration',
    'IP address conflict',
    'Could not connect to Registrar',
    'Multiple push button sessions detected',
    'Rogue activity suspected',
    'Device busy',
    'Setup locked',
    'Message timeout',
    'Registration session timeout',
    'Device password authentication failure',
    '60 GHz channel not supported',
    'Public key hash mismatch',
  ].map((name, value) => [value, name]),
);

export const REQUEST_TYPES: Codes = new Map([
  [0, 'Enrollee, information only'],
  [1, 'Enrollee, open 802.1X'],
  [2, 'Registrar'],
  [3, 'WLAN manager Registrar'],
]);

export const RESPONSE_TYPES: Codes = new Map([
  [0, 'Enrollee, information only'],
  [1, 'Enrollee, open 802.1X'],
  [2, 'Registrar'],
  [3, 'Access point'],
]);

export const WPS_STATES: Codes = new Map([
  [1, 'Not configured'],
  [2, 'Configured'],
]);

/** All bits that have a name. */
export function maskOf(bits: Codes): number {
  return [...bits.keys()].reduce((mask, bit) => mask | bit, 0);
}

/** Names of the bits that are set, in the order of the table, and the bits without a name in hex. `none` for zero. */
export function flagNames(bits: Codes, value: number): string {
  let open = value;
  const names: string[] = [];
  for (const [bit, name] of bits) {
    // A form of two bits stands before its own base bit, which is then not named again.
    if ((value & bit) !== bit || (open & bit) === 0) continue;
    names.push(name);
    open &= ~bit;
  }
  if (open !== 0) names.push(`undefined 0x${open.toString(16)}`);
  return names.length === 0 ? 'none' : names.join(', ');
}
