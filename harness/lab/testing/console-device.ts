/**
 * A device with a serial console: wpa_supplicant at the end of the test cable, and a program on a pseudo-terminal that
 * obeys `reset` and `wps pin`. Each registration has a PIN of its own. Arguments: folder for its files, where `console` is
 * the port; the device as JSON, as in ixit.dut of a profile.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WpaSupplicantDut } from '#profile/schema.js';
import { pinChecksumValid } from '#wire/wps/crypto.js';
import { supplicantConfig } from '../daemon/wpa-supplicant.js';
import { PseudoTerminal } from './pseudo-terminal.js';
import { DEVICE_END } from './real-port.js';

const [folder = '', device = ''] = process.argv.slice(2);
const dut = JSON.parse(device) as WpaSupplicantDut;
const port = await PseudoTerminal.open();
let supplicant: ChildProcess | null = null;
let starts = 1;

function say(line: string): void {
  port.send(`${line}\r\n`);
}

async function stop(): Promise<void> {
  if (supplicant === null) return;
  const ended = once(supplicant, 'exit');
  supplicant.kill('SIGKILL');
  await ended;
  supplicant = null;
}

function freshPin(): string {
  const seven = String(randomInt(1_000_000, 10_000_000));
  return `${seven}${'0123456789'.split('').find((digit) => pinChecksumValid(seven + digit)) ?? ''}`;
}

async function obey(line: string): Promise<void> {
  say(line);
  await stop();
  if (line === 'reset') {
    starts += 1;
    say(`boot ${starts}`);
    say('ready');
  } else if (line === 'wps pin') {
    const pin = freshPin();
    const control = join(folder, `control-${pin}`);
    mkdirSync(control);
    const file = join(folder, `${pin}.conf`);
    writeFileSync(file, supplicantConfig(dut, 'pin', pin, control).replace('disabled=1', 'disabled=0'));
    supplicant = spawn('wpa_supplicant', ['-Dwired', `-i${DEVICE_END}`, `-c${file}`], { stdio: 'ignore' });
    // It has begun already: what is read of the console may come after its first frame.
    await once(supplicant, 'spawn');
    say(`PIN: ${pin}`);
  } else say('unknown command');
}

port.onLine((line) => {
  void obey(line);
});
symlinkSync(port.path, join(folder, 'console'));
