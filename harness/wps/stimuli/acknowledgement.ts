import { fromHex } from '#base/bytes.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import type { TlvSource } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { editAttributes } from '#wire/wps/build.js';
import type { Script } from '../engine.js';
import { closingMessage } from '../message-parts.js';
import { flipped, valued } from './edits.js';
import { stimulus, type Stimulus } from './stimulus.js';

type AttributeEdit = (attributes: readonly TlvSource[]) => readonly TlvSource[];

const OP_CODES = { WSC_ACK: OP_CODE.Ack, WSC_NACK: OP_CODE.Nack } as const;

const whole: AttributeEdit = (all) => all;
const lacks = (id: number): AttributeEdit => {
  return (all) => all.filter(({ type }) => type !== id);
};
const falsifies = (id: number, value = flipped): AttributeEdit => {
  return (all) => valued(all, id, value);
};

/** WSC_ACK or WSC_NACK in the place of M4 or M6. */
function insteadOf(what: 'M4' | 'M6', name: keyof typeof OP_CODES, edit: AttributeEdit): Script {
  return (message, { keys }) => {
    if (message.what !== what || keys === null) return [message];
    const wsc = editAttributes(closingMessage(name, keys), edit);
    return [{ what: name, opCode: OP_CODES[name], wsc }];
  };
}

/** A message type that WSC does not know. */
const UNKNOWN_TYPE = fromHex('3f');

/** A Registrar that breaks the exchange off, or acknowledges what nobody may acknowledge. */
export const ACKNOWLEDGEMENT_STIMULI: readonly Stimulus[] = [
  stimulus('reg-28a', 'says WSC_NACK instead of M4', insteadOf('M4', 'WSC_NACK', whole)),
  stimulus('reg-28b', 'says WSC_NACK instead of M6', insteadOf('M6', 'WSC_NACK', whole)),
  stimulus(
    'reg-29a',
    'says WSC_NACK without Configuration Error instead of M4',
    insteadOf('M4', 'WSC_NACK', lacks(ATTRIBUTE.ConfigurationError)),
  ),
  stimulus(
    'reg-29b',
    'says WSC_NACK without Enrollee Nonce instead of M4',
    insteadOf('M4', 'WSC_NACK', lacks(ATTRIBUTE.EnrolleeNonce)),
  ),
  stimulus(
    'reg-29c',
    'says WSC_NACK without Registrar Nonce instead of M4',
    insteadOf('M4', 'WSC_NACK', lacks(ATTRIBUTE.RegistrarNonce)),
  ),
  stimulus(
    'reg-29d',
    'says WSC_NACK with another Enrollee Nonce instead of M4',
    insteadOf('M4', 'WSC_NACK', falsifies(ATTRIBUTE.EnrolleeNonce)),
  ),
  stimulus(
    'reg-29e',
    'says WSC_NACK with another Registrar Nonce instead of M4',
    insteadOf('M4', 'WSC_NACK', falsifies(ATTRIBUTE.RegistrarNonce)),
  ),
  stimulus(
    'reg-29f',
    'says WSC_NACK without Message Type instead of M4',
    insteadOf('M4', 'WSC_NACK', lacks(ATTRIBUTE.MessageType)),
  ),
  stimulus('reg-30a', 'says WSC_ACK instead of M4', insteadOf('M4', 'WSC_ACK', whole)),
  stimulus('reg-30b', 'says WSC_ACK instead of M6', insteadOf('M6', 'WSC_ACK', whole)),
  stimulus(
    'reg-30c',
    'says WSC_ACK without Enrollee Nonce instead of M4',
    insteadOf('M4', 'WSC_ACK', lacks(ATTRIBUTE.EnrolleeNonce)),
  ),
  stimulus(
    'reg-30d',
    'says WSC_ACK without Registrar Nonce instead of M4',
    insteadOf('M4', 'WSC_ACK', lacks(ATTRIBUTE.RegistrarNonce)),
  ),
  stimulus(
    'reg-30e',
    'says WSC_ACK with another Enrollee Nonce instead of M4',
    insteadOf('M4', 'WSC_ACK', falsifies(ATTRIBUTE.EnrolleeNonce)),
  ),
  stimulus(
    'reg-30f',
    'says WSC_ACK with another Registrar Nonce instead of M4',
    insteadOf('M4', 'WSC_ACK', falsifies(ATTRIBUTE.RegistrarNonce)),
  ),
  stimulus(
    'reg-30g',
    'says WSC_ACK without Message Type instead of M4',
    insteadOf('M4', 'WSC_ACK', lacks(ATTRIBUTE.MessageType)),
  ),
  stimulus(
    'reg-30h',
    'says WSC_ACK with an unknown Message Type instead of M4',
    insteadOf(
      'M4',
      'WSC_ACK',
      falsifies(ATTRIBUTE.MessageType, () => UNKNOWN_TYPE),
    ),
  ),
];
