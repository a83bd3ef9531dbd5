import { equal } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import {
  authenticator,
  AUTHENTICATOR_BYTES,
  AUTHENTICATOR_TLV_BYTES,
  deriveKeys,
  isValidPublicKey,
} from '#wire/wps/crypto.js';
import { attribute, MESSAGE_TYPE, type WscMessage } from '#wire/wps/message.js';
import { hasKeys, type KeyRing, type NamedKeys } from './keys.js';
import type { ExchangeMessage, SessionKeys } from './model.js';

/** Keys of an exchange, or why none of those at hand are. */
export interface KeyMatch {
  readonly keys: SessionKeys | null;
  /** Set when keys were given, the exchange has something to try them on, and none fits. */
  readonly problem: string | null;
  /** PIN of the session they are of, where it is its own; absent: none is known. */
  readonly pin?: string;
}

/** What keys are matched by: the first message of each type, retransmissions left out. */
type Messages = ReadonlyMap<number, WscMessage>;

/** A message and the one its Authenticator covers too. */
const PREDECESSOR: readonly (readonly [number, number])[] = [
  [MESSAGE_TYPE.M2, MESSAGE_TYPE.M1],
  [MESSAGE_TYPE.M3, MESSAGE_TYPE.M2],
  [MESSAGE_TYPE.M4, MESSAGE_TYPE.M3],
  [MESSAGE_TYPE.M5, MESSAGE_TYPE.M4],
  [MESSAGE_TYPE.M6, MESSAGE_TYPE.M5],
  [MESSAGE_TYPE.M7, MESSAGE_TYPE.M6],
  [MESSAGE_TYPE.M8, MESSAGE_TYPE.M7],
];

/**
 * Find the keys of an exchange. Keys that come with nonces belong by them, however wrong the exchange's Authenticators
 * are; others must verify at least one Authenticator of either side.
 */
export function matchKeys(messages: readonly ExchangeMessage[], ring: KeyRing): KeyMatch {
  if (!hasKeys(ring)) return { keys: null, problem: null };
  const byType = new Map<number, WscMessage>();
  for (const { wsc } of messages)
    if (wsc.messageType !== null && !byType.has(wsc.messageType)) byType.set(wsc.messageType, wsc);
  const named = byNonces(byType, ring);
  if (named !== null) return found(named);
  const sealed = PREDECESSOR.filter(([type, before]) => byType.has(type) && byType.has(before));
  if (sealed.length === 0) return { keys: null, problem: null };
  for (const keys of candidates(byType, ring))
    if (sealed.some(([type, before]) => verifies(byType.get(type), byType.get(before), keys))) return found(keys);
  return { keys: null, problem: 'the keys that were given do not belong to this exchange: no Authenticator verifies' };
}

function found({ authKey, keyWrapKey, pin }: SessionKeys & Pick<NamedKeys, 'pin'>): KeyMatch {
  return { keys: { authKey, keyWrapKey }, problem: null, ...(pin === undefined ? {} : { pin }) };
}

function byNonces(messages: Messages, ring: KeyRing): NamedKeys | null {
  const enrolleeNonce = value(messages.get(MESSAGE_TYPE.M1), ATTRIBUTE.EnrolleeNonce);
  const registrarNonce = value(messages.get(MESSAGE_TYPE.M2), ATTRIBUTE.RegistrarNonce);
  if (enrolleeNonce === null || registrarNonce === null) return null;
  return (
    ring.sessions.find(
      (session) => equal(session.enrolleeNonce, enrolleeNonce) && equal(session.registrarNonce, registrarNonce),
    ) ?? null
  );
}

function* candidates(messages: Messages, ring: KeyRing): Generator<SessionKeys & Pick<NamedKeys, 'pin'>> {
  yield* ring.pairs;
  // A script may have altered a nonce on its way out: the keys of a session still open it.
  yield* ring.sessions;
  const m1 = messages.get(MESSAGE_TYPE.M1);
  const m2 = messages.get(MESSAGE_TYPE.M2);
  const enrolleeNonce = value(m1, ATTRIBUTE.EnrolleeNonce);
  const enrolleeMac = value(m1, ATTRIBUTE.MACAddress);
  const registrarNonce = value(m2, ATTRIBUTE.RegistrarNonce);
  if (enrolleeNonce === null || enrolleeMac === null || registrarNonce === null) return;
  for (const privateKey of ring.privateKeys) {
    for (const peer of [m1, m2]) {
      const peerPublicKey = value(peer, ATTRIBUTE.PublicKey);
      if (peerPublicKey === null || !isValidPublicKey(peerPublicKey)) continue;
      const { authKey, keyWrapKey } = deriveKeys({
        privateKey,
        peerPublicKey,
        enrolleeNonce,
        enrolleeMac,
        registrarNonce,
      });
      yield { authKey, keyWrapKey };
    }
  }
}

function verifies(message: WscMessage | undefined, before: WscMessage | undefined, keys: SessionKeys): boolean {
  const given = value(message, ATTRIBUTE.Authenticator);
  if (message === undefined || before === undefined || given?.length !== AUTHENTICATOR_BYTES) return false;
  const covered = message.bytes.subarray(0, message.bytes.length - AUTHENTICATOR_TLV_BYTES);
  return equal(given, authenticator(keys.authKey, before.bytes, covered));
}

function value(message: WscMessage | undefined, id: number): Uint8Array | null {
  return message === undefined ? null : (attribute(message, id)?.value ?? null);
}
