import type { TlvSource } from '#wire/tlv.js';
import { ascii } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { editAttributes } from '#wire/wps/build.js';
import type { OutgoingMessage, Script } from './engine.js';
import { m2dFrom } from './registrar-messages.js';

/** Model Name of a Registrar that runs on Windows. */
const WINDOWS = ascii('Windows');

/** No error: the Registrar only has no PIN yet. */
const NO_ERROR = 0;

/**
 * What Windows does with a device it has no PIN of yet: it answers M1 with an M2D whose Model Name is "Windows". Here
 * M2 follows as soon as that is answered, as if the user had typed the PIN at once.
 */
export const m2dWindows: Script = (message) => (message.what === 'M2' ? [m2dOf(message), message] : [message]);

/** The same for as long as the user has typed none: M2 never comes. */
export const m2dWindowsAlone: Script = (message) => [message.what === 'M2' ? m2dOf(message) : message];

function m2dOf(m2: OutgoingMessage): OutgoingMessage {
  const wsc = editAttributes(m2dFrom(m2.wsc, NO_ERROR), (attributes) =>
    attributes.map((node): TlvSource =>
      node.type === ATTRIBUTE.ModelName ? { type: node.type, value: WINDOWS } : node,
    ),
  );
  return { ...m2, what: 'M2D', wsc };
}
