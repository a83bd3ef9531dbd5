import { expect } from 'chai';
import fc from 'fast-check';
import { ascii, concat, fromHex, toHex } from '#base/bytes.js';
import { decodeEapWsc, FLAG } from '#wire/eap/eap-wsc.js';
import { decodeEap, EAP_CODE, EAP_TYPE, eapPacket, expandedBody, typedBody } from '#wire/eap/eap.js';
import { decodeEapol, eapolPacket } from '#wire/eap/eapol.js';
import { WSC_METHOD, wscCarrier } from '#wire/eap/wsc-carrier.js';
import { isM1, isRegistrarIdentity, isWscIdentity, peekEap } from './peek.js';

/** What the decoders say of the packet that peekEap looks at in place; null where it has no whole EAP header. */
function decoded(eapol: Uint8Array): { code: number; identifier: number; type: number; opCode: number } | null {
  const eap = decodeEap(decodeEapol(eapol).body);
  if (eap.header === null) return null;
  const payload = wscCarrier(eap).payload;
  const opCode = payload === null ? null : decodeEapWsc(payload).header?.opCode;
  return { code: eap.header.code, identifier: eap.header.identifier, type: eap.type ?? -1, opCode: opCode ?? -1 };
}

const bytes = fc.uint8Array({ maxLength: 24 });
const code = fc.constantFrom(EAP_CODE.Request, EAP_CODE.Response, EAP_CODE.Success, EAP_CODE.Failure, 9);
const wscPayload = fc
  .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 3 }), bytes)
  .map(([opCode, flags, data]) => concat(Uint8Array.of(opCode, flags), data));
const body = fc.oneof(
  bytes,
  wscPayload.map((payload) => expandedBody(WSC_METHOD, payload)),
  bytes.map((payload) => expandedBody({ vendorId: 0x00372a, vendorType: 2 }, payload)),
  bytes.map((identity) => typedBody(EAP_TYPE.Identity, identity)),
);
const packet = fc
  .tuple(code, fc.integer({ min: 0, max: 255 }), body)
  .map(([of, identifier, data]) => eapolPacket(0, eapPacket(of, identifier, data)));

describe('peekEap', () => {
  it('sees what the decoders see, wherever the packet stands', () => {
    fc.assert(
      fc.property(packet, bytes, bytes, (eapol, before, behind) => {
        const start = before.length;
        const peek = peekEap(concat(before, eapol, behind), start, start + eapol.length);
        const { code: of, identifier, type, opCode } = peek ?? {};
        expect(peek === null ? null : { code: of, identifier, type, opCode }).to.deep.equal(decoded(eapol));
        if (peek === null) return;
        expect(peek.end).to.equal(start + eapol.length);
        expect(peek.dataAt).to.be.at.most(peek.end);
      }),
    );
  });

  it('finds the data of EAP-WSC behind its length field', () => {
    fc.assert(
      fc.property(wscPayload, (payload) => {
        const cut = ((payload[1] ?? 0) & FLAG.LengthField) !== 0 && payload.length < 4;
        fc.pre(!cut);
        const eapol = eapolPacket(0, eapPacket(EAP_CODE.Response, 1, expandedBody(WSC_METHOD, payload)));
        const peek = peekEap(eapol, 0, eapol.length);
        if (peek === null) throw new Error('nothing seen');
        expect(toHex(eapol.subarray(peek.dataAt, peek.end))).to.equal(toHex(decodeEapWsc(payload).data));
      }),
    );
  });

  it('stays inside the bytes of any packet that is cut', () => {
    fc.assert(
      fc.property(packet, fc.nat(), (whole, at) => {
        const eapol = whole.subarray(0, 4 + (at % (whole.length - 3)));
        const peek = peekEap(eapol, 0, eapol.length);
        expect(peek === null).to.equal(eapol.length < 8);
        if (peek !== null) expect(Math.max(peek.dataAt, peek.end)).to.be.at.most(eapol.length);
      }),
    );
  });

  it('tells identities and M1 apart', () => {
    const identity = (text: string): [Uint8Array, ReturnType<typeof peekEap>] => {
      const eapol = eapolPacket(0, eapPacket(EAP_CODE.Response, 1, typedBody(EAP_TYPE.Identity, ascii(text))));
      return [eapol, peekEap(eapol, 0, eapol.length)];
    };
    for (const [text, isWsc, isRegistrar] of [
      ['WFA-SimpleConfig-Enrollee-1-0', true, false],
      ['WFA-SimpleConfig-Registrar-1-0', true, true],
      ['WFA-SimpleConfi', false, false],
      ['somebody', false, false],
    ] as const) {
      const [eapol, peek] = identity(text);
      if (peek === null) throw new Error('nothing seen');
      expect(isWscIdentity(eapol, peek, 0), text).to.equal(isWsc);
      expect(isRegistrarIdentity(eapol, peek, 0), text).to.equal(isRegistrar);
      expect(isM1(eapol, peek), text).to.equal(false);
    }
    for (const [messageType, first] of [
      ['04', true],
      ['07', false],
    ] as const) {
      const payload = fromHex(`0400 104a000110 10220001${messageType}`);
      const eapol = eapolPacket(0, eapPacket(EAP_CODE.Response, 1, expandedBody(WSC_METHOD, payload)));
      const peek = peekEap(eapol, 0, eapol.length);
      expect(peek !== null && isM1(eapol, peek)).to.equal(first);
    }
  });
});
