/**
 * Runs in a namespace with the veth pair va, vb and a /run of its own: our Enrollee on va registers with a hostapd on
 * vb, once for each case of the argument (JSON), and prints what was seen as JSON for enrollee-hostapd.peer.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { ascii, concat, fromHex, toHex } from '#base/bytes.js';
import { decodeEap, EAP_CODE, EAP_TYPE } from '#wire/eap/eap.js';
import { OP_CODE, WscReassembler } from '#wire/eap/eap-wsc.js';
import { decodeEapol } from '#wire/eap/eapol.js';
import { wscCarrier } from '#wire/eap/wsc-carrier.js';
import { decodeEthernet, encodeEthernet, ETHERTYPE, PAE_GROUP_ADDRESS } from '#wire/ethernet.js';
import { credentialAttribute, encodeAttribute, vendorExtensionAttribute } from '#wire/wps/build.js';
import { MICROSOFT_VENDOR_ID } from '#wire/wps/vendor-extension.js';
import type { EnrolleeConfig } from '#wps/enrollee-config.js';
import { createEnrollee, type EnrolleeEngine } from '#wps/enrollee.js';
import type { EngineOutput } from '#wps/engine.js';
import { enrolleeConfig } from '#wps/testing/fixtures.js';
import { systemClock } from '../clock.js';
import { PacketSocket } from '../link/packet-socket.js';
import { HostapdRegistrar } from './hostapd-registrar.js';

export interface EnrollmentCase {
  readonly method: 'pin' | 'pbc';
  /** PIN of the device. */
  readonly pin?: string;
  /** PIN that hostapd was told; null: none, until the first session is over. The device's when absent. */
  readonly registrarPin?: string | null;
  readonly acceptsAnyPassword?: true;
  /** Our fragments, and hostapd's. */
  readonly fragmentBytes?: number;
  readonly registrarFragmentBytes?: number;
  /** Length of the value of the Microsoft extension in M1. */
  readonly extensionBytes?: number;
}

export interface EnrollmentSession {
  readonly outcome: string;
  readonly text: string;
  /** What was said, in order: `> M1` by our Enrollee, `< M2` by hostapd. Every packet is one entry. */
  readonly said: readonly string[];
  /** Credentials of M8, as the Credential attribute in hex. */
  readonly credentials: readonly string[];
}

export interface Enrollment {
  readonly sessions: readonly EnrollmentSession[];
  /** hostapd's events about WPS, in order. */
  readonly events: readonly string[];
  /** What hostapd was to hand out, as the Credential attribute in hex. */
  readonly credential: string;
}

const PIN = '12345670';
const OTHER_ADDRESS = fromHex('020000000101');
const { identity } = enrolleeConfig();
/** Shorter than the engine's own figures: a peer on the same machine is silent for good after that long. */
const LIMITS = { retransmitMs: 1000, tries: 3, sessionMs: 10_000, idleMs: 5000, closingMs: 3000 };

/** Names packets of hostapd's. */
class Listener {
  private readonly reassembler = new WscReassembler();

  nameOf(eapol: Uint8Array): string {
    const eap = decodeEap(decodeEapol(eapol).body);
    if (eap.header?.code === EAP_CODE.Failure) return 'EAP-Failure';
    if (eap.type === EAP_TYPE.Identity) return 'Identity';
    const { payload } = wscCarrier(eap);
    if (payload === null) return `EAP code ${String(eap.header?.code)}`;
    const taken = this.reassembler.push(payload, 0);
    if (taken.issues.length > 0) return `wrong framing: ${taken.issues.map(({ code }) => code).join(', ')}`;
    if (taken.kind === 'frag-ack') return 'WSC_FRAG_ACK';
    if (taken.kind !== 'message') return 'fragment';
    return taken.opCode === OP_CODE.Start ? 'WSC_Start' : (taken.wsc.name ?? 'unknown');
  }
}

