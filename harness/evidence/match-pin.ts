import { equal } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { passwordHalves, PUBLIC_KEY_BYTES, secretHash } from '#wire/wps/crypto.js';
import { attribute, MESSAGE_TYPE } from '#wire/wps/message.js';
import type { ExchangeMessage, SessionKeys } from './model.js';

/** Where the Registrar proves that it knows a half of the PIN. */
const PROOFS = [
  { message: MESSAGE_TYPE.M4, nonce: ATTRIBUTE.RSNonce1, hash: ATTRIBUTE.RHash1, half: 'psk1' },
  { message: MESSAGE_TYPE.M6, nonce: ATTRIBUTE.RSNonce2, hash: ATTRIBUTE.RHash2, half: 'psk2' },
] as const;

/**
 * False when the Registrar's own hashes show that another PIN was in use; what the Enrollee sent is not looked at, for
 * that is judged by the PIN. `messages` with their settings opened by `keys`.
 */
export function pinFits(messages: readonly ExchangeMessage[], keys: SessionKeys, pin: string): boolean {
  const valueIn = (type: number, id: number): Uint8Array | null => {
    const message = messages.find(({ wsc }) => wsc.messageType === type);
    return message === undefined ? null : (attribute(message.wsc, id)?.value ?? null);
  };
  const enrolleeKey = valueIn(MESSAGE_TYPE.M1, ATTRIBUTE.PublicKey);
  const registrarKey = valueIn(MESSAGE_TYPE.M2, ATTRIBUTE.PublicKey);
  if (enrolleeKey?.length !== PUBLIC_KEY_BYTES || registrarKey?.length !== PUBLIC_KEY_BYTES) return true;
  const halves = passwordHalves(keys.authKey, pin);
  return PROOFS.every(({ message, nonce, hash, half }) => {
    const committed = valueIn(MESSAGE_TYPE.M4, hash);
    const plain = messages.find(({ wsc }) => wsc.messageType === message)?.settings?.plain ?? null;
    const revealed = plain === null ? null : (attribute(plain, nonce)?.value ?? null);
    if (committed === null || revealed === null) return true;
    return equal(committed, secretHash(keys.authKey, revealed, halves[half], enrolleeKey, registrarKey));
  });
}
