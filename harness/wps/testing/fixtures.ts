import { ascii, fromHex } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import type { EngineLimits, EngineOutput, RegistrarConfig } from '../engine.js';

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
