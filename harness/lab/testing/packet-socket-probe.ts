/**
 * Runs in a namespace with the veth pair va, vb: uses packet sockets on both ends and prints what happened as JSON for
 * packet-socket.peer.test.ts.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { equal } from '#base/bytes.js';
import type { RallyError } from '#base/error.js';
import { encodeEthernet } from '#wire/ethernet.js';
import { systemClock } from '../clock.js';
import { loadLibc, realtimeNs } from '../link/libc.js';
import { PacketSocket, type ReceivedFrame } from '../link/packet-socket.js';

/** More than the receive buffer holds: about half of them must be dropped, and counted. */
const FLOOD_FRAMES = 20_000;
const BURST_FRAMES = 2000;

const libc = await loadLibc();
const arrivals = new EventEmitter();
const received: ReceivedFrame[] = [];
const seenByA: ReceivedFrame[] = [];
const failures: string[] = [];

const open = (interfaceName: string, etherType = 0x888e): Promise<PacketSocket> =>
  PacketSocket.open({ interfaceName, etherType, multicast: [Uint8Array.of(1, 0x80, 0xc2, 0, 0, 3)] });
const a = await open('va');
const b = await open('vb');
const other = await open('va', 0x88b5);
const failure = (error: RallyError): void => {
  failures.push(error.code);
  arrivals.emit('failure');
};
a.listen({ frame: (frame) => seenByA.push(frame), failure });
b.listen({
  frame: (frame) => {
    received.push(frame);
    arrivals.emit('frame');
  },
  failure,
});

function frameOf(etherType: number, number: number): Uint8Array {
  const payload = new Uint8Array(386).fill(0xa5);
  payload.set([number >> 8, number & 0xff]);
  return encodeEthernet({ destination: b.mac, source: a.mac, etherType, payload });
}

async function receiveAll(count: number): Promise<void> {
  const endMs = systemClock.monotonicMs() + 5000;
  while (received.length < count && systemClock.monotonicMs() < endMs) await systemClock.sleep(5);
}

const firstFrame = frameOf(0x888e, 1);
const beforeNs = realtimeNs(libc);
const sentNs = a.send(firstFrame);
other.send(frameOf(0x88b5, 2));
await once(arrivals, 'frame');
const afterNs = realtimeNs(libc);
const [first] = received;

received.length = 0;
const sentFrames: Uint8Array[] = [];
for (let number = 0; number < BURST_FRAMES; number++) {
  const frame = frameOf(0x888e, number);
  sentFrames.push(frame);
  a.send(frame);
}
await receiveAll(BURST_FRAMES);
const burstIntact =
  received.length === BURST_FRAMES &&
  sentFrames.every((frame, at) => equal(frame, received[at]?.bytes ?? frame.subarray(1)));
const burstDropped = b.takeDropped();

received.length = 0;
for (let number = 0; number < FLOOD_FRAMES; number++) a.send(firstFrame);
// Reading the meter first: draining does not change it.
const floodDropped = b.takeDropped();
await receiveAll(FLOOD_FRAMES - floodDropped);

const failed = once(arrivals, 'failure');
execFileSync('ip', ['link', 'delete', 'va']);
await failed;
await systemClock.sleep(50);
let sendCode = '';
try {
  a.send(firstFrame);
} catch (error) {
  sendCode = (error as RallyError).code;
}
const openCode = await open('va').then(
  () => '',
  (error: unknown) => (error as RallyError).code,
);
for (const socket of [a, b, other]) {
  socket.close();
  socket.close();
}

console.log(
  JSON.stringify({
    firstIntact: first !== undefined && equal(first.bytes, firstFrame),
    timesInOrder:
      first !== undefined && sentNs !== null && beforeNs <= sentNs && sentNs <= first.timeNs && first.timeNs <= afterNs,
    ownFramesSeen: seenByA.length,
    burstIntact,
    burstDropped,
    floodSent: FLOOD_FRAMES,
    floodReceived: received.length,
    floodDropped,
    failures,
    sendCode,
    openCode,
  }),
);
