import { expect } from 'chai';
import { concat, fromHex } from '#base/bytes.js';
import type { Frame, ManagementFrame } from '#evidence/model.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, encodeAttribute } from '#wire/wps/build.js';
import { decodeWsc } from '#wire/wps/message.js';
import { brokenContinuation, ownFrames } from './air.js';
import { SENSOR } from './testing/devices.js';
import { evidenceOf } from './testing/evidence.js';
import { buildExchange, REGISTRAR_MAC } from './testing/exchange.js';

const FRAME: Frame = { number: 1, timeNs: 0n, linkType: 'dot11', bytes: new Uint8Array(0), wireLength: 0 };
const DUT = fromHex('001122334455');
const NEIGHBOUR = fromHex('00aabbccddee');
const MADE_UP = fromHex('da1122334455');

const frameOf = (
  kind: ManagementFrame['kind'],
  transmitter: Uint8Array,
  bytes: Uint8Array = new Uint8Array(0),
): ManagementFrame => {
  return { kind, transmitter, frame: FRAME, wsc: decodeWsc(bytes), parts: [] };
};

describe('802.11 frames of the device', () => {
  const exchange = buildExchange(SENSOR, {}, { number: 1, method: 'pin' });
  const sent = [DUT, NEIGHBOUR, MADE_UP, REGISTRAR_MAC, new Uint8Array(0)].flatMap((transmitter) =>
    (['probe-request', 'association-request', 'beacon'] as const).map((kind) => frameOf(kind, transmitter)),
  );
  const own = (dutMac: Uint8Array | null): string[] => {
    const exchanges = [{ ...exchange, registrarMac: null }, exchange];
    const evidence = { ...evidenceOf(SENSOR, exchanges), dutMac, management: sent };
    return ownFrames(evidence, 'probe-request', 'association-request').map(
      ({ kind, transmitter }) => `${kind} of ${Buffer.from(transmitter).toString('hex')}`,
    );
  };

  it('are those under its address, and Probe Requests under one that is made up and not the Registrar', () => {
    expect(own(DUT)).to.deep.equal([
      'probe-request of 001122334455',
      'association-request of 001122334455',
      'probe-request of da1122334455',
    ]);
    expect(own(null)).to.deep.equal(['probe-request of da1122334455']);
  });
});

describe('elements that WPS data is spread over', () => {
  const version = byteAttribute(ATTRIBUTE.Version, 0x10);
  const name = encodeAttribute(ATTRIBUTE.DeviceName, Uint8Array.of(0x61));
  const spread = (bytes: Uint8Array, ...offsets: readonly number[]): ReturnType<typeof brokenContinuation> => {
    const parts = offsets.map((messageOffset) => ({ frame: FRAME, messageOffset, frameOffset: 0, lengthBytes: 10 }));
    return brokenContinuation({ ...frameOf('probe-request', DUT, bytes), parts });
  };

  it('go on where the one before ends', () => {
    expect(spread(concat(version, name))).to.equal(null);
    expect(spread(concat(version, name), 0)).to.equal(null);
    expect(spread(concat(version, name), 0, version.length)).to.equal(null);
    expect(spread(concat(version, name, version), 0, version.length)).to.equal(null);
    expect(spread(concat(version, name), 0, 0)).to.equal(null);
  });

  it('do not where a further one begins with a list of its own', () => {
    const again = spread(concat(version, name, version, name), 0, version.length + name.length);
    expect(again).to.deep.include({
      expected: 'the bytes that follow those of the element before',
      actual: 'a list of its own',
    });
    expect(again?.node.span.start).to.equal(version.length + name.length);
  });

  it('do not where the last one ends within an attribute, or within its header', () => {
    const expected = { expected: 'its rest in the last element', actual: 'the data ends within it' };
    const cut = spread(concat(version, name).slice(0, -1), 0, version.length);
    expect(cut).to.deep.include(expected);
    expect(cut?.node.span.start).to.equal(version.length);
    const rest = spread(concat(version, Uint8Array.of(0x10, 0x11)), 0, version.length);
    expect(rest).to.deep.equal({
      node: { span: { start: version.length, end: version.length + 2 }, path: 'wsc.rest' },
      ...expected,
    });
  });
});
