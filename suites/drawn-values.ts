import { u16be } from '#base/bytes.js';
import type { Evidence, Exchange } from '#evidence/model.js';
import type { Finding, Location } from '#judge/rule.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { PUBLIC_KEY_BYTES } from '#wire/wps/crypto.js';
import { attribute } from '#wire/wps/message.js';
import { ownMessages } from './exchanges.js';
import { locate, seenMessage } from './locate.js';
import { wholeValue } from './observe.js';
import { encryptedSettings, revealed, SECRET_NONCE_BYTES } from './secrets.js';
import { sessionM1s } from './sessions.js';

/** Device Password IDs from here on belong to an out-of-band token, which may bind the public key. */
const FIRST_TOKEN_ID = 0x0010;

export const SECRETS = [
  { message: 'M5', id: ATTRIBUTE.ESNonce1, name: 'E-S1' },
  { message: 'M7', id: ATTRIBUTE.ESNonce2, name: 'E-S2' },
] as const;

/** A value a device draws, as a session shows it. */
export interface Drawn {
  readonly what: 'Enrollee Nonce' | 'Public Key' | 'E-S1' | 'E-S2' | 'IV';
  readonly exchange: number;
  readonly value: Uint8Array;
  /** Time of the message that shows it, nanoseconds since 1970. */
  readonly timeNs: bigint;
  readonly at: Location;
}

/** Every value that has to be drawn anew in a session, by session; `problems` says which ones are not known, and why. */
export function drawnValues(evidence: Evidence): { drawn: Drawn[]; problems: Finding[] } {
  const drawn: Drawn[] = [];
  const problems: Finding[] = [];
  for (const m1 of sessionM1s(evidence)) {
    const id = attribute(m1.wsc, ATTRIBUTE.DevicePasswordID);
    const isToken = id?.value.length === 2 && u16be(id.value, 0) >= FIRST_TOKEN_ID;
    for (const [what, attributeId, lengthBytes] of [
      ['Enrollee Nonce', ATTRIBUTE.EnrolleeNonce, SECRET_NONCE_BYTES],
      ['Public Key', ATTRIBUTE.PublicKey, PUBLIC_KEY_BYTES],
    ] as const) {
      if (what === 'Public Key' && isToken) continue;
      const found = wholeValue(m1, attributeId, what, lengthBytes, 'RVP-WSC-03');
      if (found.node === null) problems.push(found.problem);
      else
        drawn.push({
          what,
          exchange: m1.exchange,
          value: found.node.value,
          timeNs: m1.message.timeNs,
          at: locate(m1, found.node),
        });
    }
  }
  for (const exchange of evidence.exchanges) addSecrets(exchange, drawn, problems);
  return { drawn, problems };
}

function addSecrets(exchange: Exchange, drawn: Drawn[], problems: Finding[]): void {
  for (const { message, id, name } of SECRETS) {
    const opener = ownMessages(exchange, message).at(-1);
    if (opener === undefined) continue;
    const { timeNs } = opener;
    const settings = encryptedSettings(exchange, opener);
    if (settings.node === null) {
      problems.push(settings.problem);
      continue;
    }
    const at = locate(seenMessage(exchange, opener), settings.node);
    const iv = settings.node.value.subarray(0, SECRET_NONCE_BYTES);
    drawn.push({ what: 'IV', exchange: exchange.number, value: iv, timeNs, at });
    const secret = revealed(exchange, opener, id);
    if (secret.value === null) problems.push(secret.problem);
    else drawn.push({ what: name, exchange: exchange.number, value: secret.value, timeNs, at });
  }
}
