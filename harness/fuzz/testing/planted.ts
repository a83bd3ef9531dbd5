import { u8 } from '#base/bytes.js';
import { decodeTlvs, encodeTlvs } from '#wire/tlv.js';
import { decodeEap } from '#wire/eap/eap.js';
import { decodeEapol } from '#wire/eap/eapol.js';
import { decodeWsc } from '#wire/wps/message.js';
import { vendorExtensions } from '#wire/wps/vendor-extension.js';
import { MICROSOFT_TLV } from '#wire/microsoft/vertical-pairing.js';
import { requireTarget } from '../targets/all.js';
import { ensure, ensureLossless, type Target } from '../target.js';

/** A decoder with a mistake that people make, in the place of the right one: the fuzzer has to find it. */
export interface Planted {
  readonly mistake: string;
  readonly target: Target;
  /** What the failure must be. */
  readonly kind: RegExp;
  /** The least input that shows it is about this long, in bytes. */
  readonly atMostBytes: number;
  /** It never comes to an end and has to be stopped. */
  readonly isEndless?: true;
}

function instead(name: string, check: (input: Uint8Array) => void): Target {
  return { ...requireTarget(name), check };
}

export const PLANTED: readonly Planted[] = [
  {
    mistake: 'a Length past the end is made to fit',
    target: instead('tlv', (input) => {
      const list = decodeTlvs(input);
      const nodes = list.nodes.map(({ type, value }) => ({ type, value }));
      ensureLossless(encodeTlvs({ nodes, rest: list.rest }), input, 'message');
    }),
    kind: /^broken-message/,
    atMostBytes: 6,
  },
  {
    mistake: 'subelements of the Wi-Fi Alliance are read without looking how long the extension is',
    target: instead('wsc', (input) => {
      for (const { vendor, node } of vendorExtensions(decodeWsc(input))) {
        if (vendor !== 'wfa') continue;
        for (let at = 3; at < node.value.length;) {
          const lengthBytes = u8(node.value, at + 1);
          for (let i = 0; i < lengthBytes; i++) u8(node.value, at + 2 + i);
          at += 2 + lengthBytes;
        }
      }
    }),
    kind: /^truncated-/,
    atMostBytes: 400,
  },
  {
    mistake: 'an EAP length below that of the header is believed',
    target: instead('eapol', (input) => {
      const { header } = decodeEap(decodeEapol(input).body);
      if (header !== null) new Uint8Array(header.declaredLength - 4);
    }),
    kind: /^rangeerror-/,
    atMostBytes: 8,
  },
  {
    mistake: 'a third Transport UUID in one message is counted in a list for two',
    target: instead('wsc', (input) => {
      const places = [0, 0];
      for (const { vendor, node } of vendorExtensions(decodeWsc(input)))
        if (vendor === 'microsoft')
          for (const { type } of decodeTlvs(node.value.subarray(3)).nodes)
            if (type === MICROSOFT_TLV.TransportUuid) ensure(places.pop() !== undefined, 'no place left');
    }),
    kind: /^broken-no-place-left$/,
    atMostBytes: 200,
  },
  {
    mistake: 'a TLV without a value is never passed',
    target: instead('tlv', (input) => {
      for (let at = 0; input.length - at >= 4;) {
        const lengthBytes = (u8(input, at + 2) << 8) | u8(input, at + 3);
        if (lengthBytes > 0) at += 4 + lengthBytes;
      }
    }),
    kind: /^stopped-/,
    isEndless: true,
    atMostBytes: 2000,
  },
  {
    mistake: 'every attribute is compared with every other, a thousand times',
    target: {
      ...instead('wsc', (input) => {
        const { attributes } = decodeWsc(input);
        const twins = attributes.some((one, index) =>
          attributes.some((other, place) => place < index && other.type === one.type),
        );
        let sum = 0;
        if (twins) for (let round = 0; round < 3e7; round++) sum += round % 7;
        ensure(sum >= 0, 'a sum below zero');
      }),
      deadlineMs: 5,
    },
    kind: /^slow-/,
    atMostBytes: 2000,
  },
];

/** A decoder that keeps a copy of whatever it was given. */
export function leaking(copies: Uint8Array[]): Target {
  return instead('tlv', (input) => {
    const copy = new Uint8Array(1 << 20);
    copy.set(input.subarray(0, copy.length));
    copies.push(copy);
  });
}

/** A decoder that gets nothing of the machine for this long, on its first so many inputs: what a busy one does to any. */
export function waiting(waitMs: number, inputs: number): Target {
  const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let seen = 0;
  return {
    ...instead('tlv', () => {
      if (seen++ < inputs) Atomics.wait(never, 0, 0, waitMs);
    }),
    generate: (dice) => dice.bytes(8),
    deadlineMs: 20,
  };
}
