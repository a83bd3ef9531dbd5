import { toHex } from '#base/bytes.js';
import { profileSchema, type Profile } from '#profile/schema.js';
import type { Device } from '#reference/device.js';
import { referenceParts } from '#reference/enrollee.js';
import type { Behaviour } from '#reference/parts.js';

/** The profile a vendor would write of this device: what it is meant to do, and under what it is found. */
export function loopbackProfile(device: Device, faults: readonly Behaviour[], sessions: number): Profile {
  const { model, pin } = device;
  const { identities } = referenceParts(device, faults);
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
    },
    ixit: {
      method: model.method,
      ...(model.method === 'pin' ? { pin } : {}),
      mac: toHex(device.mac, ':'),
      ...(Object.keys(identities).length === 0 ? {} : { identities }),
      sessions,
    },
  });
}
