import { ascii, concat, fromHex } from '#base/bytes.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { encodeTlv } from '#wire/tlv.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { vendorExtensionAttribute } from '#wire/wps/build.js';
import { keyWrapAuthenticator } from '#wire/wps/crypto.js';
import type { Script } from '#wps/engine.js';
import { anyModel, type Fault } from './fault.js';
import { byPin } from './fault-conditions.js';
import { alter, attributes, drop, nackInsteadOf, sealed, settings, setValue, unsealed } from './message-edits.js';
import type { Behaviour } from './parts.js';
import { flags, framed, lengthField } from '#wps/packet-edits.js';

const scripted = (message: Script): Fault['behaviour'] => {
  return () => ({ message });
};

const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, index) => (index === 0 ? byte ^ 0xff : byte));
const KWA_TLV_BYTES = 12;

/** Whole blocks: padded as it should be. */
function padded(plain: Uint8Array): Uint8Array {
  const count = 16 - (plain.length % 16);
  return concat(plain, new Uint8Array(count).fill(count));
}

const withoutKwa = (plain: Uint8Array): Uint8Array => plain.subarray(0, plain.length - KWA_TLV_BYTES);
const kwa = (value: Uint8Array): Uint8Array => encodeTlv({ type: ATTRIBUTE.KeyWrapAuthenticator, value });

function registeringOnce(): Behaviour {
  let isRegistered = false;
  return {
    message: (message) => {
      if (message.what === 'WSC_DONE') isRegistered = true;
      return message.what === 'M3' && isRegistered ? [] : [message];
    },
  };
}

