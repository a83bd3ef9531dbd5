import { randomBytes } from 'node:crypto';
import { RallyError } from '#base/error.js';
import { EapolLink } from '#lab/bench/eapol-link.js';
import { WiredSession } from '#lab/bench/wired-session.js';
import { systemClock } from '#lab/clock.js';
import { createRegistrar } from '#wps/registrar.js';
import { registrarConfig } from './registration.js';

/**
 * Our Registrar on an interface (first argument), in a process of its own as hostapd is. Whatever comes on standard
 * input makes it ready for another device; it says `ready` when it is.
 */

const LIMIT_MS = 10_000;

const [interfaceName = ''] = process.argv.slice(2);
let finish = (): void => undefined;

async function makeReady(): Promise<void> {
  finish();
  const link = await EapolLink.open(interfaceName, null, { frame: () => undefined });
  const abort = new AbortController();
  const engine = createRegistrar(registrarConfig((lengthBytes) => Uint8Array.from(randomBytes(lengthBytes))));
  const session = new WiredSession({
    link,
    newEngine: () => engine,
    startMs: LIMIT_MS,
    sessionMs: LIMIT_MS,
    clock: systemClock,
    signal: abort.signal,
    onKeys: () => undefined,
    onStep: () => undefined,
  });
  // How it ended is seen at the device.
  session.ended.catch(() => undefined);
  finish = () => {
    abort.abort(new RallyError('ERR_ABORTED', 'the exchange is over'));
    link.close();
  };
  process.stdout.write('ready\n');
}

process.stdin.on('data', () => void makeReady());
process.stdin.on('end', () => finish());
