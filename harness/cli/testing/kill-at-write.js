/**
 * Loaded before a program: kills it with SIGKILL within its n-th synchronous write to a file, n by KILL_AT_WRITE, half of
 * whose bytes are then there.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { env, kill, pid } from 'node:process';

const { writeSync } = fs;
let left = Number(env.KILL_AT_WRITE);

fs.writeSync = (descriptor, bytes, ...rest) => {
  left -= 1;
  if (left !== 0) return writeSync(descriptor, bytes, ...rest);
  writeSync(descriptor, bytes.subarray(0, Math.floor(bytes.length / 2)));
  return kill(pid, 'SIGKILL');
};
syncBuiltinESMExports();
