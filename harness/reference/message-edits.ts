import { concat } from '#base/bytes.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import type { TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, editAttributes, wordAttribute } from '#wire/wps/build.js';
import { decryptBlocks, encryptBlocks } from '#wire/wps/crypto.js';
import { MESSAGE_TYPE } from '#wire/wps/message.js';
import type { OutgoingMessage, Script, ScriptTools } from '#wps/engine.js';

/* Ways to alter a message on its way out. */

/** Attributes of a message, before they are written. */
export type AttributeEdit = (attributes: readonly TlvSource[]) => readonly TlvSource[];

/** The message of this name is altered, all others go as they are. */
export function alter(what: string, change: (message: OutgoingMessage, tools: ScriptTools) => Uint8Array): Script {
  return (message, tools) => [message.what === what ? { ...message, wsc: change(message, tools) } : message];
}

/** Attributes of M1 or WSC_DONE: messages without Authenticator. */
export function attributes(what: 'M1' | 'WSC_DONE', edit: AttributeEdit): Script {
  return alter(what, ({ wsc }) => editAttributes(wsc, edit));
}

/** Attributes of M3, M5 or M7, the Authenticator made right again. */
export function sealed(what: 'M3' | 'M5' | 'M7', edit: AttributeEdit): Script {
  return alter(what, ({ wsc }, tools) =>
    tools.seal(
      editAttributes(wsc, (all) => {
        const body = all.filter(({ type }) => type !== ATTRIBUTE.Authenticator);
        return [...edit(body), ...all.filter(({ type }) => type === ATTRIBUTE.Authenticator)];
      }),
    ),
  );
}

/** Attributes of M3, M5 or M7 after the Authenticator was computed. */
export function unsealed(what: 'M3' | 'M5' | 'M7', edit: AttributeEdit): Script {
  return alter(what, ({ wsc }) => editAttributes(wsc, edit));
}

/**
 * The settings of M5 or M7 encrypted again under the same IV: `change` gets their plaintext with the Key Wrap
 * Authenticator, without padding, and returns whole blocks of 16 bytes.
 */
export function settings(
  what: 'M5' | 'M7',
  change: (plain: Uint8Array, keys: NonNullable<ScriptTools['keys']>) => Uint8Array,
): Script {
  return alter(what, ({ wsc }, tools) => {
    const { keys } = tools;
    if (keys === null) return wsc;
    const edited = editAttributes(wsc, (all) =>
      all.map((tlv): TlvSource => {
        if (tlv.type !== ATTRIBUTE.EncryptedSettings) return tlv;
        const padded = decryptBlocks(keys.keyWrapKey, tlv.value);
        const plain = padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
        const iv = tlv.value.subarray(0, 16);
        return { type: tlv.type, value: encryptBlocks(keys.keyWrapKey, change(plain, keys), iv) };
      }),
    );
    return tools.seal(edited);
  });
}

/** Without the attributes of this id. */
export function drop(id: number): AttributeEdit {
  return (all) => all.filter(({ type }) => type !== id);
}

/** Another value for the attributes of this id. */
export function setValue(id: number, value: (old: Uint8Array) => Uint8Array): AttributeEdit {
  return (all) => all.map((tlv) => (tlv.type === id ? { type: id, value: value(tlv.value) } : tlv));
}

/** The first attribute of this id twice. */
export function repeat(id: number): AttributeEdit {
  return (all) => {
    const at = all.findIndex(({ type }) => type === id);
    const found = all[at];
    return found === undefined ? all : all.toSpliced(at, 0, found);
  };
}

/** The attribute of one id moved directly before that of another. */
export function moveBefore(id: number, before: number): AttributeEdit {
  return (all) => {
    const moved = all.filter(({ type }) => type === id);
    return all.filter(({ type }) => type !== id).flatMap((tlv) => (tlv.type === before ? [...moved, tlv] : [tlv]));
  };
}

/** Bytes of Version and Message Type, which every message begins with, and of a nonce's attribute. */
const HEAD_BYTES = 10;
const NONCE_TLV_BYTES = 20;

/** WSC_NACK in the place of a WSC_ACK or WSC_DONE of ours, with its nonces and the extension after them. */
export function nackInsteadOf({ wsc }: OutgoingMessage): OutgoingMessage {
  const end = HEAD_BYTES + 2 * NONCE_TLV_BYTES;
  return {
    what: 'WSC_NACK',
    opCode: OP_CODE.Nack,
    wsc: concat(
      byteAttribute(ATTRIBUTE.Version, 0x10),
      byteAttribute(ATTRIBUTE.MessageType, MESSAGE_TYPE.WSC_NACK),
      wsc.subarray(HEAD_BYTES, end),
      wordAttribute(ATTRIBUTE.ConfigurationError, 0),
      wsc.subarray(end),
    ),
  };
}
