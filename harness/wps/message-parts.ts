import { concat } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, encodeAttribute, version2, wfaExtension, wordAttribute } from '#wire/wps/build.js';
import { MESSAGE_TYPE, type MessageName } from '#wire/wps/message.js';

/* What messages of both sides have in common. */

/** WSC 2.0. */
const VERSION2 = 0x20;

/** Version and Message Type, which begin every message. */
export function messageHead(name: MessageName): Uint8Array {
  return concat(byteAttribute(ATTRIBUTE.Version, 0x10), byteAttribute(ATTRIBUTE.MessageType, MESSAGE_TYPE[name]));
}

/**
 * WSC_ACK and WSC_DONE hold nothing but both nonces; WSC_NACK says why, too. Version2 null is WSC 1.0, without a Wi-Fi
 * Alliance extension.
 */
export function closingMessage(
  name: 'WSC_ACK' | 'WSC_NACK' | 'WSC_DONE',
  nonces: { readonly enrolleeNonce: Uint8Array; readonly registrarNonce: Uint8Array },
  options: { readonly configurationError?: number; readonly version2?: number | null } = {},
): Uint8Array {
  const version = options.version2 === undefined ? VERSION2 : options.version2;
  return concat(
    messageHead(name),
    encodeAttribute(ATTRIBUTE.EnrolleeNonce, nonces.enrolleeNonce),
    encodeAttribute(ATTRIBUTE.RegistrarNonce, nonces.registrarNonce),
    ...(name === 'WSC_NACK' ? [wordAttribute(ATTRIBUTE.ConfigurationError, options.configurationError ?? 0)] : []),
    ...(version === null ? [] : [wfaExtension(version2(version))]),
  );
}