/** Faults of the exchange: its framing, its proofs, its end. */
export const EXCHANGE_FAULTS: readonly Fault[] = [
  {
    id: 'registrar-identity',
    change: 'answers the identity request as a Registrar',
    refuses: anyModel,
    fails: ['RVP-WSC-01'],
    warns: [],
    changes: ['Identity'],
    behaviour: scripted(alter('Identity', () => ascii('WFA-SimpleConfig-Registrar-1-0'))),
  },
  {
    id: 'identity-with-nul',
    change: 'ends its identity with a NUL',
    refuses: anyModel,
    fails: ['RVP-WSC-01'],
    warns: [],
    changes: ['Identity'],
    behaviour: scripted(alter('Identity', ({ wsc }) => concat(wsc, new Uint8Array(1)))),
  },
  {
    id: 'done-under-message-op-code',
    change: 'sends WSC_Done under the op-code of M1 to M8',
    refuses: anyModel,
    fails: ['RVP-WSC-02'],
    warns: [],
    changes: ['WSC_DONE.framing'],
    behaviour: scripted((message) => [message.what === 'WSC_DONE' ? { ...message, opCode: OP_CODE.Msg } : message]),
  },
  {
    id: 'reserved-flag',
    change: 'sets a reserved flag of EAP-WSC in M3',
    refuses: anyModel,
    fails: ['RVP-WSC-02'],
    warns: [],
    changes: ['M3.framing'],
    behaviour: () => ({ packet: framed('M3', (header) => flags(header, (old) => old | 0x80)) }),
  },
  {
    id: 'false-length-field',
    change: 'announces a length in M5 that is one byte too long',
    refuses: anyModel,
    fails: ['RVP-WSC-02'],
    warns: [],
    changes: ['M5.framing'],
    behaviour: () => ({ packet: framed('M5', (payload) => lengthField(payload, payload.data.length + 1)) }),
  },
  {
    id: 'length-field-in-every-fragment',
    change: 'puts a length field on every fragment of M1',
    refuses: ({ fragmentBytes }) => (fragmentBytes === undefined ? 'it does not fragment' : null),
    fails: ['RVP-WSC-02'],
    warns: [],
    changes: ['M1.framing'],
    behaviour: () => ({
      packet: framed('M1', (payload) =>
        payload.messageLength === null ? lengthField(payload, payload.data.length) : payload,
      ),
    }),
  },
  {
    id: 'wrong-authenticator',
    change: 'sends a wrong Authenticator in M3',
    refuses: anyModel,
    fails: ['RVP-WSC-09'],
    warns: [],
    changes: ['M3.Authenticator'],
    ends: 'M3',
    behaviour: scripted(unsealed('M3', setValue(ATTRIBUTE.Authenticator, flipped))),
  },
  {
    id: 'attribute-after-authenticator',
    change: 'sends a vendor extension after the Authenticator of M5',
    refuses: anyModel,
    fails: ['RVP-WSC-09'],
    warns: [],
    changes: ['M5.other extension'],
    ends: 'M5',
    behaviour: scripted(
      alter('M5', ({ wsc }) => concat(wsc, vendorExtensionAttribute(fromHex('00abcd'), fromHex('01')))),
    ),
  },
  {
    id: 'any-pin-accepted',
    change: 'accepts any PIN, and proves to know 00000000',
    refuses: byPin,
    fails: ['RVP-WSC-10'],
    warns: [],
    changes: ['M3.E-Hash1', 'M3.E-Hash2'],
    ends: 'M5',
    behaviour: () => ({ build: (parts) => ({ ...parts, pin: '00000000', acceptsAnyPassword: true }) }),
  },
  {
    id: 'other-nonce-revealed',
    change: 'reveals another nonce in M7 than E-Hash2 promises',
    refuses: anyModel,
    fails: ['RVP-WSC-10'],
    warns: [],
    changes: ['M7.settings.E-SNonce2'],
    ends: 'M7',
    behaviour: scripted(
      settings('M7', (plain, { authKey }) => {
        const altered = withoutKwa(plain).map((byte, index) => (index === 4 ? byte ^ 0xff : byte));
        return padded(concat(altered, kwa(keyWrapAuthenticator(authKey, altered))));
      }),
    ),
  },
  {
    id: 'key-wrap-authenticator-first',
    change: 'puts the Key Wrap Authenticator first into the settings of M5',
    refuses: anyModel,
    fails: ['RVP-WSC-11'],
    warns: [],
    changes: ['M5.settings.order'],
    ends: 'M5',
    behaviour: scripted(
      settings('M5', (plain) => padded(concat(plain.subarray(plain.length - KWA_TLV_BYTES), withoutKwa(plain)))),
    ),
  },
  {
    id: 'wrong-key-wrap-authenticator',
    change: 'sends a wrong Key Wrap Authenticator in M7',
    refuses: anyModel,
    fails: ['RVP-WSC-11'],
    warns: [],
    changes: ['M7.settings.Key Wrap Authenticator'],
    ends: 'M7',
    behaviour: scripted(settings('M7', (plain) => padded(concat(withoutKwa(plain), kwa(new Uint8Array(8)))))),
  },
  {
    id: 'no-key-wrap-authenticator',
    change: 'leaves the Key Wrap Authenticator out of M5',
    refuses: anyModel,
    fails: ['RVP-WSC-11'],
    warns: [],
    changes: ['M5.settings.Key Wrap Authenticator'],
    ends: 'M5',
    behaviour: scripted(settings('M5', (plain) => padded(withoutKwa(plain)))),
  },
  {
    id: 'settings-padded-with-zeros',
    change: 'pads the settings of M5 with zeros',
    refuses: anyModel,
    fails: ['RVP-WSC-11'],
    warns: [],
    changes: ['M5.settings'],
    ends: 'M5',
    behaviour: scripted(settings('M5', (plain) => concat(plain, new Uint8Array(16 - (plain.length % 16))))),
  },
  {
    id: 'registrar-nonce-not-echoed',
    change: 'sends another Registrar Nonce in M3 than that of M2',
    refuses: anyModel,
    fails: ['RVP-WSC-12'],
    warns: [],
    changes: ['M3.Registrar Nonce'],
    ends: 'M3',
    behaviour: scripted(sealed('M3', setValue(ATTRIBUTE.RegistrarNonce, flipped))),
  },
  {
    id: 'no-e-hash2',
    change: 'leaves E-Hash2 out of M3',
    refuses: anyModel,
    fails: ['RVP-WSC-12'],
    warns: [],
    changes: ['M3.E-Hash2'],
    ends: 'M3',
    behaviour: scripted(sealed('M3', drop(ATTRIBUTE.EHash2))),
  },
  {
    id: 'enrollee-nonce-not-echoed',
    change: 'sends zeros as Enrollee Nonce in WSC_Done',
    refuses: anyModel,
    fails: ['RVP-WSC-12'],
    warns: [],
    changes: ['WSC_DONE.Enrollee Nonce'],
    behaviour: scripted(
      attributes(
        'WSC_DONE',
        setValue(ATTRIBUTE.EnrolleeNonce, () => new Uint8Array(16)),
      ),
    ),
  },
  {
    id: 'registers-once-only',
    change: 'says nothing after its M1 once it has registered',
    refuses: anyModel,
    fails: [],
    warns: ['RVP-REG-50'],
    changes: ['M3.missing', 'M5.missing', 'M7.missing', 'WSC_DONE.missing'],
    behaviour: registeringOnce,
  },
  {
    id: 'no-done',
    change: 'takes the credential of M8 and says nothing',
    refuses: anyModel,
    fails: ['RVP-WSC-13'],
    warns: [],
    changes: ['WSC_DONE.missing'],
    behaviour: scripted((message) => (message.what === 'WSC_DONE' ? [] : [message])),
  },
  {
    id: 'nack-after-m8',
    change: 'answers M8 with WSC_NACK',
    refuses: anyModel,
    fails: ['RVP-WSC-13'],
    warns: [],
    changes: ['WSC_DONE.missing', 'WSC_NACK.added'],
    behaviour: scripted((message) => {
      if (message.what !== 'WSC_DONE') return [message];
      return [nackInsteadOf(message)];
    }),
  },
];
