import { equal } from '#base/bytes.js';
import { attributeName, ATTRIBUTE } from '#wire/wps/attributes.js';
import { attribute, type WscMessage } from '#wire/wps/message.js';

/** Bytes of a nonce, public or secret. */
export const NONCE_BYTES = 16;
/** Bytes of E-Hash1/2 and R-Hash1/2. */
export const HASH_BYTES = 32;
export const DEVICE_PASSWORD_ID = { Default: 0x0000, PushButton: 0x0004, RegistrarSpecified: 0x0005 } as const;
/** Configuration Error: device password authentication failure. */
export const PASSWORD_FAILURE = 18;

/** Why a message is refused: one sentence, and the Configuration Error to say (0 unless the password is wrong). */
export class Refusal extends Error {
  constructor(
    text: string,
    readonly configurationError = 0,
  ) {
    super(text);
    this.name = 'Refusal';
  }
}

/** Value of the first whole attribute with this id. Throws {@link Refusal} when missing or not `lengthBytes` long. */
export function required(message: WscMessage, id: number, lengthBytes?: number): Uint8Array {
  const node = attribute(message, id);
  const what = `${attributeName(id)} in ${message.name ?? 'the message'}`;
  if (node === null) throw new Refusal(`no ${what}`);
  if (node.missingBytes > 0) throw new Refusal(`${what} is cut`);
  if (lengthBytes !== undefined && node.value.length !== lengthBytes)
    throw new Refusal(`${what} has ${node.value.length} bytes, not ${lengthBytes}`);
  return node.value;
}

/** Throws {@link Refusal} unless the attribute is there and holds exactly these bytes. */
export function requireEcho(message: WscMessage, id: number, expected: Uint8Array): void {
  if (!equal(required(message, id, expected.length), expected))
    throw new Refusal(`${attributeName(id)} in ${message.name ?? 'the message'} is not the one it should echo`);
}

/** Value of the first attribute with this id, if that is a whole one of two bytes; else null. */
export function wordOf(message: Pick<WscMessage, 'attributes'>, id: number): number | null {
  const [high, low, ...rest] = attribute(message, id)?.value ?? [];
  return high === undefined || low === undefined || rest.length > 0 ? null : (high << 8) | low;
}

/** Configuration Error of a WSC_NACK, for a log. */
export function configurationErrorOf(nack: WscMessage): string {
  return String(wordOf(nack, ATTRIBUTE.ConfigurationError) ?? 'missing');
}
