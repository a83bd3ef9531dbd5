import type { TlvSource } from '#wire/tlv.js';
import { editAttributes } from '#wire/wps/build.js';
import type { OutgoingMessage, Script, ScriptTools } from '../engine.js';

/** What a test makes of one message's bytes. */
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

/** Another value for the attributes of this id, Authenticator right again where there is one. */
export function withValue(id: number, value: (old: Uint8Array) => Uint8Array, sealed = true): Edit {
  return (wsc, tools) => {
    const edited = editAttributes(wsc, (all) =>
      all.map((node): TlvSource => (node.type === id ? { type: id, value: value(node.value) } : node)),
    );
    return sealed ? tools.seal(edited) : edited;
  };
}

/** First byte turned over. */
export function flipped(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, index) => (index === 0 ? byte ^ 0xff : byte));
}
