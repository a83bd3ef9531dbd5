import { ascii, fromHex } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { deviceTypeValue } from '#wire/wps/build.js';
import type { EngineLimits, EngineOutput, RegistrarConfig } from '../engine.js';
import { ENROLLEE_LIMITS, type EnrolleeConfig } from '../enrollee-config.js';

export const LIMITS: EngineLimits = { retransmitMs: 5000, tries: 3, sessionMs: 120_000 };

export const CREDENTIAL = {
  ssid: ascii('onboarding'),
  authenticationType: 0x0020,
  encryptionType: 0x0008,
  networkKey: ascii('correct horse'),
};

/** A Registrar's configuration, PIN 12345670, repeatable. */
export function registrarConfig(changes: Partial<RegistrarConfig> = {}): RegistrarConfig {
  return {
    method: 'pin',
    pin: '12345670',
    credential: CREDENTIAL,
    uuidR: fromHex('00112233445546778899aabbccddeeff'),
    device: {
      manufacturer: 'Rally',
      modelName: 'Registrar',
      modelNumber: '1',
      serialNumber: '1',
      deviceName: 'Registrar under test',
    },
    random: seededRandom(1),
    limits: LIMITS,
    ...changes,
  };
}

/** Packets among the outputs, with their names. */
export function sent(outputs: readonly EngineOutput[]): { what: string; bytes: Uint8Array }[] {
  return outputs.flatMap((output) => (output.kind === 'send' ? [{ what: output.what, bytes: output.bytes }] : []));
}

/** The `end` among the outputs, or null. */
export function ending(outputs: readonly EngineOutput[]): Extract<EngineOutput, { kind: 'end' }> | null {
  return outputs.find((output) => output.kind === 'end') ?? null;
}

/** Time of the last `wake` among the outputs. */
export function wakeAt(outputs: readonly EngineOutput[]): number {
  const wakes = outputs.flatMap((output) => (output.kind === 'wake' ? [output.atMs] : []));
  const last = wakes[wakes.length - 1];
  if (last === undefined) throw new Error('no wake among the outputs');
  return last;
}

/** An Enrollee's configuration, PIN 12345670, repeatable: a printer that says WSC 2.0. */
export function enrolleeConfig(changes: Partial<EnrolleeConfig> = {}): EnrolleeConfig {
  return {
    method: 'pin',
    pin: '12345670',
    identity: {
      macAddress: fromHex('020000000100'),
      uuidE: fromHex('8c5ae1f04b7d4f2e9a31c6d70b1e2f34'),
      authenticationTypes: 0x0023,
      encryptionTypes: 0x000d,
      connectionTypes: 0x01,
      configMethods: 0x2388,
      wpsState: 1,
      device: {
        manufacturer: 'Rally',
        modelName: 'Printer',
        modelNumber: '2',
        serialNumber: '42',
        deviceName: 'Printer under test',
      },
      primaryDeviceType: deviceTypeValue(3, 1),
      rfBands: 1,
      associationState: 0,
      osVersion: fromHex('80000000'),
      version2: 0x20,
    },
    random: seededRandom(2),
    limits: ENROLLEE_LIMITS,
    ...changes,
  };
}
