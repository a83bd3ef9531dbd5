import { expect } from 'chai';
import { be, concat, fromHex } from '#base/bytes.js';
import { addressClaim, ipv6Text, isLinkLocal, stationOf } from './address-claim.js';

const STATION = fromHex('020000000100');
const EVERYBODY = new Uint8Array(6).fill(0xff);

function ethernet(etherType: number, packet: Uint8Array): Uint8Array {
  return concat(EVERYBODY, STATION, be(etherType, 2), packet);
}

function arp(sender: readonly number[]): Uint8Array {
  const head = fromHex('0001080006040001');
  return ethernet(
    0x0806,
    concat(head, STATION, Uint8Array.from(sender), new Uint8Array(6), Uint8Array.of(10, 0, 0, 1)),
  );
}

function ipv6(source: string, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
  const header = concat(fromHex('60000000'), be(payload.length, 2), Uint8Array.of(58, 255), fromHex(source));
  return ethernet(0x86dd, concat(header, fromHex('ff020000000000000000000000000001'), payload));
}

const UNSPECIFIED = '00'.repeat(16);
const LINK_LOCAL = 'fe80000000000000000000fffe000100';

function claimed(frame: Uint8Array): string | null {
  const claim = addressClaim(frame);
  return claim === null ? null : `${stationOf(claim)} ${claim.family} ${claim.address}`;
}

describe('claim of an address', () => {
  it('is the sender of ARP, unless it only asks whether an address is free', () => {
    expect(claimed(arp([169, 254, 7, 9]))).to.equal('02:00:00:00:01:00 ipv4 169.254.7.9');
    expect(claimed(arp([0, 0, 0, 0]))).to.equal(null);
  });

  it('is the source of an IP packet', () => {
    const packet = concat(fromHex('4500001400000000401100000a525664'), fromHex('ffffffff'));
    expect(claimed(ethernet(0x0800, packet))).to.equal('02:00:00:00:01:00 ipv4 10.82.86.100');
    expect(claimed(ipv6(LINK_LOCAL))).to.equal('02:00:00:00:01:00 ipv6 fe80::ff:fe00:100');
  });

  it('is what IPv6 asks about before it takes it', () => {
    const solicitation = concat(fromHex('8700000000000000'), fromHex(LINK_LOCAL));
    expect(claimed(ipv6(UNSPECIFIED, solicitation))).to.equal('02:00:00:00:01:00 ipv6 fe80::ff:fe00:100');
    expect(claimed(ipv6(UNSPECIFIED, solicitation.subarray(0, 20)))).to.equal(null);
    expect(claimed(ipv6(UNSPECIFIED, fromHex('8f00000000000000')))).to.equal(null);
  });

  it('is none in anything else, nor in what is cut', () => {
    expect(claimed(ethernet(0x888e, new Uint8Array(40)))).to.equal(null);
    for (const frame of [arp([10, 0, 0, 2]), ipv6(LINK_LOCAL)])
      expect(claimed(frame.subarray(0, frame.length - 22))).to.equal(null);
    expect(claimed(new Uint8Array(5))).to.equal(null);
  });

  it('has the shortest text form', () => {
    const text = (hex: string): string => ipv6Text(fromHex(hex));
    expect(text('20010db8000000010001000100010001')).to.equal('2001:db8:0:1:1:1:1:1');
    expect(text('20010db8000000000001000000000000')).to.equal('2001:db8:0:0:1::');
    expect(text(UNSPECIFIED)).to.equal('::');
    expect(text('0000000000000000000000000000000a')).to.equal('::a');
    expect(text('fd000000000000100000000000000001')).to.equal('fd00:0:0:10::1');
  });

  it('knows what stays on the link', () => {
    expect(isLinkLocal({ family: 'ipv4', address: '169.254.1.1' })).to.equal(true);
    expect(isLinkLocal({ family: 'ipv6', address: 'febf::1' })).to.equal(true);
    expect(isLinkLocal({ family: 'ipv4', address: '16.9.254.1' })).to.equal(false);
    expect(isLinkLocal({ family: 'ipv6', address: 'fec0::1' })).to.equal(false);
  });
});
