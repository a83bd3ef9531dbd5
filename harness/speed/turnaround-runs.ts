import { mkdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { toHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import { peekEap } from '#evidence/peek.js';
import { EapolLink } from '#lab/bench/eapol-link.js';
import { WiredSession } from '#lab/bench/wired-session.js';
import { systemClock } from '#lab/clock.js';
import { PacketSocket, type ReceivedFrame } from '#lab/link/packet-socket.js';
import { runProgram } from '#lab/process.js';
import { EAPOL_TYPE } from '#wire/eap/eapol.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { decodeEthernet, ETHERTYPE, PAE_GROUP_ADDRESS } from '#wire/ethernet.js';
import { createRegistrar } from '#wps/registrar.js';
import { Daemon, hostapdConfig, supplicantConfig } from './daemons.js';
import { deviceAddress, PIN, registrarConfig } from './registration.js';
import type { Turnarounds } from './turnaround.js';

/**
 * Runs in the namespaces that turnaround.ts makes: so many exchanges (first argument) with each Registrar, in turns.
 * What is measured are the kernel's time stamps of two frames of the device, the same for both Registrars.
 */

const FOLDER = '/run/speed';
const STEP_LIMIT_MS = 5000;
const COMMAND_LIMIT_MS = 2000;

type Registrar = keyof Turnarounds;

/** Makes a Registrar ready for one exchange; the result ends its part in it. */
type Prepare = () => Promise<() => void>;

async function ours(): Promise<() => void> {
  const link = await EapolLink.open('ours', null, { frame: () => undefined });
  const abort = new AbortController();
  const { ended } = new WiredSession({
    link,
    newEngine: () => createRegistrar(registrarConfig((lengthBytes) => Uint8Array.from(randomBytes(lengthBytes)))),
    startMs: STEP_LIMIT_MS,
    sessionMs: STEP_LIMIT_MS,
    clock: systemClock,
    signal: abort.signal,
    onKeys: () => undefined,
    onStep: () => undefined,
  });
  ended.catch(() => undefined);
  return () => {
    abort.abort(new RallyError('ERR_ABORTED', 'the exchange is over'));
    link.close();
  };
}

async function hostapd(): Promise<() => void> {
  await runProgram('hostapd_cli', ['-p', `${FOLDER}/hostapd`, 'wps_pin', 'any', PIN], COMMAND_LIMIT_MS);
  return () => undefined;
}

/** One exchange with a fresh wpa_supplicant. Milliseconds from its EAPOL-Start to its WSC_Done. */
async function exchange(registrar: Registrar, prepare: Prepare, run: number): Promise<number> {
  // hostapd is deaf for a minute to a device whose registration has ended, so each is another one.
  const mac = toHex(deviceAddress(run), ':');
  await runProgram('ip', ['-n', registrar, 'link', 'set', 'dut', 'address', mac], COMMAND_LIMIT_MS);
  const socket = await PacketSocket.open({
    interfaceName: registrar,
    etherType: ETHERTYPE.Eapol,
    multicast: [PAE_GROUP_ADDRESS],
  });
  const finish = await prepare();
  const control = `${FOLDER}/control`;
  const device = Daemon.start('wpa_supplicant', supplicantConfig(control), {
    namespace: registrar,
    folder: FOLDER,
    args: ['-Dwired', '-idut'],
  });
  try {
    await device.says('Associated with', STEP_LIMIT_MS);
    // It leaves the authenticator two seconds to begin; this makes it begin itself, now.
    await runProgram('wpa_cli', ['-p', control, '-i', 'dut', 'logon'], COMMAND_LIMIT_MS);
    await device.says('WPS-SUCCESS', STEP_LIMIT_MS);
  } finally {
    await device.stop();
    finish();
  }
  // Nothing of this process was busy with these frames while the exchange went on.
  const frames = await received(socket);
  socket.close();
  return turnaround(frames, registrar);
}

function received(socket: PacketSocket): Promise<ReceivedFrame[]> {
  const frames: ReceivedFrame[] = [];
  return new Promise((resolve, reject) => {
    socket.listen({
      frame: (frame) => {
        frames.push(frame);
        if (isDone(frame.bytes)) resolve(frames);
      },
      failure: reject,
    });
  });
}

function turnaround(frames: readonly ReceivedFrame[], registrar: Registrar): number {
  const start = frames.find(({ bytes }) => isStart(bytes));
  const done = frames.find(({ bytes }) => isDone(bytes));
  if (start === undefined || done === undefined)
    throw new RallyError('ERR_INTERNAL', `no EAPOL-Start and WSC_Done with the Registrar ${registrar}`);
  return Number(done.timeNs - start.timeNs) / 1e6;
}

function isStart(frame: Uint8Array): boolean {
  return decodeEthernet(frame)?.payload[1] === EAPOL_TYPE.Start;
}

function isDone(frame: Uint8Array): boolean {
  const ethernet = decodeEthernet(frame);
  return ethernet !== null && peekEap(frame, ethernet.payloadOffset, frame.length)?.opCode === OP_CODE.Done;
}

mkdirSync(FOLDER, { mode: 0o700 });
const daemon = Daemon.start('hostapd', hostapdConfig('hostapd', `${FOLDER}/hostapd`, FOLDER), { folder: FOLDER });
await daemon.says('AP-ENABLED', STEP_LIMIT_MS);
const times = { ours: [] as number[], hostapd: [] as number[] };
for (let run = 0; run < Number(process.argv[2]); run++) {
  times.ours.push(await exchange('ours', ours, run));
  times.hostapd.push(await exchange('hostapd', hostapd, run));
}
await daemon.stop();
process.stdout.write(JSON.stringify(times));
