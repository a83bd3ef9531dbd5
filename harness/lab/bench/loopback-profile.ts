import { toHex } from '#base/bytes.js';
import { profileSchema, type Profile } from '#profile/schema.js';
import type { Device } from '#reference/device.js';
import { referenceParts } from '#reference/enrollee.js';
import type { Behaviour } from '#reference/parts.js';
import { CONFIG_METHOD } from '#wire/wps/codes.js';

/** The profile a vendor would write of this device: what it is meant to do, and under what it is found. */
export function loopbackProfile(device: Device, faults: readonly Behaviour[], sessions: number): Profile {
  const { model } = device;
  const { identities, panel } = referenceParts(device, faults);
  const has = (bit: number): boolean => (model.configMethods & bit) !== 0;
  const transports = model.transports.map(({ transport }) => transport);
  return profileSchema.parse({
    version: 1,
    device: {
      name: `Reference device ${model.id}`,
      manufacturer: model.strings.manufacturer,
      model: model.strings.modelName,
    },
    ics: {
      transports: transports.length === 0 ? ['none'] : transports,
      wscVersion: model.wscVersion,
      methods: ['pin', 'pbc'],
      display: has(CONFIG_METHOD.Display),
      keypad: has(CONFIG_METHOD.Keypad),
      pushButton: has(CONFIG_METHOD.PushButton),
      label: has(CONFIG_METHOD.Label),
      pinKind: has(CONFIG_METHOD.Display) ? 'dynamic' : 'label',
    },
    ixit: {
      method: model.method,
      ...(model.method === 'pin' ? { pin: panel.pin } : {}),
      mac: toHex(device.mac, ':'),
      ...(Object.keys(identities).length === 0 ? {} : { identities }),
      sessions,
    },
  });
}
