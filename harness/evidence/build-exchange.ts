import { u16be } from '#base/bytes.js';
import { EAP_CODE } from '#wire/eap/eap.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { PUSH_BUTTON_PASSWORD } from '#wire/wps/crypto.js';
import { attribute, MESSAGE_TYPE } from '#wire/wps/message.js';
import { openSettings } from '#wire/wps/settings.js';
import { decodeExchange, type DecodedExchange } from './decode-exchange.js';
import type { KeyRing } from './keys.js';
import { macBytes } from './mac-key.js';
import { matchKeys } from './match-keys.js';
import { pinFits } from './match-pin.js';
import type { Closing, Exchange, ExchangeMessage, Scenario, SessionKeys, StimulusId } from './model.js';
import type { RawExchange } from './raw-exchange.js';

/** What is known of an exchange besides its frames. */
export interface ExchangeContext {
  readonly ring: KeyRing;
  /** Method the bench recorded for the session; null without a bench. */
  readonly method: 'pin' | 'pbc' | null;
  /** The bench recorded that the Enrollee was silent for this long; null: it did not. */
  readonly silenceMs: number | null;
  /** Frames of it may be missing. */
  readonly lossy: boolean;
  /** The script the bench recorded for the session; null: none. */
  readonly script: Scenario | null;
  /** The stimulus after which the bench held the session to see whether the device works on; null: none. */
  readonly recovers: StimulusId | null;
}

const PASSWORD_ID_PIN = 0x0000;
const PASSWORD_ID_PUSH_BUTTON = 0x0004;

/** The exchange as rules see it; `number` counts the Enrollee's exchanges from 1. */
export function buildExchange(raw: RawExchange, number: number, context: ExchangeContext): Exchange {
  const { ring, silenceMs } = context;
  const decoded = decodeExchange(raw);
  const method = context.method ?? offeredMethod(decoded.messages);
  const { keys, problem, pin: ownPin } = matchKeys(decoded.messages, ring);
  const seen = closingOf(decoded);
  const timedOut = silenceMs !== null && seen !== 'done';
  const messages = keys === null ? decoded.messages : decoded.messages.map((message) => withSettings(message, keys));
  const pin = method === 'pbc' ? PUSH_BUTTON_PASSWORD : (ownPin ?? ring.pin);
  // A bench knows its PIN; one that comes with a capture may be of another exchange.
  const isForeign = context.method === null && pin !== null && keys !== null && !pinFits(messages, keys, pin);
  return {
    number,
    enrolleeMac: macBytes(raw.enrollee),
    registrarMac: raw.registrar === null ? null : macBytes(raw.registrar),
    packets: decoded.packets,
    messages,
    identities: decoded.identities,
    framing: decoded.framing,
    closing: timedOut ? 'timeout' : seen,
    ...(timedOut ? { silenceMs } : {}),
    method,
    keys,
    ...(problem === null ? {} : { keysProblem: problem }),
    pin: isForeign ? null : pin,
    ...(isForeign ? { pinProblem: 'the one that was given is not that of this exchange' } : {}),
    lossy: context.lossy,
    ...(context.script === null ? {} : { script: context.script }),
    ...(context.recovers === null ? {} : { recovers: context.recovers }),
    ...(raw.starts.length === 0 ? {} : { starts: raw.starts }),
  };
}

/** What the Registrar's M2 says of the password in use, else what the Enrollee's M1 asks for. */
function offeredMethod(messages: readonly ExchangeMessage[]): 'pin' | 'pbc' | null {
  for (const type of [MESSAGE_TYPE.M2, MESSAGE_TYPE.M1]) {
    const message = messages.find(({ wsc }) => wsc.messageType === type);
    const id = message === undefined ? null : attribute(message.wsc, ATTRIBUTE.DevicePasswordID);
    if (id?.value.length !== 2) continue;
    const value = u16be(id.value, 0);
    if (value === PASSWORD_ID_PUSH_BUTTON) return 'pbc';
    if (value === PASSWORD_ID_PIN) return 'pin';
  }
  return null;
}

function withSettings(message: ExchangeMessage, keys: SessionKeys): ExchangeMessage {
  const node = attribute(message.wsc, ATTRIBUTE.EncryptedSettings);
  return node === null ? message : { ...message, settings: openSettings(node.value, keys, node.path) };
}

/** See `Exchange.closing`; a bench's silence is put over it by the caller. */
function closingOf({ packets, messages }: DecodedExchange): Closing {
  const done = messages.find(
    ({ from, opCode, wsc }) =>
      from === 'enrollee' && (opCode === OP_CODE.Done || wsc.messageType === MESSAGE_TYPE.WSC_DONE),
  );
  const failure = packets.findIndex(({ code }) => code === EAP_CODE.Failure);
  const last = done?.packets[done.packets.length - 1];
  if (failure >= 0) return last !== undefined && packets.indexOf(last) < failure ? 'done' : 'failed';
  return isNackAnswered(messages) ? 'failed' : 'open';
}

function isNackAnswered(messages: readonly ExchangeMessage[]): boolean {
  const nacks = messages.filter(
    ({ opCode, wsc }) => opCode === OP_CODE.Nack || wsc.messageType === MESSAGE_TYPE.WSC_NACK,
  );
  return nacks.some((nack, index) => nacks.slice(index + 1).some((later) => later.from !== nack.from));
}
