/**
 * Runs inside a place: sends Beacons of 256 strange networks with WPS, a burst each second, less often where a burst takes
 * longer than a third of one, until the session is over. Writes down of each burst how many milliseconds it took, and how
 * many frames were heard in all. Arguments: interface to send on, interface that hears them, Beacons in a burst, bundle
 * folder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import koffi from 'koffi';
import { loadLibc } from '#lab/link/libc.js';

const NETWORKS = 256;
const EVERY_MS = 1000;
/** Of a slow machine something must be left for the others: a burst is followed by at least so many times its time. */
const REST = 2;
const [AF_PACKET, SOCK_RAW] = [17, 3];
/** struct iovec; struct mmsghdr, which begins with a struct msghdr. */
const [VECTOR_BYTES, MESSAGE_BYTES] = [16, 64];

const [, , interfaceName = '', hearing = '', burst = '0', bundleDir = ''] = process.argv;

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

const heardBefore = heard();
/** @type {number[]} */
const tookMs = [];

/** @returns {number} frames the other interface has heard since it is there */
function heard() {
  return Number(readFileSync(`/sys/class/net/${hearing}/statistics/rx_packets`, 'latin1'));
}

/** @param {number} count */
function send(count) {
  let next = 0;
  for (let left = count; left > 0;) {
    const most = Math.min(left, NETWORKS - next);
    const gone = Number(sendmmsg(socket, messages.subarray(next * MESSAGE_BYTES), most, 0));
    if (gone < 0) throw new Error(`sendmmsg: error ${libc.errno()}`);
    next = (next + gone) % NETWORKS;
    left -= gone;
  }
}

function isOver() {
  return /"kind":"(?:session-end|bench-failure)"/.test(readFileSync(`${bundleDir}/events.jsonl`, 'latin1'));
}

function turn() {
  const beganMs = performance.now();
  send(Number(burst));
  const endMs = performance.now();
  tookMs.push(Math.round(endMs - beganMs));
  if (!isOver()) {
    const spentMs = endMs - beganMs;
    setTimeout(turn, Math.max(EVERY_MS - spentMs, REST * spentMs));
    return;
  }
  writeFileSync(`${bundleDir}/strange-beacons.json`, JSON.stringify({ tookMs, heard: heard() - heardBefore }));
  libc.close(socket);
}
turn();
