import type { Profile, ProfileTransport } from '#profile/schema.js';

/** UUID-E of the device under test in these tests. */
export const UUID_E = '6d1c9ea4-0b3f-4a52-9b1c-2f60d8a7c301';

/** What a test says of the device; the rest is a conformant wpa_supplicant that does not pair. */
export interface ProfileOptions {
  readonly transports?: readonly ProfileTransport[];
  readonly method?: 'pin' | 'pbc';
  readonly sessions?: number;
  readonly limits?: { readonly startMs: number; readonly sessionMs: number };
  /** Hex of the vendor extension's value; null for none. */
  readonly extension?: string | null;
  readonly uuid?: string;
  readonly fragmentBytes?: number;
  readonly configMethods?: readonly string[];
  /** A real port instead of a device of our own. */
  readonly port?: string;
}

/** VPI with Transport None. */
export const NONE_EXTENSION = '000137100100020001';

export function wiredProfile(options: ProfileOptions = {}): Profile {
  const extension = options.extension === undefined ? NONE_EXTENSION : options.extension;
  return {
    version: 1,
    device: { name: 'wpa_supplicant' },
    ics: { transports: options.transports ?? ['none'], wscVersion: '2.0', methods: ['pin', 'pbc'] },
    ixit: {
      method: options.method ?? 'pin',
      pin: '12345670',
      sessions: options.sessions ?? 1,
      limits: {
        startMs: 10_000,
        sessionMs: 20_000,
        discoveryMs: 30_000,
        refreshMs: 0,
        answerMs: 60_000,
        ...options.limits,
      },
      ...(options.port === undefined
        ? {
            dut: {
              kind: 'wpa_supplicant',
              uuid: options.uuid ?? UUID_E,
              deviceName: 'Sensor',
              manufacturer: 'Example',
              modelName: 'Model',
              modelNumber: '1',
              serialNumber: '2',
              deviceType: '5-0050F204-1',
              configMethods: options.configMethods ?? ['virtual_display', 'virtual_push_button', 'keypad'],
              ...(extension === null ? {} : { vendorExtensionM1: extension }),
              ...(options.fragmentBytes === undefined ? {} : { fragmentBytes: options.fragmentBytes }),
            },
          }
        : { interface: options.port }),
    },
  };
}
