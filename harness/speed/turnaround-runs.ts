import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toHex } from '#base/bytes.js';
import { RallyError } from '#base/error.js';
import { peekEap } from '#evidence/peek.js';
import { PacketSocket, type ReceivedFrame } from '#lab/link/packet-socket.js';
import { runProgram } from '#lab/process.js';
import { EAPOL_TYPE } from '#wire/eap/eapol.js';
import { OP_CODE } from '#wire/eap/eap-wsc.js';
import { decodeEthernet, ETHERTYPE, PAE_GROUP_ADDRESS } from '#wire/ethernet.js';
import { Daemon, hostapdConfig, supplicantConfig } from './daemons.js';
import { deviceAddress, PIN } from './registration.js';
import type { Turnarounds } from './turnaround.js';

/**
 * Runs in the namespaces that turnaround.ts makes: so many exchanges (first argument) with each Registrar, in turns.
 * What is measured are the kernel's time stamps of two frames of the device, the same for both Registrars.
 */

const FOLDER = '/run/speed';
const STEP_LIMIT_MS = 5000;
const COMMAND_LIMIT_MS = 2000;

type Registrar = keyof Turnarounds;

/** Makes a Registrar ready for one exchange. */
type Prepare = () => Promise<unknown>;

function ours(): Prepare {
  const program = fileURLToPath(new URL('./registrar-process.js', import.meta.url));
  const child = spawn(process.execPath, [program, 'ours'], { stdio: ['pipe', 'pipe', 'inherit'] });
  return () => {
    child.stdin.write('next\n');
    return once(child.stdout, 'data', { signal: AbortSignal.timeout(STEP_LIMIT_MS) });
  };
}

async function hostapd(): Promise<Prepare> {
  const control = `${FOLDER}/hostapd`;
  const daemon = Daemon.start('hostapd', hostapdConfig('hostapd', control, FOLDER), { folder: FOLDER });
  await daemon.says('AP-ENABLED', STEP_LIMIT_MS);
  return () => runProgram('hostapd_cli', ['-p', control, 'wps_pin', 'any', PIN], COMMAND_LIMIT_MS);
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
  await prepare();
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
const registrars = { ours: ours(), hostapd: await hostapd() };
const times = { ours: [] as number[], hostapd: [] as number[] };
for (let run = 0; run < Number(process.argv[2]); run++) {
  times.ours.push(await exchange('ours', registrars.ours, run));
  times.hostapd.push(await exchange('hostapd', registrars.hostapd, run));
}
// Process 1 of the namespaces: whatever still runs ends with it.
process.stdout.write(JSON.stringify(times), () => process.exit());
