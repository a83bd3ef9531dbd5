import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { RallyError } from '#base/error.js';
import { controlSchema } from '#profile/control.js';
import { systemClock } from '../../clock.js';
import { probeControl } from '../../doctor-control.js';
import { PseudoTerminal } from '../../testing/pseudo-terminal.js';
import { wiredProfile } from '../../testing/profile.js';
import type { Ask, PutQuestion, Reply } from '../ask.js';
import { openControl, type DutControl } from './dut-control.js';

async function refusalOf(work: Promise<unknown>): Promise<RallyError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RallyError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('control of a device', function () {
  this.timeout(20_000);
  const { signal } = new AbortController();
  let events: Readonly<Record<string, unknown>>[];
  let log: string;

  beforeEach(() => {
    events = [];
    log = '';
  });

  function profileWith(control: unknown): ReturnType<typeof wiredProfile> {
    const profile = wiredProfile({ port: 'eth7' });
    return { ...profile, ixit: { ...profile.ixit, control: controlSchema.parse(control) } };
  }

  async function control(written: unknown, ask?: Ask): Promise<DutControl> {
    const made = await openControl(controlSchema.parse(written), {
      job: { profile: profileWith(written), onProgress: () => undefined, ...(ask === undefined ? {} : { ask }) },
      evidence: {
        event: (_kind, detail) => events.push(detail),
        log: () => (chunk) => {
          log += Buffer.from(chunk).toString();
        },
      },
      clock: systemClock,
      scope: 'lo',
    });
    return made;
  }

  it('does nothing where nothing is declared, or the device does it itself', async () => {
    const made = await control({ startWps: { pin: { by: 'none' } } });
    expect(made.begins('pin')).to.equal(true);
    expect(made.begins('pbc')).to.equal(false);
    expect(await made.startWps('pin', signal)).to.equal(null);
    await made.powerCycle(signal);
    expect(events).to.deep.equal([]);
  });

  it('pushes the button where nothing else begins WPS by it', async () => {
    const made = await control({ pressButton: { by: 'process', argv: ['sh', '-c', 'echo pushed'] } });
    expect(made.begins('pbc')).to.equal(true);
    await made.startWps('pbc', signal);
    expect(log).to.include('pushed');
  });

  describe('by a local program', () => {
    const by = (argv: readonly string[], more: object = {}): Promise<DutControl> =>
      control({ readPin: { by: 'process', argv, ...more } });

    it('reads the PIN, and writes down what was said without it', async () => {
      const made = await by(['sh', '-c', 'echo the code is 12345670'], { expect: 'is (?<pin>[0-9]+)' });
      expect(await made.readPin(signal)).to.equal('12345670');
      expect(log).to.include('the code is (not shown)');
      expect(events).to.have.length(1);
      expect(events[0]).to.include({ action: 'readPin', by: 'process', outcome: 'done', pinDigits: 8 });
    });

    it('hands arguments over as they are, to no shell', async () => {
      await (await by(['echo', '$HOME', '; false'])).readPin(signal);
      expect(log).to.include('$HOME ; false');
    });

    const failures: readonly (readonly [
      what: string,
      argv: readonly string[],
      more: object,
      code: string,
      text: RegExp,
    ])[] = [
      [
        'that fails',
        ['sh', '-c', 'echo password: hunter2; exit 3'],
        {},
        'ERR_CONTROL_FAILED',
        /exit code 3: password: \(not shown\)/,
      ],
      ['that is not there', ['/nowhere/relay'], {}, 'ERR_CONTROL_FAILED', /there is no program/],
      ['that does not say what it should', ['echo', 'off'], { expect: '^on$' }, 'ERR_CONTROL_FAILED', /did not say/],
      ['that tells no PIN', ['echo', '123'], { expect: '(?<pin>[0-9]+)' }, 'ERR_CONTROL_PIN', /not 4 or 8 digits/],
      [
        'that explodes a pattern',
        ['sh', '-c', `echo ${'a'.repeat(100)}!`],
        { expect: '^(a+)+$' },
        'ERR_CONTROL_PATTERN',
        /to an end/,
      ],
    ];
    for (const [what, argv, more, code, text] of failures)
      it(`tells of one ${what}, as our error`, async () => {
        const error = await refusalOf((await by(argv, more)).readPin(signal));
        expect(error.code).to.equal(code);
        expect(error.message)
          .to.match(/^ixit\.control\.readPin: /)
          .and.match(text);
        expect(events[0]).to.include({ outcome: code });
      });

    it('kills one that does not end, with what it has started', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'rally-relay-'));
      try {
        const file = join(folder, 'pid');
        const made = await by(['sh', '-c', `sleep 600 & echo $! >${file}; wait`], { limitMs: 500 });
        expect((await refusalOf(made.readPin(signal))).code).to.equal('ERR_CONTROL_TIMEOUT');
        const pid = Number(readFileSync(file, 'utf8'));
        // Gone, or dead and not yet fetched by whoever has to.
        const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : 'State:\tZ';
        expect(status).to.match(/^State:\tZ/m);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('ends with the run, by its reason', async () => {
      const abort = new AbortController();
      const made = await by(['sleep', '600']);
      const ended = refusalOf(made.readPin(abort.signal));
      abort.abort(new RallyError('ERR_ABORTED', 'interrupted'));
      expect((await ended).code).to.equal('ERR_ABORTED');
    });
  });

  describe('by HTTP', () => {
    let server: Server;
    let url: string;

    beforeEach(async () => {
      server = createServer(({ url: path, headers }, response) => {
        if (path === '/pin' && headers.authorization === 'Bearer t') response.end('{"pin":\n"12345670"}');
        else if (path === '/away') response.writeHead(302, { location: 'http://192.0.2.1/' }).end();
        else if (path === '/endless') response.write('x');
        else response.writeHead(403).end();
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });

    const by = (path: string, more: object = {}): Promise<DutControl> =>
      control({ readPin: { by: 'http', url: `${url}${path}`, limitMs: 5000, ...more } });

    it('reads the PIN, with its header fields', async () => {
      const more = { headers: { Authorization: 'Bearer t' }, expect: '"(?<pin>[0-9]+)"' };
      expect(await (await by('/pin', more)).readPin(signal)).to.equal('12345670');
      expect(log).to.include('status 200').and.not.include('12345670');
    });

    it('follows no redirect, takes no refusal, and waits for no endless answer', async () => {
      expect((await refusalOf((await by('/away')).readPin(signal))).message).to.match(/redirects are not followed/);
      expect((await refusalOf((await by('/pin')).readPin(signal))).message).to.match(/status 403/);
      const { code, message } = await refusalOf((await by('/endless', { limitMs: 300 })).readPin(signal));
      expect(code, message).to.equal('ERR_CONTROL_TIMEOUT');
    });
  });

  describe('by an operator', () => {
    const asked: PutQuestion[] = [];
    const answering =
      (reply: Reply): Ask =>
      (question) => {
        asked.push(question);
        return Promise.resolve(reply);
      };
    const declared = {
      readPin: { by: 'prompt', text: 'Read the PIN.', limitMs: 4000 },
      powerCycle: { by: 'prompt', text: 'Switch it.' },
    };

    it('has the PIN typed, and other things done', async () => {
      const made = await control(declared, answering({ answer: 'done', pin: '1234' }));
      expect(await made.readPin(signal)).to.equal('1234');
      expect(asked.at(-1)).to.deep.equal({ id: 'readPin', text: 'Read the PIN.', limitMs: 4000, wants: 'pin' });
      await made.powerCycle(signal);
      expect(asked.at(-1)).to.include({ id: 'powerCycle', wants: 'done' });
      expect(JSON.stringify(events)).to.not.include('"1234"');
    });

    for (const answer of ['declined', 'failed', 'unanswered'] as const)
      it(`is our error when it is ${answer}`, async () => {
        const made = await control(declared, answering({ answer }));
        expect((await refusalOf(made.powerCycle(signal))).code).to.equal('ERR_CONTROL_OPERATOR');
        expect(events[0]).to.include({ by: 'prompt', outcome: 'ERR_CONTROL_OPERATOR' });
      });

    it('is our error where there is no terminal', async () => {
      expect((await refusalOf((await control(declared)).powerCycle(signal))).code).to.equal('ERR_CONTROL_OPERATOR');
    });
  });

  it('is looked at by doctor, which opens nothing', async () => {
    const port = await PseudoTerminal.open();
    try {
      const probed = (path: string, argv: string): (readonly [boolean, string])[] =>
        probeControl(profileWith({ console: { path }, powerCycle: { by: 'process', argv: [argv] } })).map(
          ({ ok, detail }) => [ok, detail] as const,
        );
      expect(probed(port.path, 'sh')[0]).to.deep.equal([true, 'a serial port that may be opened']);
      expect(probed('/dev/ttyNONE7', '/nowhere/relay')).to.deep.equal([
        [false, 'is not there'],
        [false, 'cannot be run'],
      ]);
      expect(probed('/etc/hostname', 'sh')[0]).to.deep.equal([false, 'is no serial port']);
    } finally {
      port.unplug();
    }
  });
});
