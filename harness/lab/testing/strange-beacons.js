/**
 * Runs inside a place: sends Beacons of 256 strange networks with WPS on a monitor interface until the session is over,
 * and writes down how many went out in each second. Arguments: interface, Beacons a second, bundle folder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import koffi from 'koffi';
import { loadLibc } from '#lab/link/libc.js';

const NETWORKS = 256;
const TURN_MS = 20;
const LOOK_EVERY_MS = 250;
const [AF_PACKET, SOCK_RAW] = [17, 3];
/** struct iovec; struct mmsghdr, which begins with a struct msghdr. */
const [VECTOR_BYTES, MESSAGE_BYTES] = [16, 64];

const [, , interfaceName = '', perSecond = '0', bundleDir = ''] = process.argv;

/** @param {number} network */
function beacon(network) {
  const address = `02ee000000${network.toString(16).padStart(2, '0')}`;
  const fixed = '0000000000000000' + '6400' + '0104';
  const elements =
    '0007737472616e6765' + '010882848b960c121824' + '030106' + 'dd0e0050f204' + '104a000110' + '1044000102';
  return Buffer.from(`0000080000000000${'80000000'}ffffffffffff${address}${address}0000${fixed}${elements}`, 'hex');
}

const libc = await loadLibc();
const socket = libc.socket(AF_PACKET, SOCK_RAW, 0);
const link = Buffer.alloc(20);
link.writeUInt16LE(AF_PACKET, 0);
link.writeInt32LE(libc.ifNameToIndex(interfaceName), 4);
if (libc.bind(socket, link, link.length) < 0) throw new Error(`bind: error ${libc.errno()}`);

// One call sends many: under emulation each call costs as much as what it does.
const sendmmsg = koffi.load(null).func('int sendmmsg(int fd, void *messages, uint count, int flags)');
const beacons = Array.from({ length: NETWORKS }, (_each, network) => beacon(network));
const vectors = Buffer.alloc(NETWORKS * VECTOR_BYTES);
const messages = Buffer.alloc(NETWORKS * MESSAGE_BYTES);
beacons.forEach((bytes, network) => {
  vectors.writeBigUInt64LE(libc.addressOf(bytes), network * VECTOR_BYTES);
  vectors.writeBigUInt64LE(BigInt(bytes.length), network * VECTOR_BYTES + 8);
  const vector = vectors.subarray(network * VECTOR_BYTES);
  messages.writeBigUInt64LE(libc.addressOf(vector), network * MESSAGE_BYTES + 16);
  messages.writeBigUInt64LE(1n, network * MESSAGE_BYTES + 24);
});

const startMs = performance.now();
/** @type {number[]} Beacons that went out, by second. */
const sent = [];
let due = 0;
let next = 0;
let lookedMs = startMs;

/**
 * @param {number} count
 * @returns {number} how many went out, at least one
 */
function send(count) {
  const most = Math.min(count, NETWORKS - next);
  const gone = Number(sendmmsg(socket, messages.subarray(next * MESSAGE_BYTES), most, 0));
  if (gone < 0) throw new Error(`sendmmsg: error ${libc.errno()}`);
  next = (next + gone) % NETWORKS;
  const second = Math.floor((performance.now() - startMs) / 1000);
  sent[second] = (sent[second] ?? 0) + gone;
  return gone;
}

function isOver() {
  lookedMs = performance.now();
  return /"kind":"(?:session-end|bench-failure)"/.test(readFileSync(`${bundleDir}/events.jsonl`, 'latin1'));
}

function turn() {
  const nowMs = performance.now();
  const wanted = Math.floor(((nowMs - startMs) * Number(perSecond)) / 1000);
  // What a slow machine has missed it does not make up for beyond one round.
  for (due = Math.max(due, wanted - NETWORKS); due < wanted;) due += send(wanted - due);
  if (nowMs - lookedMs < LOOK_EVERY_MS || !isOver()) {
    setTimeout(turn, TURN_MS);
    return;
  }
  writeFileSync(`${bundleDir}/strange-beacons.json`, JSON.stringify(Array.from(sent, (each) => each ?? 0)));
  libc.close(socket);
}
turn();
