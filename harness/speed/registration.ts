import { ascii, be, concat, fromHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import { seededRandom } from '#base/random.js';
import { deviceTypeValue, vendorExtensionAttribute } from '#wire/wps/build.js';
import type { Credential, DerivedKeys, EngineLimits, EngineOutput, RegistrarConfig } from '#wps/engine.js';
import { createEnrollee } from '#wps/enrollee.js';
import { ENROLLEE_LIMITS } from '#wps/enrollee-config.js';
import { createRegistrar } from '#wps/registrar.js';

/** One EAPOL packet of a registration. */
export interface Packet {
  readonly from: 'enrollee' | 'registrar';
  readonly eapol: Uint8Array;
}

/** A registration from EAPOL-Start to EAP-Failure, and what opens it. */
export interface Registration {
  readonly enrolleeMac: Uint8Array;
  readonly uuidE: Uint8Array;
  readonly packets: readonly Packet[];
  readonly keys: DerivedKeys;
}

export const PIN = '12345670';

/** What the Registrar hands over: a network that does not exist. */
export const CREDENTIAL: Credential = {
  ssid: ascii('throw-away'),
  authenticationType: 0x0020,
  encryptionType: 0x0008,
  networkKey: ascii('nobody uses this'),
};

const LIMITS: EngineLimits = { retransmitMs: 5000, tries: 3, sessionMs: 120_000 };

/** Microsoft's vendor id, and a Vertical Pairing Identifier with Transport None. */
const MICROSOFT = fromHex('000137');
const VERTICAL_PAIRING = fromHex('1001 0002 0001');

/** Our Registrar for a device with {@link PIN}. */
export function registrarConfig(random: RegistrarConfig['random']): RegistrarConfig {
  return {
    method: 'pin',
    pin: PIN,
    credential: CREDENTIAL,
    uuidR: fromHex('5ab6f0f46d2e4b419f0c3f1f8f4c7a10'),
    device: {
      manufacturer: 'rally-conformance',
      modelName: 'Registrar',
      modelNumber: '1',
      serialNumber: '1',
      deviceName: 'Registrar',
    },
    random,
    limits: LIMITS,
  };
}

/** Our Enrollee registers with our Registrar. The same for the same seed (a natural number) and address (6 bytes). */
export function register(seed: number, enrolleeMac: Uint8Array): Registration {
  const uuidE = uuidOf(seed);
  const registrar = createRegistrar(registrarConfig(seededRandom(2 * seed)));
  const enrollee = createEnrollee({
    method: 'pin',
    pin: PIN,
    identity: {
      macAddress: enrolleeMac,
      uuidE,
      authenticationTypes: 0x0023,
      encryptionTypes: 0x000d,
      connectionTypes: 0x01,
      configMethods: 0x2388,
      wpsState: 1,
      device: {
        manufacturer: 'Example',
        modelName: 'Printer',
        modelNumber: '2',
        serialNumber: '42',
        deviceName: 'Printer',
      },
      primaryDeviceType: deviceTypeValue(3, 1),
      rfBands: 1,
      associationState: 0,
      osVersion: fromHex('80000000'),
      version2: 0x20,
    },
    extras: { M1: [{ bytes: vendorExtensionAttribute(MICROSOFT, VERTICAL_PAIRING) }] },
    random: seededRandom(2 * seed + 1),
    limits: ENROLLEE_LIMITS,
  });
  const packets: Packet[] = [];
  const keys: DerivedKeys[] = [];
  const take = (from: Packet['from'], outputs: readonly EngineOutput[]): void => {
    for (const output of outputs) {
      if (output.kind === 'send') packets.push({ from, eapol: output.bytes });
      else if (output.kind === 'keys' && from === 'registrar') keys.push(output.keys);
    }
  };
  take('enrollee', enrollee.start(0));
  // The Registrar's first words are its answer to EAPOL-Start.
  take('registrar', registrar.start(0));
  for (let next = 1; next < packets.length; next++) {
    const { from, eapol } = packets[next] as Packet;
    if (from === 'registrar') take('enrollee', enrollee.receive(eapol, 0));
    else take('registrar', registrar.receive(eapol, 0));
  }
  const [sessionKeys] = keys;
  if (sessionKeys === undefined)
    throw new RallyError('ERR_INTERNAL', 'our Enrollee and our Registrar agreed on no key');
  return { enrolleeMac, uuidE, packets, keys: sessionKeys };
}

/** Registrations of so many devices, the same each time. */
export function registerMany(count: number): Registration[] {
  return Array.from({ length: count }, (_, index) => register(index + 1, deviceAddress(index)));
}

/** Address of a device by its number, locally administered. */
export function deviceAddress(number: number): Uint8Array {
  return concat(fromHex('0200d0'), be(number, 3));
}

function uuidOf(seed: number): Uint8Array {
  const uuid = seededRandom(seed)(16);
  // RFC 9562: version 4, variant 10x.
  uuid[6] = ((uuid[6] as number) & 0x0f) | 0x40;
  uuid[8] = ((uuid[8] as number) & 0x3f) | 0x80;
  return uuid;
}
