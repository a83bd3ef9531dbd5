import type { Exchange, ExchangeMessage } from '#evidence/model.js';
import type { Finding } from '#judge/rule.js';
import type { TlvNode } from '#wire/tlv.js';
import { ATTRIBUTE, attributeName } from '#wire/wps/attributes.js';
import { attribute } from '#wire/wps/message.js';
import { checkAttributeValue } from '#wire/wps/values.js';
import { blocked, inconclusive } from './finding.js';
import { seenMessage } from './locate.js';
import { unreadableEnd, ownerIn } from './observe.js';

/** Length of E-S1, E-S2 and of an IV. */
export const SECRET_NONCE_BYTES = 16;

/** The finding of a rule that needs the session keys of an exchange and does not have them. */
export function noKeys(exchange: Exchange): Finding {
  const { number, keysProblem } = exchange;
  return inconclusive(`no session keys for exchange ${number}${keysProblem === undefined ? '' : `: ${keysProblem}`}`);
}

/** The Encrypted Settings attribute of M5 or M7, or the finding why it cannot be used. */
export function encryptedSettings(
  exchange: Exchange,
  message: ExchangeMessage,
): { readonly node: TlvNode; readonly problem: null } | { readonly node: null; readonly problem: Finding } {
  const seen = seenMessage(exchange, message);
  const node = attribute(message.wsc, ATTRIBUTE.EncryptedSettings);
  if (node === null)
    return {
      node: null,
      problem:
        unreadableEnd(seen, 'it has Encrypted Settings') ??
        blocked('RVP-WSC-12', `${seen.label} of exchange ${exchange.number} has no Encrypted Settings`),
    };
  const violation = checkAttributeValue(node);
  if (violation === null) return { node, problem: null };
  const text = `Encrypted Settings of ${seen.label} in exchange ${exchange.number} have no legal length`;
  return { node: null, problem: blocked(ownerIn(seen, violation.owner), text) };
}

/** E-S1 or E-S2 as a message reveals it. Never shown: only compared and hashed. */
export interface Revealed {
  readonly value: Uint8Array;
  /** The Encrypted Settings it came in. */
  readonly settings: TlvNode;
  readonly problem: null;
}

/** The secret nonce inside the settings of M5 (E-SNonce1) or M7 (E-SNonce2), or the finding why it is not known. */
export function revealed(
  exchange: Exchange,
  message: ExchangeMessage,
  id: typeof ATTRIBUTE.ESNonce1 | typeof ATTRIBUTE.ESNonce2,
): Revealed | { readonly value: null; readonly problem: Finding } {
  const found = encryptedSettings(exchange, message);
  if (found.node === null) return { value: null, problem: found.problem };
  if (exchange.keys === null || message.settings === undefined) return { value: null, problem: noKeys(exchange) };
  const { plain } = message.settings;
  const node = plain === null ? null : attribute(plain, id);
  if (node?.value.length === SECRET_NONCE_BYTES) return { value: node.value, settings: found.node, problem: null };
  return {
    value: null,
    problem: blocked('RVP-WSC-11', `the settings of exchange ${exchange.number} hold no ${attributeName(id)}`),
  };
}
