import { expect } from 'chai';
import { concat, fromHex } from '#base/bytes.js';
import { macKey } from './mac-key.js';
import { SequenceMeter, type SequenceGaps } from './sequence-loss.js';

const STATION = fromHex('020000000100');
const POINT = fromHex('020000000000');
const OTHER = fromHex('0200000000aa');

const QOS_DATA = 0x88;
const QOS_NULL = 0xc8;
const DATA = 0x08;
const PROBE_REQUEST = 0x40;
const BEACON = 0x80;
const ASSOCIATION_REQUEST = 0x00;
const RETRY = 0x08;

interface Sent {
  readonly from?: Uint8Array;
  readonly to?: Uint8Array;
  readonly kind?: number;
  readonly flags?: number;
  readonly tid?: number;
  readonly fragment?: number;
}

describe('meter of sequence gaps', () => {
  let meter: SequenceMeter;

  beforeEach(() => {
    meter = new SequenceMeter();
    meter.follow(STATION);
    meter.follow(POINT);
  });

  function send(
    number: number,
    { from = STATION, to = POINT, kind = QOS_DATA, flags = 0, tid = 0, fragment = 0 }: Sent = {},
  ): void {
    const sequence = (number << 4) | fragment;
    const header = concat(
      Uint8Array.of(kind, flags, 0, 0),
      to,
      from,
      POINT,
      Uint8Array.of(sequence & 0xff, sequence >> 8, tid, 0),
    );
    meter.frame(concat(OTHER, header), OTHER.length, OTHER.length + header.length);
  }

  function gaps(of = STATION): SequenceGaps | undefined {
    return meter.take().get(macKey(of));
  }

  it('counts what lies between two numbers, over the wrap too', () => {
    for (const number of [4094, 4095, 0, 3]) send(number);
    expect(gaps()).to.deep.equal({ frames: 4, certain: 2, possible: 0, jumps: 0 });
  });

  it('takes back what comes late, and counts nothing for what is sent again or in pieces', () => {
    for (const number of [10, 12]) send(number);
    send(11, { flags: RETRY });
    send(12, { flags: RETRY });
    send(13, { fragment: 0 });
    send(13, { fragment: 1 });
    send(14);
    expect(gaps()).to.include({ certain: 0, possible: 0, jumps: 0 });
  });

  it('counts each receiver and traffic class by itself', () => {
    send(100, { tid: 0 });
    send(7, { tid: 6 });
    send(200, { tid: 0, to: OTHER });
    send(101, { tid: 0 });
    send(9, { tid: 6 });
    expect(gaps()).to.include({ certain: 1, possible: 0 });
  });

  it('tells the counter of everything else from these, and does not trust it around Probe Requests', () => {
    send(1, { kind: DATA });
    send(3, { kind: DATA });
    send(50, { kind: PROBE_REQUEST });
    send(60, { kind: DATA });
    send(61, { kind: DATA });
    expect(gaps()).to.include({ certain: 0, possible: 1, jumps: 0 });
  });

  it('does not trust that of an access point at all, whose radio may number the beacons', () => {
    send(1, { from: POINT, to: STATION, kind: BEACON });
    send(9, { from: POINT, to: STATION, kind: DATA });
    send(1, { from: POINT, to: STATION });
    send(3, { from: POINT, to: STATION });
    expect(gaps(POINT)).to.deep.equal({ frames: 4, certain: 1, possible: 0, jumps: 0 });
  });

  it('begins anew with an association', () => {
    send(40);
    send(42);
    send(5, { kind: ASSOCIATION_REQUEST });
    send(0);
    send(1);
    expect(gaps()).to.include({ certain: 1, jumps: 0 });
  });

  it('counts a leap as a leap, and forgets what it has told', () => {
    send(0);
    send(2000);
    send(2002);
    expect(gaps()).to.include({ certain: 1, jumps: 1 });
    send(2003);
    expect(gaps()).to.deep.equal({ frames: 1, certain: 0, possible: 0, jumps: 0 });
    expect(gaps()).to.equal(undefined);
  });

  it('leaves out strangers, frames without data and what is cut', () => {
    send(1, { from: OTHER });
    send(9, { from: OTHER });
    send(1, { kind: QOS_NULL });
    meter.frame(STATION, 0, STATION.length);
    expect(meter.take().size).to.equal(0);
  });
});
