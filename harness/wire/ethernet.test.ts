import { expect } from 'chai';
import fc from 'fast-check';
import { fromHex, toHex } from '#base/bytes.js';
import { decodeEthernet, encodeEthernet, ETHERTYPE } from './ethernet.js';

describe('ethernet', () => {
  const plain = fromHex('0180c2000003 020000000100 888e 01010000');

  it('decodes addresses, EtherType and payload of an untagged frame', () => {
    const frame = decodeEthernet(plain);
    expect(frame?.etherType).to.equal(ETHERTYPE.Eapol);
    expect(toHex(frame?.source ?? plain, ':')).to.equal('02:00:00:00:01:00');
    expect(frame?.payloadOffset).to.equal(14);
    expect(toHex(frame?.payload ?? plain)).to.equal('01010000');
  });

  it('looks behind VLAN tags', () => {
    const frame = decodeEthernet(fromHex('0180c2000003 020000000100 88a80001 81000064 888e 01010000'));
    expect(frame?.tags.map((tag) => toHex(tag))).to.deep.equal(['88a80001', '81000064']);
    expect(frame?.etherType).to.equal(ETHERTYPE.Eapol);
    expect(frame?.payloadOffset).to.equal(22);
  });

  it('has nothing to say of a frame cut before its EtherType', () => {
    expect(decodeEthernet(plain.subarray(0, 13))).to.equal(null);
    expect(decodeEthernet(fromHex('0180c2000003 020000000100 81000064'))).to.equal(null);
  });

  it('encodes what it decoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 14, maxLength: 80 }), (bytes) => {
        const frame = decodeEthernet(bytes);
        if (frame !== null) expect(toHex(encodeEthernet(frame))).to.equal(toHex(bytes));
      }),
    );
  });

  it('decodes a frame that ends with its EtherType', () => {
    expect(decodeEthernet(plain.subarray(0, 14))).to.deep.include({ etherType: 0x888e, payload: new Uint8Array(0) });
  });

  it('encodes a frame without tags and one with some', () => {
    const frame = {
      destination: plain.subarray(0, 6),
      source: plain.subarray(6, 12),
      etherType: 0x888e,
      payload: plain.subarray(14),
    };
    expect(encodeEthernet(frame)).to.deep.equal(plain);
    expect(toHex(encodeEthernet({ ...frame, tags: [fromHex('81000064')] }))).to.equal(
      '0180c2000003020000000100' + '81000064' + '888e01010000',
    );
  });

  it('refuses addresses and tags of another length', () => {
    const frame = { destination: new Uint8Array(6), source: new Uint8Array(6), etherType: 0, payload: plain };
    const address = 'a MAC address has 6 bytes';
    expect(() => encodeEthernet({ ...frame, source: new Uint8Array(7) })).to.throw(RangeError, address);
    expect(() => encodeEthernet({ ...frame, destination: new Uint8Array(5) })).to.throw(RangeError, address);
    const tags = [new Uint8Array(4), new Uint8Array(3)];
    expect(() => encodeEthernet({ ...frame, tags })).to.throw(RangeError, 'a VLAN tag has 4 bytes');
  });
});
