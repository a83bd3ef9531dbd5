/**
 * Runs in a namespace with the veth pair va, vb: sends what a monitor would deliver from the one end, receives it through
 * a filter at the other, and prints what came as JSON for packet-filter.peer.test.ts.
 */
import { concat, fromHex } from '#base/bytes.js';
import { systemClock } from '../clock.js';
import { addressFilter } from '../link/packet-filter.js';
import { PacketSocket } from '../link/packet-socket.js';

/** More than the receive buffer would hold. */
const STRANGE_BEACONS = 20_000;
const ETH_P_ALL = 0x0003;
const OWN = fromHex('020000000000');
const DEVICE = fromHex('020000000100');
const STRANGER = fromHex('0200000000aa');
const EVERYBODY = new Uint8Array(6).fill(0xff);
const BEACON = 0x80;

/** A frame behind a radiotap header of so many bytes, marked at its end. */
function heard(radiotapBytes: number, transmitter: Uint8Array, mark: number): Uint8Array {
  const radiotap = new Uint8Array(radiotapBytes);
  radiotap[2] = radiotapBytes;
  const header = concat(Uint8Array.of(BEACON, 0, 0, 0), EVERYBODY, transmitter, transmitter);
  return concat(radiotap, header, new Uint8Array(200), Uint8Array.of(mark));
}

const open = (interfaceName: string): Promise<PacketSocket> =>
  PacketSocket.open({ interfaceName, etherType: ETH_P_ALL, multicast: [] });
const [a, b] = [await open('va'), await open('vb')];
const marks: number[] = [];
const failure = (error: Error): void => {
  throw error;
};
b.filter(addressFilter([OWN]));
b.listen({ frame: ({ bytes }) => marks.push(bytes.at(-1) ?? 0), failure });

async function until(count: number): Promise<void> {
  const endMs = systemClock.monotonicMs() + 5000;
  while (marks.length < count && systemClock.monotonicMs() < endMs) await systemClock.sleep(5);
}

const beacon = heard(36, STRANGER, 1);
for (let number = 0; number < STRANGE_BEACONS; number++) a.send(beacon);
a.send(heard(36, DEVICE, 2));
for (const radiotapBytes of [14, 36, 200]) a.send(heard(radiotapBytes, OWN, 3));
await until(3);
// In place of the first filter: from now on the device is known.
b.filter(addressFilter([OWN, DEVICE]));
a.send(heard(36, DEVICE, 4));
a.send(beacon);
a.send(heard(36, OWN, 5));
await until(5);
const dropped = b.takeDropped();
for (const socket of [a, b]) socket.close();

console.log(JSON.stringify({ marks, dropped }));
