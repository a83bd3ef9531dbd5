import { expect } from 'chai';
import { probeInNamespace } from '../testing/in-namespace.js';

interface Observed {
  readonly firstIntact: boolean;
  readonly timesInOrder: boolean;
  readonly ownFramesSeen: number;
  readonly burstIntact: boolean;
  readonly burstDropped: number;
  readonly floodSent: number;
  readonly floodReceived: number;
  readonly floodDropped: number;
  readonly failures: readonly string[];
  readonly sendCode: string;
  readonly openCode: string;
}

describe('packet socket on a veth pair', () => {
  let seen: Observed;

  before(async () => {
    const setup = 'ip link add va type veth peer name vb; ip link set va up; ip link set vb up';
    seen = (await probeInNamespace('packet-socket-probe.ts', setup, 20_000)) as Observed;
  });

  it('receives a frame byte for byte, with the kernel time between ours', () => {
    expect(seen).to.include({ firstIntact: true, timesInOrder: true });
  });

  it('sees neither its own frames nor those of another EtherType', () => {
    // The frame of the other EtherType was sent before the burst, which is intact.
    expect(seen).to.include({ ownFramesSeen: 0, burstIntact: true });
  });

  it('loses nothing in a burst of 2000 frames', () => {
    expect(seen).to.include({ burstIntact: true, burstDropped: 0 });
  });

  it('counts exactly the frames the kernel had to drop', () => {
    expect(seen.floodDropped).to.be.above(0);
    expect(seen.floodReceived + seen.floodDropped).to.equal(seen.floodSent);
  });

  it('says once on each side that the interface is gone, for receiving, sending and opening', () => {
    expect(seen.failures).to.deep.equal(['ERR_INTERFACE', 'ERR_INTERFACE']);
    expect(seen).to.include({ sendCode: 'ERR_INTERFACE', openCode: 'ERR_INTERFACE' });
  });
});
