import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { concat, fromHex } from '#base/bytes.js';
import { isRallyError, type RallyError } from '#base/error.js';
import { buildExchange } from '#evidence/testing/exchange.js';
import { captureBlocks, dot11, ethernet, framesOf } from '#evidence/testing/frames.js';
import { checkProfileFile, newProfile } from './profile.js';
import { PROJECT } from './testing/call.js';
import { fakeTerminal } from './testing/fake-terminal.js';

const OTHER = fromHex('020000000300');

describe('profile', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'profile-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (name: string, content: Uint8Array | string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const refusal = async (action: () => Promise<unknown>): Promise<RallyError> => {
    try {
      await action();
    } catch (error) {
      if (isRallyError(error)) return error;
      throw error;
    }
    throw new Error('it was accepted');
  };
  const first = buildExchange({ fragmentBytes: 120 });
  const second = buildExchange({ seed: 2, enrolleeMac: OTHER });
  const two = (): string =>
    write(
      'two.pcapng',
      concat(
        ...captureBlocks('ethernet', [...framesOf(first.sent, ethernet()), ...framesOf(second.sent, ethernet(OTHER))]),
      ),
    );

  describe('new', () => {
    it('writes a profile that check accepts', async () => {
      const capture = write('a.pcapng', concat(...captureBlocks('dot11', framesOf(first.sent, dot11()))));
      const out = join(folder, 'new.yaml');
      const terminal = fakeTerminal();
      expect(await newProfile({ from: capture, out }, terminal)).to.equal(0);
      expect(terminal.output).to.equal('');
      expect(terminal.errors).to.equal(`${out} is written: answer what follows OPEN, then run profile check ${out}\n`);
      const text = readFileSync(out, 'utf8');
      expect(text).to.match(/^# Profile of a device, proposed from the M1 in frame 5 of a\.pcapng\.\n/);
      expect(text).to.include("manufacturer: 'Maker'").and.to.include('transports: [upnp]');
      const checked = fakeTerminal();
      expect(await checkProfileFile(out, {}, checked)).to.equal(0);
      expect(checked.output.split('\n')).to.deep.equal([
        `warning: ${out}:${1 + text.slice(0, text.indexOf('pin: ')).split('\n').length - 1}:8 ixit.pin stands for no PIN: the push button uses it. Write the PIN the device shows, in quotes.`,
        `${out} is right: unnamed device, transports upnp, WSC 1.0, tested by pin`,
        '',
      ]);
    });

    it('goes to standard output, of the device that is named', async () => {
      const terminal = fakeTerminal();
      expect(await newProfile({ from: two(), mac: '02:00:00:00:03:00' }, terminal)).to.equal(0);
      expect(terminal.output).to.include("mac: '02:00:00:00:03:00'");
      expect(terminal.errors).to.equal('');
    });

    it('refuses what it cannot tell', async () => {
      const from = two();
      const several = await refusal(() => newProfile({ from }, fakeTerminal()));
      expect(several.code).to.equal('ERR_USAGE');
      expect(several.remedy).to.equal('Name one with --mac: 02:00:00:00:01:00, 02:00:00:00:03:00.');
      const absent = await refusal(() => newProfile({ from, mac: '02:00:00:00:09:00' }, fakeTerminal()));
      expect(absent.code).to.equal('ERR_NOTHING_SELECTED');
      const short = write(
        'b.pcapng',
        concat(...captureBlocks('ethernet', framesOf(first.sent.slice(0, 4), ethernet()))),
      );
      expect((await refusal(() => newProfile({ from: short }, fakeTerminal()))).message).to.match(/holds no M1/);
      expect((await refusal(() => newProfile({ from: join(folder, 'none') }, fakeTerminal()))).code).to.equal(
        'ERR_FILE_UNREADABLE',
      );
    });

    it('overwrites nothing', async () => {
      const out = write('mine.yaml', 'mine');
      const error = await refusal(() => newProfile({ from: two(), mac: '02:00:00:00:03:00', out }, fakeTerminal()));
      expect(error.code).to.equal('ERR_OUTPUT_EXISTS');
      expect(readFileSync(out, 'utf8')).to.equal('mine');
      expect(existsSync(join(folder, 'new.yaml'))).to.equal(false);
    });
  });

  describe('check', () => {
    it('names every mistake with line, column, reason and remedy', async () => {
      const file = write(
        'bad.yaml',
        'version: 1\ndevice:\n  nam: x\nics:\n  transports: [dpsw]\n  methods: [pin]\nixit:\n  method: pin\n  pin: 12345670\n',
      );
      const error = await refusal(() => checkProfileFile(file, {}, fakeTerminal()));
      expect(error.code).to.equal('ERR_PROFILE_INVALID');
      expect(error.message.split('\n').slice(0, 4)).to.deep.equal([
        `${file} has 3 mistakes:`,
        `  ${file}:3:3 device.nam is not a key of a profile. Did you mean name?`,
        `  ${file}:5:16 ics.transports[0] has a value that is not allowed (did you mean dpws?). Write one of: none, dpws, upnp, secure-dpws.`,
        `  ${file}:9:8 ixit.pin is a number, but must be text. Put it in quotes: YAML changes unquoted digits.`,
      ]);
    });

    it('holds a profile against an M1 of the device', async () => {
      const from = join(PROJECT, 'fixtures/bundles/0.1.0-reference-none');
      const text = readFileSync(join(PROJECT, 'fixtures/profiles/radio-reference-dpws.yaml'), 'utf8');
      const file = write('panel.yaml', text.replace('keypad: false', 'keypad: false # really?'));
      const terminal = fakeTerminal();
      expect(await checkProfileFile(file, { from }, terminal)).to.equal(0);
      const line = text.split('\n').findIndex((each) => each.includes('keypad:')) + 1;
      expect(terminal.output.split('\n')[0]).to.match(/ ics\.transports says dpws, but M1 declares None\. /);
      expect(terminal.output.split('\n')[1]).to.equal(
        `warning: ${file}:${line}:11 ics.keypad says no, but M1's Config Methods name Keypad. Correct whichever is wrong: Windows goes by what the device says.`,
      );
      const other = { from, mac: '02:00:00:00:09:00' };
      expect((await refusal(() => checkProfileFile(file, other, fakeTerminal()))).code).to.equal(
        'ERR_NOTHING_SELECTED',
      );
    });

    it('refuses a device without evidence to find it in', async () => {
      const error = await refusal(() => checkProfileFile('my.yaml', { mac: '02:00:00:00:09:00' }, fakeTerminal()));
      expect(error.code).to.equal('ERR_USAGE');
    });

    it('refuses what is no YAML, and a file that is not there', async () => {
      const file = write('bad.yaml', 'version: [1\n');
      expect((await refusal(() => checkProfileFile(file, {}, fakeTerminal()))).code).to.equal('ERR_PROFILE_SYNTAX');
      expect((await refusal(() => checkProfileFile(folder, {}, fakeTerminal()))).code).to.equal('ERR_FILE_UNREADABLE');
    });
  });
});
