import { concat } from '#base/bytes.js';
import { decodeTlvs, encodeTlvs, type TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { editAttributes } from '#wire/wps/build.js';
import { BLOCK_BYTES, decryptBlocks, encryptBlocks } from '#wire/wps/crypto.js';
import type { OutgoingMessage, Script, ScriptTools } from '../engine.js';

/* Ways to alter a message of the Registrar on its way out. */

/** What becomes of one message's bytes. */
export type Edit = (wsc: Uint8Array, tools: ScriptTools) => Uint8Array;

/** Alter the message of this name; all others go as they are. */
export function alter(what: string, edit: Edit): Script {
  return (message, tools) => [message.what === what ? { ...message, wsc: edit(message.wsc, tools) } : message];
}

/** Send something else in the place of the message of this name. */
export function replace(what: string, other: (message: OutgoingMessage) => OutgoingMessage): Script {
  return (message) => [message.what === what ? other(message) : message];
}

/** Without the attributes of this id, Authenticator right again. */
export function without(id: number): Edit {
  return (wsc, tools) => tools.seal(editAttributes(wsc, (all) => all.filter(({ type }) => type !== id)));
}

/** Another value for the attributes of this id, Authenticator right again unless `sealed` is false. */
export function withValue(id: number, value: (old: Uint8Array) => Uint8Array, sealed = true): Edit {
  return (wsc, tools) => {
    const edited = editAttributes(wsc, (all) => valued(all, id, value));
    return sealed ? tools.seal(edited) : edited;
  };
}

/** First byte turned over. */
export function flipped(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => (index === 0 ? byte ^ 0xff : byte));
}

/** Attributes of a list with another value for those of this id. */
export function valued(
  all: readonly TlvSource[],
  id: number,
  value: (old: Uint8Array) => Uint8Array,
): readonly TlvSource[] {
  return all.map((node) => (node.type === id ? { type: id, value: value(node.value) } : node));
}

/**
 * Other attributes in the Encrypted Settings, which are wrapped and encrypted correctly again; `edit` gets them without
 * their Key Wrap Authenticator. The message's Authenticator is made right again.
 */
export function settings(edit: (attributes: readonly TlvSource[]) => readonly TlvSource[]): Edit {
  return (wsc, tools) => {
    const inside = (value: Uint8Array): Uint8Array => {
      const { nodes } = decodeTlvs(unpadded(value, tools));
      return tools.encrypt(encodeTlvs({ nodes: edit(nodes.filter(({ type }) => type !== WRAP)) }));
    };
    return withValue(ATTRIBUTE.EncryptedSettings, inside)(wsc, tools);
  };
}

/**
 * Other plaintext in the Encrypted Settings: `edit` gets it with its Key Wrap Authenticator and without its padding, and
 * returns whole blocks of 16 bytes. The message's Authenticator is made right again.
 */
export function plaintext(edit: (plain: Uint8Array) => Uint8Array): Edit {
  return (wsc, tools) => {
    const inside = (value: Uint8Array): Uint8Array => {
      const { keyWrapKey } = keysOf(tools);
      return encryptBlocks(keyWrapKey, edit(unpadded(value, tools)), value.subarray(0, BLOCK_BYTES));
    };
    return withValue(ATTRIBUTE.EncryptedSettings, inside)(wsc, tools);
  };
}

/** `plain` padded to whole blocks as is right (PKCS #7). */
export function padded(plain: Uint8Array): Uint8Array {
  const count = BLOCK_BYTES - (plain.length % BLOCK_BYTES);
  return concat(plain, new Uint8Array(count).fill(count));
}

const WRAP = ATTRIBUTE.KeyWrapAuthenticator;

function unpadded(value: Uint8Array, tools: ScriptTools): Uint8Array {
  const blocks = decryptBlocks(keysOf(tools).keyWrapKey, value);
  return blocks.subarray(0, blocks.length - (blocks.at(-1) ?? 0));
}

function keysOf({ keys }: ScriptTools): NonNullable<ScriptTools['keys']> {
  // Settings are encrypted by these keys: where there are settings, there are keys.
  if (keys === null) throw new RangeError('no session keys yet');
  return keys;
}
