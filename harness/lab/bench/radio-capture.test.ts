import { expect } from 'chai';
import { concat, fromHex } from '#base/bytes.js';
import { RadioCapture } from './radio-capture.js';

const OWN = fromHex('020000000000');
const DEVICE = fromHex('020000000100');
const STRANGER = fromHex('0200000000aa');
const RADIOTAP = fromHex('0000 0800 00000000'.replaceAll(' ', ''));
const M1 = fromHex('01000004' + '02010004');
const REQUEST = fromHex('01000005' + '0101000501');

/** Data frame of a station to its access point, with its headers. */
function airFrame(source: Uint8Array, network: Uint8Array, eapol: Uint8Array): Uint8Array {
  const header = concat(fromHex('08010000'), network, source, network, fromHex('0000'));
  return concat(RADIOTAP, header, fromHex('aaaa03000000888e'), eapol);
}

function ethernetFrame(source: Uint8Array, destination: Uint8Array, eapol: Uint8Array): Uint8Array {
  return concat(destination, source, fromHex('888e'), eapol);
}

describe('capture of the radio bench', () => {
  let nowMs = 0;
  let written: string[] = [];

  function capture(limitBytes = 10_000): RadioCapture {
    written = [];
    nowMs = 0;
    const made = new RadioCapture({
      evidence: {
        frame: (_bytes, timeNs, { direction, interfaceId }) => {
          written.push(`${timeNs} ${interfaceId === 1 ? 'air' : 'wire'} ${direction}`);
        },
      },
      clock: {
        monotonicMs: () => nowMs,
        wallMs: () => nowMs,
        sleep: () => Promise.reject(new Error('nothing sleeps here')),
      },
      networks: [OWN],
      interfaces: { wire: 0, air: 1 },
      onFailure: (error) => {
        throw error as Error;
      },
      limitBytes,
    });
    made.device = DEVICE;
    return made;
  }

  it('keeps the frame in the air of a packet that both have, whichever comes first', () => {
    const made = capture();
    made.air(airFrame(DEVICE, OWN, M1), 1n);
    made.wire(ethernetFrame(DEVICE, OWN, M1), 2n, 'dut');
    made.wire(ethernetFrame(OWN, DEVICE, REQUEST), 3n, 'bench');
    made.air(airFrame(OWN, OWN, REQUEST), 4n);
    made.flush();
    expect(written).to.deep.equal(['1 air in', '4 air out']);
    expect(made.missed).to.equal(0);
  });

  it('lets the copy of the access point stand in for what the monitor missed, in the order of time', () => {
    const made = capture();
    made.wire(ethernetFrame(OWN, DEVICE, REQUEST), 5n, 'bench');
    made.air(airFrame(DEVICE, OWN, M1), 4n);
    made.flush();
    expect(written).to.deep.equal(['4 air in', '5 wire out']);
    expect(made.missed).to.equal(1);
  });

  it('takes a packet that is sent again much later for a packet of its own', () => {
    const made = capture();
    made.air(airFrame(DEVICE, OWN, M1), 1n);
    nowMs = 5000;
    made.wire(ethernetFrame(DEVICE, OWN, M1), 2n, 'dut');
    made.flush();
    expect(written).to.deep.equal(['1 air in', '2 wire in']);
  });

  it('leaves out strangers, damaged frames and what is too much', () => {
    const made = capture(100);
    made.air(airFrame(STRANGER, STRANGER, M1), 1n);
    made.air(RADIOTAP.subarray(0, 5), 2n);
    for (const timeNs of [3n, 4n, 5n]) made.air(airFrame(DEVICE, OWN, M1), timeNs);
    made.flush();
    expect(written).to.deep.equal(['3 air in', '4 air in']);
    expect(made.beyondLimit).to.equal(1);
  });
});
