import { randomBytes } from 'node:crypto';
import { ascii, toHex } from '#base/bytes.js';
import type { Credential, RegistrarConfig } from '#wps/engine.js';

/** Everything of our Registrar but its limits. Name and key of the network are drawn for this run and then forgotten. */
export function registrarConfig({
  method,
  pin,
}: Pick<RegistrarConfig, 'method' | 'pin'>): Omit<RegistrarConfig, 'limits'> {
  const random = (lengthBytes: number): Uint8Array => Uint8Array.from(randomBytes(lengthBytes));
  const credential: Credential = {
    ssid: ascii(`rally-${toHex(random(4))}`),
    authenticationType: 0x0020,
    encryptionType: 0x0008,
    networkKey: ascii(toHex(random(16))),
  };
  const uuidR = random(16);
  // RFC 9562: version 4, variant 10x.
  uuidR[6] = ((uuidR[6] ?? 0) & 0x0f) | 0x40;
  uuidR[8] = ((uuidR[8] ?? 0) & 0x3f) | 0x80;
  const device = {
    manufacturer: 'rally-conformance',
    modelName: 'Registrar',
    modelNumber: '1',
    serialNumber: '1',
    deviceName: 'rally-conformance',
  };
  return { method, pin, credential, uuidR, device, random };
}
