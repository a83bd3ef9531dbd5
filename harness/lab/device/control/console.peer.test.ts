import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { RallyError } from '#base/error.js';
import { controlSchema, type ConsolePort, type SerialStep } from '#profile/control.js';
import { systemClock } from '../../clock.js';
import { PseudoTerminal } from '../../testing/pseudo-terminal.js';
import { DeviceConsole } from './console.js';
import { ConsoleLog } from './console-log.js';
import { SecretMask } from './secret-mask.js';

/** Longest wait of a step that must not run out. */
const LONG_MS = 10_000;

function settings(path: string, more: Partial<ConsolePort> = {}): ConsolePort {
  const { console: port } = controlSchema.parse({ console: { path, ...more } });
  if (port === undefined) throw new Error('the sample has no console');
  return port;
}

/** Steps as a profile has them. */
function steps(...written: readonly Partial<SerialStep>[]): readonly SerialStep[] {
  const { powerCycle } = controlSchema.parse({
    powerCycle: { by: 'serial', steps: written.map((step) => ({ limitMs: LONG_MS, ...step })) },
  });
  if (powerCycle?.by !== 'serial') throw new Error('the sample has no steps');
  return powerCycle.steps;
}

async function refusalOf(work: Promise<unknown>): Promise<RallyError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RallyError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('serial console of a device', function () {
  this.timeout(20_000);
  let device: PseudoTerminal;
  let opened: DeviceConsole[] = [];
  let log = '';
  const { signal } = new AbortController();

  beforeEach(async () => {
    device = await PseudoTerminal.open();
    log = '';
  });

  afterEach(async () => {
    for (const each of opened) await each.close();
    opened = [];
    device.unplug();
  });

  interface Setting {
    readonly port?: Partial<ConsolePort>;
    readonly pinPatterns?: readonly string[];
    readonly wallMs?: () => number;
  }

  async function openConsole({ port = {}, pinPatterns = [], wallMs }: Setting = {}): Promise<DeviceConsole> {
    const mask = new SecretMask();
    const clock = wallMs === undefined ? systemClock : { ...systemClock, wallMs };
    const write = (chunk: Uint8Array): void => {
      log += Buffer.from(chunk).toString();
    };
    const made = await DeviceConsole.open({
      settings: settings(device.path, port),
      log: new ConsoleLog({ write, mask, pinPatterns, clock }),
      mask,
      clock,
    });
    opened.push(made);
    return made;
  }

  /** A device that answers lines. */
  function answering(answers: Readonly<Record<string, string | readonly string[]>>): void {
    device.onLine((line) => {
      const answer = answers[line];
      if (answer === undefined) return;
      // Pieces come one after the other, as from a slow line.
      const pieces = typeof answer === 'string' ? [answer] : [...answer];
      const next = (): void => {
        const piece = pieces.shift();
        if (piece === undefined) return;
        device.send(piece);
        setTimeout(next, 150);
      };
      next();
    });
  }

  const ARM = steps({ send: 'wps pin', expect: 'PIN: (?<pin>\\d{8}|\\d{4})' });

  it('sends lines, waits for what is expected, and tells the PIN', async () => {
    answering({ reset: 'booting\r\nready\r\n', 'wps pin': 'PIN: 12345670\r\n' });
    const port = await openConsole();
    expect(await port.carryOut(steps({ send: 'reset', expect: '^ready$' }), signal)).to.equal(null);
    expect(await port.carryOut(ARM, signal)).to.equal('12345670');
  });

  it('reads a PIN from a whole line only, in whatever pieces it comes', async () => {
    answering({ 'wps pin': ['PIN', ': 1234', '5670\r', '\n'] });
    expect(await (await openConsole()).carryOut(ARM, signal)).to.equal('12345670');
  });

  it('refuses a part of a longer number as a PIN', async () => {
    answering({ 'wps pin': 'PIN: 12345670\r\n' });
    const arm = steps({ send: 'wps pin', expect: 'PIN: (?<pin>\\d{4}|\\d{8})' });
    const error = await refusalOf((await openConsole()).carryOut(arm, signal));
    expect(error.code).to.equal('ERR_CONTROL_PIN');
    expect(error.message).to.not.include('1234');
  });

  it('waits for a prompt, which has no line end', async () => {
    answering({ '': 'log', root: 'Password: ', hunter2: '# ' });
    device.onLine((line) => {
      if (line === '') device.send('in: ');
    });
    const login = steps(
      { send: '', expect: 'login: $', isPrompt: true },
      { send: 'root', expect: 'Password: $', isPrompt: true },
      { send: 'hunter2', isSecret: true, expect: '# $', isPrompt: true },
    );
    await (await openConsole()).carryOut(login, signal);
    expect(log).to.include('> root').and.not.include('hunter2');
  });

  it('does not take what stood there before for an answer', async () => {
    const port = await openConsole();
    device.send('ready\r\n');
    await port.carryOut(steps({ expect: 'ready' }), signal);
    const { code } = await refusalOf(port.carryOut(steps({ send: 'reset', expect: 'ready', limitMs: 200 }), signal));
    expect(code).to.equal('ERR_CONTROL_TIMEOUT');
  });

  it('says that a silent device said nothing', async () => {
    const error = await refusalOf((await openConsole()).carryOut(steps({ expect: 'ready', limitMs: 100 }), signal));
    expect(error.message).to.equal('the console did not say ready within 100 ms: nothing came (ERR_CONTROL_TIMEOUT)');
  });

  it('doubts the speed where garbage comes', async () => {
    answering({ reset: Buffer.from([0xf8, 0x00, 0x80, 0xe6, 0x1c, 0xfe, 0x9c, 0x0a]).toString('latin1') });
    const error = await refusalOf(
      (await openConsole()).carryOut(steps({ send: 'reset', expect: 'ready', limitMs: 300 }), signal),
    );
    expect(error.message).to.match(/no text: is the speed right/);
    expect(error.remedy).to.include('baudRate');
  });

  it('tells a line by which the device says that it fails, though it goes on', async () => {
    answering({ 'wps pin': 'wps: busy, password=hunter2\r\nPIN: 12345670\r\n' });
    const arm = steps({ send: 'wps pin', expect: 'PIN: ', failsOn: 'busy' });
    const error = await refusalOf((await openConsole()).carryOut(arm, signal));
    expect(error.message).to.match(/the console said: wps: busy, password=\(not shown\) \(ERR_CONTROL_FAILED\)/);
  });

  it('does not take a failure after the success for one', async () => {
    answering({ 'wps pin': 'PIN: 12345670\r\nwps: busy\r\n' });
    const arm = steps({ send: 'wps pin', expect: 'PIN: (?<pin>\\d+)', failsOn: 'busy' });
    expect(await (await openConsole()).carryOut(arm, signal)).to.equal('12345670');
  });

  it('gives up a device that restarts in the middle, and shows its last line', async () => {
    answering({ 'wps pin': 'arming\r\n\r\nU-Boot 2026.01\r\n' });
    const error = await refusalOf(
      (await openConsole()).carryOut(steps({ send: 'wps pin', expect: 'PIN: ', limitMs: 300 }), signal),
    );
    expect(error.message).to.include('at last: U-Boot 2026.01');
  });

  it('ends a pattern that explodes after a second, on whatever the device said', async () => {
    answering({ reset: `${'a'.repeat(2000)}!\r\n` });
    const beganMs = performance.now();
    const error = await refusalOf((await openConsole()).carryOut(steps({ send: 'reset', expect: '^(a+)+$' }), signal));
    expect(error.code).to.equal('ERR_CONTROL_PATTERN');
    expect(performance.now() - beganMs).to.be.below(LONG_MS);
  });

  it('bears a device that floods it with one endless line', async () => {
    const port = await openConsole();
    device.send('x'.repeat(300_000));
    device.send('\r\nready\r\n');
    await port.carryOut(steps({ expect: '^ready$' }), signal);
    expect(Math.max(...log.split('\n').map((line) => line.length))).to.be.below(4200);
  });

  it('fails at once when the port vanishes, and for every later step', async () => {
    device.onLine(() => {
      device.unplug();
    });
    const port = await openConsole();
    expect((await refusalOf(port.carryOut(ARM, signal))).message).to.match(/is gone.*ERR_CONTROL_PORT/);
    expect((await refusalOf(port.carryOut(ARM, signal))).code).to.equal('ERR_CONTROL_PORT');
    expect(log).to.include('the port is gone');
  });

  it('ends at once when the run is aborted, with its reason', async () => {
    const abort = new AbortController();
    device.onLine(() => {
      abort.abort(new RallyError('ERR_ABORTED', 'interrupted'));
    });
    expect((await refusalOf((await openConsole()).carryOut(ARM, abort.signal))).code).to.equal('ERR_ABORTED');
  });

  it('refuses a port that is not there, and one that is in use', async () => {
    const absent = DeviceConsole.open({
      settings: settings('/dev/ttyNONE7'),
      log: new ConsoleLog({ write: () => undefined, mask: new SecretMask(), pinPatterns: [], clock: systemClock }),
      mask: new SecretMask(),
      clock: systemClock,
    });
    expect((await refusalOf(absent)).message).to.match(/ttyNONE7 is not there \(ERR_CONTROL_PORT\)/);
    await openConsole();
    expect((await refusalOf(openConsole())).message).to.match(/is in use by another program/);
  });

  it('stamps each line with both clocks, and keeps its limits while the time of day jumps', async () => {
    answering({ reset: ['booting\r\n', 'ready\r\n'] });
    let wallMs = Date.UTC(2026, 10, 28);
    const port = await openConsole({
      wallMs: () => {
        wallMs -= 86_400_000;
        return wallMs;
      },
    });
    await port.carryOut(steps({ send: 'reset', expect: 'ready' }), signal);
    const stamped = log
      .trimEnd()
      .split('\n')
      .map((line) => /^(\S+Z) (\d+\.\d{3}) ([<>-]) (.*)$/.exec(line)?.slice(1) ?? []);
    expect(stamped.map(([, , ...rest]) => rest)).to.deep.equal([
      ['-', 'the port is open'],
      ['>', 'reset'],
      ['<', 'booting'],
      ['<', 'ready'],
    ]);
    const seconds = stamped.map(([, at]) => Number(at));
    expect(seconds).to.deep.equal([...seconds].sort((a, b) => a - b));
  });

  it('keeps PINs and keys out of its log', async () => {
    answering({
      'wps pin': 'digits 4711\r\npsk="open sesame"\r\nPIN: 12345670\r\nagain 12345670, digits 4711\r\n.\r\n',
    });
    const port = await openConsole({ pinPatterns: ['^digits (?<pin>\\d{4})$'] });
    await port.carryOut([...ARM, ...steps({ expect: '^\\.$' })], signal);
    expect(log)
      .to.include('> wps pin')
      .and.not.match(/4711|sesame|12345670/);
  });

  it('opens a port that comes and goes with its device again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rally-console-'));
    const path = join(folder, 'console');
    symlinkSync(device.path, path);
    const again = await PseudoTerminal.open();
    // It says so until somebody hears it.
    const boot = setInterval(() => {
      again.send('ready\r\n');
    }, 100);
    try {
      device.onLine(() => {
        device.unplug();
        rmSync(path);
        symlinkSync(again.path, path);
      });
      again.onLine((line) => {
        again.send(line === 'wps pin' ? 'PIN: 12345670\r\n' : '');
      });
      const port = await openConsole({ port: { path, comesAndGoes: true } });
      const cycle = steps({ send: 'reset', expect: '^ready$' }, { send: 'wps pin', expect: 'PIN: (?<pin>[0-9]+)' });
      expect(await port.carryOut(cycle, signal)).to.equal('12345670');
      expect(log).to.match(/the port is open\n.* > reset\n.* the port is gone\n.* the port is open\n/s);
    } finally {
      clearInterval(boot);
      again.unplug();
      rmSync(folder, { recursive: true });
    }
  });
});
