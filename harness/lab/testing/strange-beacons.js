/**
 * Runs inside a place: sends Beacons of 256 strange networks with WPS on a monitor interface until the session is over,
 * and writes down how many went out. Arguments: interface, Beacons a second, bundle folder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { PacketSocket } from '#lab/link/packet-socket.js';

const NETWORKS = 256;
const TURN_MS = 20;
/** Most Beacons a turn: what a slow machine has missed it does not make up for at once. */
const MOST_A_TURN = 1000;

const [, , interfaceName = '', perSecond = '0', bundleDir = ''] = process.argv;
const socket = await PacketSocket.open({ interfaceName, etherType: 0x0003, multicast: [] });

/** @param {number} network */
function beacon(network) {
  const address = `02ee000000${network.toString(16).padStart(2, '0')}`;
  const fixed = '0000000000000000' + '6400' + '0104';
  const elements =
    '0007737472616e6765' + '010882848b960c121824' + '030106' + 'dd0e0050f204' + '104a000110' + '1044000102';
  return Buffer.from(`0000080000000000${'80000000'}ffffffffffff${address}${address}0000${fixed}${elements}`, 'hex');
}
const beacons = Array.from({ length: NETWORKS }, (_each, network) => beacon(network));
const startMs = performance.now();
let sent = 0;
let tried = 0;

function isOver() {
  return /"kind":"(?:session-end|bench-failure)"/.test(readFileSync(`${bundleDir}/events.jsonl`, 'latin1'));
}

function turn() {
  const due = Math.floor(((performance.now() - startMs) * Number(perSecond)) / 1000);
  for (const until = Math.min(due, tried + MOST_A_TURN); tried < until; tried++)
    if (socket.send(beacons[tried % NETWORKS]) !== null) sent++;
  tried = Math.max(tried, due);
  if (!isOver()) {
    setTimeout(turn, TURN_MS);
    return;
  }
  writeFileSync(`${bundleDir}/strange-beacons.json`, JSON.stringify({ sent, ms: performance.now() - startMs }));
  socket.close();
}
turn();
