import { equal, toHex, u16be } from '#base/bytes.js';

/** OUI and its last byte inside the device types that the Wi-Fi Alliance defines. */
export const WFA_DEVICE_TYPE_OUI = Uint8Array.of(0x00, 0x50, 0xf2, 0x04);
/** Length of a device type: category 2, OUI 4, subcategory 2. */
export const DEVICE_TYPE_BYTES = 8;

interface Category {
  readonly name: string;
  /** Names of the subcategories from 1 on. */
  readonly subcategories: readonly string[];
}

const category = (name: string, ...subcategories: readonly string[]): Category => ({ name, subcategories });

const CATEGORIES: ReadonlyMap<number, Category> = new Map([
  [
    1,
    category(
      'Computer',
      ...['PC', 'Server', 'Media Center', 'Ultra-mobile PC', 'Notebook', 'Desktop'],
      ...['Mobile Internet Device', 'Netbook', 'Tablet', 'Ultrabook'],
    ),
  ],
  [
    2,
    category(
      'Input Device',
      ...['Keyboard', 'Mouse', 'Joystick', 'Trackball', 'Gaming controller', 'Remote', 'Touchscreen'],
      ...['Biometric reader', 'Barcode reader'],
    ),
  ],
  [3, category('Printers, Scanners, Faxes and Copiers', 'Printer', 'Scanner', 'Fax', 'Copier', 'All-in-one')],
  [4, category('Camera', 'Digital still camera', 'Video camera', 'Web camera', 'Security camera')],
  [5, category('Storage', 'NAS')],
  [6, category('Network Infrastructure', 'AP', 'Router', 'Switch', 'Gateway', 'Bridge')],
  [7, category('Display', 'Television', 'Electronic picture frame', 'Projector', 'Monitor')],
  [
    8,
    category(
      'Multimedia Device',
      ...['Digital audio recorder', 'Personal video recorder', 'Media Center Extender', 'Set-top box'],
      ...['Media server, adapter or extender', 'Portable video player'],
    ),
  ],
  [9, category('Gaming Device', 'Xbox', 'Xbox 360', 'PlayStation', 'Game console', 'Portable gaming device')],
  [
    10,
    category(
      'Telephone',
      ...['Windows Mobile', 'Phone, single mode', 'Phone, dual mode'],
      ...['Smartphone, single mode', 'Smartphone, dual mode'],
    ),
  ],
  [
    11,
    category(
      'Audio Device',
      ...['Audio tuner or receiver', 'Speakers', 'Portable music player', 'Headset', 'Headphones', 'Microphone'],
      'Home theater system',
    ),
  ],
  [12, category('Docking Device', 'Computer docking station', 'Media kiosk')],
  [255, category('Other')],
]);

/** A device type taken apart. */
export interface DeviceType {
  readonly category: number;
  readonly subcategory: number;
  /** False: the numbers are a vendor's own, and no table names them. */
  readonly isWfa: boolean;
  /** Null: not defined, or not ours to name. */
  readonly categoryName: string | null;
  readonly subcategoryName: string | null;
}

/** Take apart the 8 bytes of a device type (big-endian), or null for another length. */
export function decodeDeviceType(value: Uint8Array): DeviceType | null {
  if (value.length !== DEVICE_TYPE_BYTES) return null;
  const isWfa = equal(value.subarray(2, 6), WFA_DEVICE_TYPE_OUI);
  const number = u16be(value, 0);
  const subcategory = u16be(value, 6);
  const known = isWfa ? CATEGORIES.get(number) : undefined;
  return {
    category: number,
    subcategory,
    isWfa,
    categoryName: known?.name ?? null,
    subcategoryName: known?.subcategories[subcategory - 1] ?? null,
  };
}

/** e.g. `3-0050f204-1 (Printers, Scanners, Faxes and Copiers: Printer)`; hex for another length. */
export function formatDeviceType(value: Uint8Array): string {
  const type = decodeDeviceType(value);
  if (type === null) return toHex(value);
  const numbers = `${type.category}-${toHex(value.subarray(2, 6))}-${type.subcategory}`;
  if (!type.isWfa) return numbers;
  if (type.categoryName === null) return `${numbers} (undefined category)`;
  return `${numbers} (${type.categoryName}: ${type.subcategoryName ?? 'undefined subcategory'})`;
}