/** Let the engine talk on the interface until it ends. */
async function converse(
  socket: PacketSocket,
  source: Uint8Array,
  engine: EnrolleeEngine,
  said: string[],
): Promise<EngineOutput> {
  const listener = new Listener();
  let timer: NodeJS.Timeout | undefined;
  let peer: Uint8Array = PAE_GROUP_ADDRESS;
  try {
    return await new Promise<EngineOutput>((resolve, reject) => {
      const carryOut = (outputs: readonly EngineOutput[]): void => {
        for (const output of outputs) {
          if (output.kind === 'send') {
            said.push(`> ${output.what}`);
            const frame = { destination: peer, source, etherType: ETHERTYPE.Eapol, payload: output.bytes };
            socket.send(encodeEthernet(frame));
          } else if (output.kind === 'wake') {
            clearTimeout(timer);
            const delayMs = Math.max(0, output.atMs - systemClock.monotonicMs()) + 1;
            timer = setTimeout(() => carryOut(engine.tick(systemClock.monotonicMs())), delayMs);
          } else if (output.kind === 'end') resolve(output);
        }
      };
      socket.listen({
        frame: ({ bytes }) => {
          const frame = decodeEthernet(bytes);
          if (frame === null) return;
          peer = frame.source;
          said.push(`< ${listener.nameOf(frame.payload)}`);
          carryOut(engine.receive(frame.payload, systemClock.monotonicMs()));
        },
        failure: reject,
      });
      carryOut(engine.start(systemClock.monotonicMs()));
    });
  } finally {
    clearTimeout(timer);
  }
}

function extensionOf(lengthBytes: number): Uint8Array {
  const vpi = encodeAttribute(0x1001, Uint8Array.of(0, 1));
  const unknown = new Uint8Array(lengthBytes - 3 - vpi.length - 4).fill(0xc3);
  return vendorExtensionAttribute(MICROSOFT_VENDOR_ID, concat(vpi, encodeAttribute(0x20ff, unknown)));
}

async function enroll(asked: EnrollmentCase, macAddress = identity.macAddress): Promise<EnrollmentSession> {
  const socket = await PacketSocket.open({
    interfaceName: 'va',
    etherType: ETHERTYPE.Eapol,
    multicast: [PAE_GROUP_ADDRESS],
  });
  const config: EnrolleeConfig = {
    method: asked.method,
    pin: asked.pin ?? PIN,
    identity: { ...identity, macAddress },
    random: (lengthBytes) => Uint8Array.from(randomBytes(lengthBytes)),
    limits: LIMITS,
    extras: { M1: [{ bytes: extensionOf(asked.extensionBytes ?? 20) }] },
    ...(asked.fragmentBytes === undefined ? {} : { fragmentBytes: asked.fragmentBytes }),
    ...(asked.acceptsAnyPassword === undefined ? {} : { acceptsAnyPassword: true }),
  };
  const engine = createEnrollee(config);
  const said: string[] = [];
  try {
    const end = await converse(socket, macAddress, engine, said);
    const { outcome = '', text = '' } = end.kind === 'end' ? end : {};
    return { outcome, text, said, credentials: engine.credentials.map((each) => toHex(credentialAttribute(each))) };
  } finally {
    socket.close();
  }
}

/** One hostapd, and the sessions of one case with it. */
async function carryOut(asked: EnrollmentCase): Promise<Enrollment> {
  const credential = credentialAttribute({
    ssid: ascii(`rally-${randomBytes(4).toString('hex')}`),
    authenticationType: 0x0020,
    encryptionType: 0x0008,
    networkKey: ascii(randomBytes(16).toString('hex')),
    macAddress: Uint8Array.from(randomBytes(6)),
  });
  const registrar = await HostapdRegistrar.start({
    interfaceName: 'vb',
    folder: mkdtempSync(join('/run', 'hostapd-')),
    credential,
    ...(asked.registrarFragmentBytes === undefined ? {} : { fragmentBytes: asked.registrarFragmentBytes }),
  });
  try {
    const { registrarPin = asked.pin ?? PIN } = asked;
    if (asked.method === 'pbc') await registrar.pushButton();
    else if (registrarPin !== null) await registrar.expectPin(registrarPin);
    const sessions = [await enroll(asked)];
    if (registrarPin === null) {
      await registrar.daemon.told('WPS-PIN-NEEDED');
      await registrar.expectPin(asked.pin ?? PIN);
      // hostapd does not listen for a minute to an address that has just failed.
      sessions.push(await enroll(asked, OTHER_ADDRESS));
    }
    const last = sessions.at(-1)?.outcome;
    await registrar.daemon.told(last === 'done' ? 'WPS-REG-SUCCESS' : 'WPS-FAIL');
    return {
      sessions,
      events: registrar.daemon.events.filter((event) => event.startsWith('WPS-')),
      credential: toHex(credential),
    };
  } finally {
    await registrar.daemon.stop();
  }
}

const results: Record<string, Enrollment> = {};
const cases = JSON.parse(process.argv[2] ?? '{}') as Record<string, EnrollmentCase>;
for (const [name, asked] of Object.entries(cases)) results[name] = await carryOut(asked);
console.log(JSON.stringify(results));
