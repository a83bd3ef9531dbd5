/**
 * Runs in a network namespace with loopback up and a /run of its own: our Enrollee registers with wpa_supplicant as
 * Registrar, by UPnP on loopback, once for each case of the argument (JSON), and prints what was seen as JSON for
 * enrollee-upnp.peer.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { ascii, fromHex, toHex } from '#base/bytes.js';
import { formatUuid } from '#base/uuid.js';
import { OP_CODE, opCodeOf } from '#wire/eap/eap-wsc.js';
import { credentialAttribute } from '#wire/wps/build.js';
import { decodeWsc } from '#wire/wps/message.js';
import { EnrolleeSession } from '#wps/enrollee-session.js';
import type { Step } from '#wps/message-layer.js';
import { enrolleeConfig } from '#wps/testing/fixtures.js';
import { ExternalRegistrar } from './external-registrar.js';
import { WlanConfigService } from './wlan-config-service.js';

export interface UpnpEnrollmentCase {
  readonly method: 'pin' | 'pbc';
  /** PIN that the Registrar was told; the device's when absent. */
  readonly registrarPin?: string;
  readonly acceptsAnyPassword?: true;
}

export interface UpnpEnrollmentSession {
  /** How our Enrollee ended; `open` when it still waits. */
  readonly outcome: string;
  readonly text: string;
  /** What was said, in order: `> M1` by our Enrollee, `< M2` by the Registrar. */
  readonly said: readonly string[];
  /** Credentials of M8, as the Credential attribute in hex. */
  readonly credentials: readonly string[];
}

export interface UpnpEnrollment {
  readonly sessions: readonly UpnpEnrollmentSession[];
  /** Actions the Registrar called, in order. */
  readonly actions: readonly string[];
  /** The Registrar's events about WPS, in order. */
  readonly events: readonly string[];
  /** What it was to hand out, as the Credential attribute in hex. */
  readonly credential: string;
}

const PIN = '12345670';
const ACCESS_POINT_UUID = fromHex('d2f6a4d89a4e4c0b8f2e0c1d2e3f4a5b');
const { identity } = enrolleeConfig();

function newSession(
  changes: Pick<UpnpEnrollmentCase, 'method' | 'acceptsAnyPassword'>,
  uuidE = identity.uuidE,
): EnrolleeSession {
  const random = (lengthBytes: number): Uint8Array => Uint8Array.from(randomBytes(lengthBytes));
  return new EnrolleeSession({ ...changes, pin: PIN, identity: { ...identity, uuidE }, random });
}

function begin(session: EnrolleeSession): Step {
  return session.receive(OP_CODE.Start, decodeWsc(new Uint8Array(0)));
}

/** M1 of an access point: whoever asks for it wants to know whose service this is. */
function accessPointM1(): Uint8Array {
  const [m1] = begin(newSession({ method: 'pin' }, ACCESS_POINT_UUID)).send;
  return m1?.wsc ?? new Uint8Array(0);
}

/** One registration, to its end or until our Enrollee has acknowledged that it is not served. */
async function enroll(service: WlanConfigService, session: EnrolleeSession): Promise<UpnpEnrollmentSession> {
  const said: string[] = [];
  for (let step = begin(session); ;) {
    for (const { what, wsc } of step.send) {
      said.push(`> ${what}`);
      await service.tell(identity.macAddress, wsc);
    }
    const isTurnedAway = said.at(-1) === '> WSC_ACK';
    if (step.end !== undefined || isTurnedAway) {
      const { outcome = 'open', text = '' } = step.end ?? {};
      return { outcome, text, said, credentials: session.credentials.map((each) => toHex(credentialAttribute(each))) };
    }
    const answer = decodeWsc(await service.response());
    said.push(`< ${answer.name ?? 'unknown'}`);
    step = session.receive(opCodeOf(answer.messageType) ?? OP_CODE.Msg, answer);
  }
}

/** One Registrar, and the sessions of one case with it. */
async function carryOut({ registrarPin = PIN, ...device }: UpnpEnrollmentCase): Promise<UpnpEnrollment> {
  const ssid = `rally-${randomBytes(4).toString('hex')}`;
  const passphrase = randomBytes(16).toString('hex');
  const service = await WlanConfigService.start({ uuid: formatUuid(ACCESS_POINT_UUID), deviceInfo: accessPointM1() });
  const registrar = await ExternalRegistrar.start(mkdtempSync(join('/run', 'registrar-')));
  try {
    await service.announce();
    await registrar.daemon.told('WPS-ER-AP-ADD');
    await registrar.handOut(formatUuid(ACCESS_POINT_UUID), ssid, passphrase);
    const sessions: UpnpEnrollmentSession[] = [];
    if (device.method === 'pbc') {
      // It has to know the station whose button was pushed.
      sessions.push(await enroll(service, newSession(device)));
      await registrar.daemon.told('WPS-ER-ENROLLEE-ADD');
      await registrar.pushButton(formatUuid(identity.uuidE));
    } else await registrar.expectPin(registrarPin);
    const last = await enroll(service, newSession(device));
    sessions.push(last);
    if (last.outcome === 'done') await registrar.daemon.told('WPS-SUCCESS');
    if (last.outcome === 'nack') await registrar.daemon.told('WPS-FAIL');
    const credential = credentialAttribute({
      ssid: ascii(ssid),
      authenticationType: 0x0020,
      encryptionType: 0x0008,
      networkKey: ascii(passphrase),
      macAddress: identity.macAddress,
    });
    return {
      sessions,
      actions: service.actions,
      events: registrar.daemon.events.filter((event) => event.startsWith('WPS-')),
      credential: toHex(credential),
    };
  } finally {
    await registrar.daemon.stop();
    service.close();
  }
}

const results: Record<string, UpnpEnrollment> = {};
const cases = JSON.parse(process.argv[2] ?? '{}') as Record<string, UpnpEnrollmentCase>;
for (const [name, asked] of Object.entries(cases)) results[name] = await carryOut(asked);
console.log(JSON.stringify(results));
