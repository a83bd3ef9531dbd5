import { expect } from 'chai';
import fc from 'fast-check';
import { concat } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { decodeEap, EAP_CODE, eapPacket, expandedBody } from '#wire/eap/eap.js';
import { decodeEapol, EAPOL_TYPE, eapolPacket } from '#wire/eap/eapol.js';
import { WSC_METHOD } from '#wire/eap/wsc-carrier.js';
import { encodeAttribute } from '#wire/wps/build.js';
import { ENROLLEE_LIMITS } from './enrollee-config.js';
import { createEnrollee } from './enrollee.js';
import type { Engine, EngineOutput } from './engine.js';
import { createRegistrar } from './registrar.js';
import { ending, enrolleeConfig, LIMITS, registrarConfig, sent, wakeAt } from './testing/fixtures.js';
import { runLink, type Fate } from './testing/link.js';

type Mutation = (bytes: Uint8Array) => readonly Uint8Array[];

const at = (bytes: Uint8Array, share: number): number => Math.min(bytes.length - 1, Math.floor(share * bytes.length));

/** One way to spoil a packet: a byte changed, cut, lengthened, repeated, its lengths lied about. */
const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 255 }))
    .map(([share, bits]): Mutation => (bytes) => {
      const index = at(bytes, share);
      return [bytes.map((byte, i) => (i === index ? byte ^ bits : byte))];
    }),
  fc.double({ min: 0, max: 1, noNaN: true }).map((share): Mutation => (bytes) => [bytes.subarray(0, at(bytes, share))]),
  fc.uint8Array({ minLength: 1, maxLength: 200 }).map((tail): Mutation => (bytes) => [concat(bytes, tail)]),
  fc.constant<Mutation>((bytes) => [bytes, bytes]),
  fc.constant<Mutation>(() => []),
  fc
    .tuple(fc.constantFrom(2, 6, 18, 20), fc.constantFrom(0, 3, 4, 5, 0xffff))
    .map(([offset, value]): Mutation => (bytes) => [
      bytes.map((byte, i) => (i === offset ? value >> 8 : i === offset + 1 ? value & 0xff : byte)),
    ]),
  fc.uint8Array({ maxLength: 60 }).map((noise): Mutation => (bytes) => [noise, bytes]),
);

/** Longest an exchange may take on the simulated clock, both sides' limits and a restart's slack included. */
const LIMIT_MS = LIMITS.sessionMs + ENROLLEE_LIMITS.sessionMs;

describe('hostile input', () => {
  it('never throws and always ends in time, whatever becomes of any packet', () => {
    const cases = fc.array(
      fc.tuple(fc.constantFrom('registrar', 'enrollee'), fc.integer({ min: 0, max: 12 }), mutations),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(cases, (spoilt) => {
        const fate: Fate = ({ from, number, bytes }) => {
          const hits = spoilt.filter(([side, index]) => side === from && index === number);
          return hits.reduce<readonly Uint8Array[]>((all, [, , mutate]) => all.flatMap((one) => mutate(one)), [bytes]);
        };
        const engines = { registrar: createRegistrar(registrarConfig()), enrollee: createEnrollee(enrolleeConfig()) };
        const { ends } = runLink(engines, fate, LIMIT_MS);
        expect(ends.registrar?.atMs).to.be.at.most(LIMITS.sessionMs);
        expect(ends.enrollee?.atMs).to.be.at.most(ENROLLEE_LIMITS.sessionMs + 10);
      }),
      { numRuns: 150 },
    );
  });

  it('never throws on noise of any kind, and ends at the session limit', () => {
    const make = (side: string): Engine =>
      side === 'registrar' ? createRegistrar(registrarConfig()) : createEnrollee(enrolleeConfig());
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.uint8Array({ maxLength: 60 })).map(([type, body]) => {
        return eapolPacket(type, body);
      }),
      fc
        .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 60 }))
        .map(([code, id, data]) =>
          eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(code, id, expandedBody(WSC_METHOD, data))),
        ),
    );
    fc.assert(
      fc.property(fc.constantFrom('registrar', 'enrollee'), fc.array(noise, { maxLength: 30 }), (side, packets) => {
        const engine = make(side);
        let outputs: readonly EngineOutput[] = engine.start(0);
        for (const packet of packets) {
          const made = engine.receive(packet, 1);
          if (made.length > 0) outputs = made;
        }
        for (let turns = 0; ending(outputs) === null; turns++) {
          expect(turns).to.be.below(200);
          outputs = engine.tick(wakeAt(outputs));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('takes attributes of 65535 bytes in fragments and refuses what they make', () => {
    const registrar = createRegistrar(registrarConfig());
    const answer = (outputs: readonly EngineOutput[], code: number, body: Uint8Array): readonly EngineOutput[] => {
      const id = decodeEap(decodeEapol(sent(outputs)[0]?.bytes ?? new Uint8Array(0)).body).header?.identifier ?? 0;
      return registrar.receive(eapolPacket(EAPOL_TYPE.EapPacket, eapPacket(code, id, body)), 1);
    };
    let outputs = answer(registrar.start(0), EAP_CODE.Response, Uint8Array.of(1));
    const huge = encodeAttribute(0x1049, new Uint8Array(65531), 65535);
    for (let offset = 0; offset < huge.length; offset += 1400) {
      const more = offset + 1400 < huge.length;
      const flags = offset === 0 ? [3, 0xff, 0xff] : [more ? 1 : 0];
      const payload = concat(Uint8Array.from([4, ...flags]), huge.subarray(offset, offset + 1400));
      outputs = answer(outputs, EAP_CODE.Response, expandedBody(WSC_METHOD, payload));
      expect(sent(outputs).map(({ what }) => what)).to.deep.equal([more ? 'WSC_FRAG_ACK' : 'WSC_NACK']);
    }
  });

  it('bounds the work a flood of EAPOL-Start makes', () => {
    const random = seededRandom(3);
    let drawn = 0;
    const counting = (length: number): Uint8Array => ((drawn += length), random(length));
    const registrar = createRegistrar(registrarConfig({ random: counting }));
    registrar.start(0);
    const before = drawn;
    for (let i = 0; i < 1000; i++) expect(sent(registrar.receive(eapolPacket(EAPOL_TYPE.Start), 1))).to.have.length(1);
    expect(drawn).to.equal(before);
  });
});
