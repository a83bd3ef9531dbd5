/*
 * A program of its own, to be run in a network namespace of its own: starts hostapd as an access point with UPnP on
 * loopback (no radio, no interface set up), registers with it as our Registrar, prints what was seen as one line of
 * JSON. Arguments: the access point's PIN, the PIN we believe it has.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { concat } from '#base/bytes.js';
import { seededRandom } from '#base/random.js';
import { OP_CODE, opCodeOf } from '#wire/eap/eap-wsc.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, encodeAttribute, wordAttribute } from '#wire/wps/build.js';
import { attribute, decodeWsc } from '#wire/wps/message.js';
import type { Script } from '../engine.js';
import type { Ending } from '../message-layer.js';
import { RegistrarSession } from '../registrar-session.js';
import { CREDENTIAL, registrarConfig } from './fixtures.js';
import { getDeviceInfo, putMessage, type WlanConfigService } from './put-message.js';
import { withValue } from '../stimuli/edits.js';

export interface UpnpRegistration extends Ending {
  /** Names of the messages, both sides', in order. */
  readonly messages: readonly string[];
  readonly exchangeMs: number;
  /** hostapd left its configuration file as it was. */
  readonly configUntouched: boolean;
}

const SERVICE: WlanConfigService = { host: '127.0.0.1', port: 49152 };
const READY_MS = 10_000;

const hostapdConfig = (pin: string): string =>
  [
    'driver=none',
    'interface=lo',
    'upnp_iface=lo',
    'ssid=before',
    'eap_server=1',
    'wps_state=2',
    'wps_cred_processing=1',
    `ap_pin=${pin}`,
    'uuid=8c5ae1f0-4b7d-4f2e-9a31-c6d70b1e2f34',
    'device_name=Access point',
    'manufacturer=Rally',
    'model_name=hostapd',
    'model_number=1',
    'serial_number=1',
    'device_type=6-0050F204-1',
    'config_methods=label virtual_push_button keypad',
    '',
  ].join('\n');

/** An access point takes its settings bare, not in a Credential. */
function apSettings(enrolleeMac: Uint8Array): Uint8Array {
  return concat(
    byteAttribute(ATTRIBUTE.NetworkIndex, 1),
    encodeAttribute(ATTRIBUTE.Ssid, CREDENTIAL.ssid),
    wordAttribute(ATTRIBUTE.AuthenticationType, CREDENTIAL.authenticationType),
    wordAttribute(ATTRIBUTE.EncryptionType, CREDENTIAL.encryptionType),
    encodeAttribute(ATTRIBUTE.NetworkKey, CREDENTIAL.networkKey),
    encodeAttribute(ATTRIBUTE.MACAddress, enrolleeMac),
  );
}

async function register(pin: string): Promise<Omit<UpnpRegistration, 'configUntouched'>> {
  const m1 = decodeWsc(await getDeviceInfo(SERVICE));
  const mac = attribute(m1, ATTRIBUTE.MACAddress)?.value ?? new Uint8Array(6);
  const script: Script = (message, tools) => {
    if (message.what !== 'M8') return [message];
    const bare = withValue(ATTRIBUTE.EncryptedSettings, () => tools.encrypt(apSettings(mac)));
    return [{ ...message, wsc: bare(message.wsc, tools) }];
  };
  const session = new RegistrarSession(registrarConfig({ pin, script, random: seededRandom(Date.now()) }));
  const messages: string[] = [];
  const startedAt = performance.now();
  let received = m1;
  for (;;) {
    messages.push(received.name ?? 'unknown');
    const step = session.receive(opCodeOf(received.messageType) ?? OP_CODE.Msg, received);
    const [message] = step.send;
    if (message !== undefined) messages.push(message.what);
    if (step.end !== undefined) return { ...step.end, messages, exchangeMs: performance.now() - startedAt };
    if (message === undefined) throw new Error('the Registrar has nothing to say');
    received = decodeWsc(await putMessage(SERVICE, message.wsc));
  }
}

async function main(apPin: string, pin: string): Promise<UpnpRegistration> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rally-upnp-'));
  const configFile = path.join(folder, 'hostapd.conf');
  writeFileSync(configFile, hostapdConfig(apPin), { mode: 0o600 });
  const hostapd = spawn('hostapd', [configFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(hostapd, 'exit');
  try {
    const lines: string[] = [];
    const ready = (async () => {
      for await (const line of createInterface({ input: hostapd.stdout })) {
        lines.push(line);
        if (line.includes('AP-ENABLED')) return;
      }
      throw new Error(`hostapd ended: ${lines.join(' | ')}`);
    })();
    const late = new Promise<never>((_resolve, reject) => {
      setTimeout(() => reject(new Error(`hostapd is not ready: ${lines.join(' | ')}`)), READY_MS).unref();
    });
    await Promise.race([ready, late]);
    hostapd.stdout.resume();
    const registration = await register(pin);
    return { ...registration, configUntouched: readFileSync(configFile, 'utf8') === hostapdConfig(apPin) };
  } finally {
    hostapd.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}

const [apPin = '', pin = ''] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await main(apPin, pin))}\n`);
