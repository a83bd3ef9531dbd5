import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { UpnpRegistration } from './testing/upnp-registrar.js';

const PROGRAM = fileURLToPath(new URL('testing/upnp-registrar.ts', import.meta.url));
const TSX = createRequire(import.meta.url).resolve('tsx');
// hostapd lives where an ordinary user does not look.
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
const TIMEOUT_MS = 30_000;

/** Register with a hostapd of its own, in namespaces of its own: no port and no daemon is shared with anybody. */
async function register(apPin: string, pin: string): Promise<UpnpRegistration> {
  const namespaces = process.getuid?.() === 0 ? ['-n'] : ['-Urn'];
  const inner = 'ip link set lo up && exec "$@"';
  const node = [process.execPath, '--conditions=source', `--import=${TSX}`, PROGRAM, apPin, pin];
  // Node becomes PID 1 of its namespace: whatever ends it ends hostapd with it.
  const unshare = [...namespaces, '--fork', '--pid', '--kill-child', 'sh', '-c', inner, 'sh', ...node];
  const env = { ...process.env, PATH };
  const { stdout } = await promisify(execFile)('unshare', unshare, { timeout: TIMEOUT_MS, env });
  return JSON.parse(stdout) as UpnpRegistration;
}

describe('Registrar with hostapd by UPnP', function () {
  this.timeout(TIMEOUT_MS + 5000);

  it('completes M1 to WSC_DONE, every hash and Authenticator right on both sides', async () => {
    const registration = await register('12345670', '12345670');
    expect(registration.outcome, registration.text).to.equal('done');
    const messages = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'WSC_DONE'];
    expect(registration.messages).to.deep.equal(messages);
    expect(registration.configUntouched).to.equal(true);
  });

  it('completes with a PIN of 4 digits', async () => {
    expect((await register('1234', '1234')).outcome).to.equal('done');
  });

  it('is refused with 18 at the half of the PIN that is wrong', async () => {
    for (const [pin, messages] of [
      ['02345670', ['M1', 'M2', 'M3', 'M4', 'WSC_NACK']],
      ['12340000', ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'WSC_NACK']],
    ] as const) {
      const registration = await register('12345670', pin);
      expect(registration).to.deep.include({ outcome: 'nack', text: 'WSC_NACK, Configuration Error 18', messages });
    }
  });
});
