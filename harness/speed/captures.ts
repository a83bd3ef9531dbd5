import { be, concat, fromHex } from '#base/bytes.js';
import { enhancedPacket, interfaceDescription, sectionHeader } from '#wire/pcap/pcapng-write.js';
import { beacon, BEACON_TIME_AT, encryptedFrame, eapolFrame, probeRequest, probeResponse } from './air.js';
import { deviceAddress, register, type Registration } from './registration.js';

const CHUNK_BYTES = 1 << 20;
/** Between two frames; time begins in November 2023. */
const STEP_NS = 500_000;
const BEGIN_NS = 1_700_000_000_000_000_000n;
/** Offsets in an Enhanced Packet Block: both halves of the time stamp, and the frame. */
const BLOCK_TIME_AT = 12;
const BLOCK_FRAME_AT = 28;

const ACCESS_POINTS = 20;

/** One frame as a block of a capture, made once and sent again and again with a few bytes changed. */
interface Block {
  readonly bytes: Uint8Array;
  /** Offset of the 8 bytes in which a Beacon tells its own time; null for other frames. */
  readonly ownTimeAt: number | null;
}

/**
 * A monitor capture with radiotap (pcapng) of so many frames, 98 of 100 of them Beacons of 20 access points, half of
 * which have WPS; the rest is encrypted data, and one registration in `cyclesPerRegistration` thousand frames. Each
 * chunk is valid until the next one is asked for.
 */
export function beaconsCapture(frames: number, cyclesPerRegistration: number): Generator<Uint8Array> {
  return capture(frames, beaconsBlocks(cyclesPerRegistration));
}

function* beaconsBlocks(cyclesPerRegistration: number): Generator<Block> {
  const beacons = accessPoints().map(({ address, name }, index) =>
    blockOf(beacon(address, name, index % 2 === 0), true),
  );
  const noise = blockOf(encryptedFrame(1200));
  const registrations = registrationBlocks();
  for (let frame = 0; ; frame++) {
    if (frame % (1000 * cyclesPerRegistration) === 0) yield* registrations(frame / 1000);
    yield frame % 100 < 98 ? (beacons[frame % ACCESS_POINTS] as Block) : noise;
  }
}

/**
 * A monitor capture in which every frame carries WPS: Beacons of access points in WPS mode, and a device that probes and
 * registers once in `framesPerRegistration` frames, another one each time.
 */
export function denseCapture(frames: number, framesPerRegistration: number): Generator<Uint8Array> {
  return capture(frames, denseBlocks(framesPerRegistration));
}

function* denseBlocks(framesPerRegistration: number): Generator<Block> {
  const beacons = accessPoints().map(({ address, name }) => blockOf(beacon(address, name, true), true));
  const registrations = registrationBlocks();
  for (let device = 0; ; device++) {
    const blocks = registrations(device);
    yield* blocks;
    for (let at = blocks.length; at < framesPerRegistration; at++) yield beacons[at % ACCESS_POINTS] as Block;
  }
}

/** A monitor capture of these registrations, one after the other. */
export function keyedCapture(registrations: readonly Registration[]): Generator<Uint8Array> {
  const [{ address }] = accessPoints();
  const blocks = registrations.flatMap(({ enrolleeMac, packets }) =>
    packets.map(({ from, eapol }) => blockOf(eapolFrame(eapol, address, enrolleeMac, from === 'enrollee'))),
  );
  return capture(blocks.length, blocks.values());
}

/** Registrations of many devices, all like the first but for address, UUID and nonces. */
function registrationBlocks(): (device: number) => readonly Block[] {
  const mac = deviceAddress(0);
  const [{ address, name }] = accessPoints();
  const { uuidE, packets, keys } = register(1, mac);
  const frames = [
    probeRequest(mac, uuidE),
    probeResponse(address, mac, name),
    ...packets.map(({ from, eapol }) => eapolFrame(eapol, address, mac, from === 'enrollee')),
  ];
  const blocks = frames.map((frame) => blockOf(frame));
  const places = blocks.map(({ bytes }) => [
    ...occurrences(bytes, mac).map((at) => at + 3),
    ...[uuidE, keys.enrolleeNonce, keys.registrarNonce].flatMap((value) => occurrences(bytes, value)),
  ]);
  return (device) => {
    blocks.forEach(({ bytes }, index) => {
      for (const at of places[index] ?? []) bytes.set(be(device, 3), at);
    });
    return blocks;
  };
}

interface AccessPoint {
  readonly address: Uint8Array;
  readonly name: string;
}

function accessPoints(): readonly [AccessPoint, ...AccessPoint[]] {
  const make = (index: number): AccessPoint => ({
    address: concat(fromHex('0200a00000'), be(index, 1)),
    name: `Access point ${index}`,
  });
  return [make(0), ...Array.from({ length: ACCESS_POINTS - 1 }, (_, index) => make(index + 1))];
}

function blockOf(frame: Uint8Array, tellsTime = false): Block {
  return {
    bytes: enhancedPacket({ interfaceId: 0, timeNs: BEGIN_NS, bytes: frame }),
    ownTimeAt: tellsTime ? BLOCK_FRAME_AT + BEACON_TIME_AT : null,
  };
}

/** Offsets of `pattern`, which is not empty, in `bytes`. */
function occurrences(bytes: Uint8Array, pattern: Uint8Array): number[] {
  const found: number[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = buffer.indexOf(pattern); at >= 0; at = buffer.indexOf(pattern, at + 1)) found.push(at);
  return found;
}

/** Chunks of a capture of the first `frames` blocks. */
function* capture(frames: number, blocks: Iterator<Block>): Generator<Uint8Array> {
  yield concat(
    sectionHeader({ application: 'rally-conformance speed' }),
    interfaceDescription({ linkType: 'dot11-radiotap', snapLengthBytes: 0 }),
  );
  const chunk = new Uint8Array(CHUNK_BYTES);
  const view = new DataView(chunk.buffer);
  let filled = 0;
  let high = Number(BEGIN_NS >> 32n);
  let low = Number(BEGIN_NS & 0xffff_ffffn);
  for (let frame = 0; frame < frames; frame++) {
    const { bytes, ownTimeAt } = blocks.next().value as Block;
    if (filled + bytes.length > CHUNK_BYTES) {
      yield chunk.subarray(0, filled);
      filled = 0;
    }
    chunk.set(bytes, filled);
    low += STEP_NS;
    if (low >= 2 ** 32) {
      low -= 2 ** 32;
      high++;
    }
    view.setUint32(filled + BLOCK_TIME_AT, high, true);
    view.setUint32(filled + BLOCK_TIME_AT + 4, low, true);
    if (ownTimeAt !== null) view.setUint32(filled + ownTimeAt, frame * (STEP_NS / 1000), true);
    filled += bytes.length;
  }
  yield chunk.subarray(0, filled);
}
