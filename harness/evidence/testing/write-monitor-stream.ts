import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { monitorStream } from './monitor-stream.js';

/** A registration in a million frames: evidence itself needs memory, some 90 KB an exchange. */
const CYCLES_PER_EXCHANGE = 1000;

/** Writes a monitor capture of about so many megabytes (first argument) to standard output. */
function* limited(bytes: number): Generator<Uint8Array> {
  let left = bytes;
  for (const chunk of monitorStream(CYCLES_PER_EXCHANGE)) {
    // The generator fills its chunk anew while this one still waits to be written.
    yield chunk.slice();
    left -= chunk.length;
    if (left <= 0) return;
  }
}

await pipeline(Readable.from(limited(Number(process.argv[2]) * 1e6)), process.stdout);
