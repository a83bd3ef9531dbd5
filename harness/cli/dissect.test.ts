import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { concat, fromHex, toHex } from '#base/bytes.js';
import { isRallyError, type RallyError } from '#base/error.js';
import { Recorder } from '#evidence/recorder.js';
import { buildExchange } from '#evidence/testing/exchange.js';
import { captureBlocks, dot11, ethernet, framesOf, frameTime, radiotap } from '#evidence/testing/frames.js';
import { dissect, type DissectCommandOptions } from './dissect.js';
import { frameText, looseFrame } from './dissect-frames.js';
import { fakeTerminal } from './testing/fake-terminal.js';

const WSC = '104a000110 1022000104 1011000561001b0bff';

describe('dissect', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dissect-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const run = async (
    input: string | undefined,
    options: Partial<DissectCommandOptions> = {},
    stdin: readonly Uint8Array[] = [],
  ): Promise<{ output: string[]; errors: string }> => {
    const terminal = fakeTerminal();
    expect(await dissect(input, { message: [], frame: [], ...options }, terminal, stdin)).to.equal(0);
    return { output: terminal.output.split('\n'), errors: terminal.errors };
  };
  const refusal = async (...args: Parameters<typeof run>): Promise<RallyError> => {
    try {
      await run(...args);
    } catch (error) {
      if (isRallyError(error)) return error;
      throw error;
    }
    throw new Error('it was accepted');
  };
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
  const fragmented = buildExchange({ fragmentBytes: 100 });
  const whole = buildExchange();
  const keysText = ({ keys }: typeof whole): string =>
    `AuthKey: ${toHex(keys.authKey)}\nKeyWrapKey: ${toHex(keys.keyWrapKey)}\n`;
  const captureOf = (built: typeof whole, wrap = ethernet()): Uint8Array =>
    concat(...captureBlocks('ethernet', framesOf(built.sent, wrap)));

  describe('of one frame in hex', () => {
    it('shows a message, its offsets and no control character', async () => {
      const { output, errors } = await run(WSC, { as: 'wsc' });
      expect(output).to.deep.equal([
        'Frame  wsc, 19 bytes',
        ' 0000  M1, 19 bytes',
        ' 0000    104a Version (1): 0x10',
        ' 0005    1022 Message Type (1): 0x04 (M1)',
        ' 000a    1011 Device Name (5): "a\\u{0}\\u{1b}\\u{b}\\xff"',
        ' 0012    ! RVP-WSC-16: expected UTF-8, got "a\\u{0}\\u{1b}\\u{b}\\xff"',
        '',
        '',
      ]);
      expect(errors).to.equal('');
      for (const text of [`0x${WSC}\n`, `${WSC.toUpperCase()}\r\n`, WSC.replace('1022', '10:22')])
        expect((await run(undefined, { as: 'wsc' }, [bytesOf(text)])).output).to.deep.equal(output);
    });

    it('begins with any layer', async () => {
      const eapol = '0200000404090004';
      expect((await run(eapol, { as: 'eapol' })).output).to.deep.equal([
        'Frame  eapol, 8 bytes',
        ' 0000  EAPOL EapPacket, version 2, 4 bytes of body',
        ' 0004  EAP Failure, identifier 9, 4 bytes',
        '',
        '',
      ]);
      const ethernetFrame = `020000000100 020000000200 888e ${eapol}`;
      expect((await run('-', {}, [bytesOf(ethernetFrame)])).output.slice(0, 2)).to.deep.equal([
        'Frame  ethernet, 22 bytes',
        ' 0000  Ethernet 02:00:00:00:02:00 to 02:00:00:00:01:00, EtherType 888e',
      ]);
    });

    it('gives JSON', async () => {
      const { output } = await run('1022000104', { as: 'wsc', json: true });
      expect(JSON.parse(output.join('\n'))).to.deep.equal([
        {
          number: null,
          timeNs: null,
          linkType: 'wsc',
          capturedBytes: 5,
          wireLength: 5,
          isRetransmission: false,
          message: null,
          lines: [
            { kind: 'layer', depth: 0, start: 0, end: 5, in: 'frame', path: 'm1', text: 'M1, 5 bytes' },
            {
              kind: 'node',
              depth: 1,
              start: 0,
              end: 5,
              in: 'frame',
              path: 'm1.messageType',
              text: '1022 Message Type (1): 0x04 (M1)',
            },
          ],
        },
      ]);
    });
  });

  describe('of a capture', () => {
    it('shows the frames of a message with its fragments put together', async () => {
      const { output } = await run(write('a.pcapng', captureOf(fragmented)), { message: ['m1'] });
      const heads = output.filter((line) => line.startsWith('Frame '));
      expect(heads).to.deep.equal([
        'Frame 5  2023-11-14T22:13:20.004000000Z  ethernet, 134 bytes',
        'Frame 7  2023-11-14T22:13:20.006000000Z  ethernet, 132 bytes',
        'Frame 9  2023-11-14T22:13:20.008000000Z  ethernet, 116 bytes',
      ]);
      expect(output).to.include(' 0022    fragment, 100 bytes');
      const at = output.indexOf('M1 put together from frames 5, 7, 9; offsets in the message');
      expect(output.slice(at + 1, at + 4)).to.deep.equal([
        ' 0000  M1, 284 bytes',
        ' 0000    104a Version (1): 0x10',
        ' 0005    1022 Message Type (1): 0x04 (M1)',
      ]);
      expect(output[at - 1]).to.match(/^ 0020 {4}last fragment, 84 bytes$/);
    });

    it('shows chosen frames, whatever is in them, and leaves others out only with a note', async () => {
      const other = concat(fromHex('020000000100 020000000200 0800'), new Uint8Array(20));
      const frames = [{ bytes: other }, ...framesOf(whole.sent, ethernet())];
      const file = write('a.pcapng', concat(...captureBlocks('ethernet', frames)));
      const all = await run(file);
      expect(all.output.filter((line) => line.startsWith('Frame '))).to.have.length(whole.sent.length);
      expect(all.errors).to.equal('note: 1 frames have no EAPOL and no WPS information element, and are not shown\n');
      const chosen = await run(file, { frame: ['1', '15'] });
      expect(chosen.output.filter((line) => line.startsWith('Frame '))).to.deep.equal([
        'Frame 1  2023-11-14T22:13:20.000000000Z  ethernet, 34 bytes',
        'Frame 15  2023-11-14T22:13:20.014000000Z  ethernet, 22 bytes',
      ]);
      expect(chosen.errors).to.equal('');
    });

    it('goes down through radiotap and 802.11, from standard input too', async () => {
      const frames = framesOf(whole.sent, radiotap(dot11({ amsdu: true })));
      const bytes = concat(...captureBlocks('dot11-radiotap', frames));
      const named = await run(write('a.pcapng', bytes), { message: ['WSC_DONE'] });
      expect(named.output.slice(1, 7).map((line) => line.slice(7))).to.deep.equal([
        'radiotap, 18 bytes',
        '802.11 data 02:00:00:00:01:00 to 02:00:00:00:02:00, A-MSDU',
        'A-MSDU subframe 02:00:00:00:01:00 to 02:00:00:00:02:00, 9 bytes',
        'LLC/SNAP, EtherType 0800',
        'A-MSDU subframe 02:00:00:00:01:00 to 02:00:00:00:02:00, 76 bytes',
        'LLC/SNAP, EtherType 888e',
      ]);
      const chunks = [bytes.subarray(0, 3), bytes.subarray(3, 1000), bytes.subarray(1000)];
      expect(await run('-', { message: ['done'] }, chunks)).to.deep.equal(named);
    });

    it('opens settings with keys, shows no secret unless asked to, and says when keys do not fit', async () => {
      const file = write('a.pcapng', captureOf(whole));
      const closed = await run(file, { message: ['m5'] });
      expect(closed.output.some((line) => line.startsWith('+'))).to.equal(false);
      const keys = write('keys.txt', keysText(whole));
      const open = await run(file, { message: ['m5'], keys });
      expect(open.output).to.include('+0000      1016 E-SNonce1 (16): (16 bytes, not shown)');
      const shown = await run(file, { message: ['m5'], keys, secrets: true });
      expect(shown.output.find((line) => line.startsWith('+0000'))).to.match(/E-SNonce1 \(16\): ([0-9a-f]{2} ?){16}$/);
      expect(shown.output.join('\n')).to.not.include(toHex(whole.keys.authKey));
      const wrong = await run(file, { keys: write('wrong.txt', keysText(buildExchange({ seed: 9 }))) });
      expect(wrong.errors).to.match(/^note: exchange 1: the keys that were given do not belong to this exchange/);
    });

    it('opens the settings of a message in fragments', async () => {
      const file = write('a.pcapng', captureOf(buildExchange({ fragmentBytes: 60 })));
      const keys = write('keys.txt', keysText(whole));
      const { output } = await run(file, { message: ['m7'], keys });
      expect(output).to.include('+0000      1017 E-SNonce2 (16): (16 bytes, not shown)');
    });

    it('names a repeated packet', async () => {
      const [start, identity, answer, ...rest] = whole.sent;
      if (start === undefined || identity === undefined || answer === undefined) throw new Error('too short');
      const again = { ...whole, sent: [start, identity, answer, answer, ...rest] };
      const { output } = await run(write('a.pcapng', captureOf(again)), { frame: ['4'] });
      expect(output[0]).to.match(/^Frame 4 .* \(repeats an earlier one\)$/);
    });

    it('takes any time, also one that no calendar holds', () => {
      const frame = { ...looseFrame('eapol', new Uint8Array(4), []), number: 7 };
      const head = (timeNs: bigint): string | undefined => frameText({ ...frame, timeNs }).split('\n')[0];
      expect(head((1n << 64n) - 1n)).to.equal('Frame 7  2554-07-21T23:34:33.709551615Z  eapol, 4 bytes');
      expect(head(10n ** 30n)).to.equal(`Frame 7  ${10n ** 30n} ns since 1970  eapol, 4 bytes`);
      expect(head(-1n)).to.equal('Frame 7  -1 ns since 1970  eapol, 4 bytes');
    });

    it('says that a capture is cut, and shows what there is', async () => {
      const bytes = captureOf(whole);
      const { output, errors } = await run(write('a.pcapng', bytes.subarray(0, bytes.length - 5)));
      expect(output.filter((line) => line.startsWith('Frame '))).to.have.length(whole.sent.length - 1);
      expect(errors).to.match(/^note: the capture ends within the record at offset \d+\n$/);
    });
  });

  it('opens a bundle with its own secrets', async () => {
    const dir = join(folder, 'bundle');
    const recorder = Recorder.create(
      dir,
      {
        bundleVersion: 1,
        tool: { name: 'rally-conformance', version: '0.1.0' },
        startedAt: '2023-11-14T22:13:20.000Z',
        bench: 'wired',
        place: 'sandbox',
        environment: {},
        plan: { scope: 'wired', kinds: ['m1'], sessions: 1, dutMac: null },
        profile: {},
      },
      {
        clock: { monotonicMs: () => 0, wallMs: () => 0, sleep: () => Promise.resolve() },
        capture: { linkType: 'ethernet' },
      },
    );
    whole.sent.forEach((sent, index) => {
      recorder.frame(ethernet()(sent, index), frameTime(index), { direction: 'in' });
    });
    recorder.keys({ ...whole, ...whole.keys });
    recorder.close();
    for (const input of [dir, folder]) {
      const { output } = await run(input, { message: ['M8'] });
      expect(output).to.include('+0000      100e Credential (5): (5 bytes, not shown)');
    }
  });

  describe('refuses', () => {
    it('hex that is none', async () => {
      for (const [text, said] of [
        ['104', 'The hex has an odd number of digits (3)'],
        ['', 'There are no bytes to dissect'],
        ['  \n', 'There are no bytes to dissect'],
        ['no-such-file.pcap', '"no-such-file.pcap" is no file, and "n" is no hex digit'],
      ] as const) {
        const error = await refusal('-', {}, [bytesOf(text)]);
        expect([error.code, error.message]).to.deep.equal(['ERR_USAGE', `${said} (ERR_USAGE)`]);
      }
      expect((await refusal('zz')).code).to.equal('ERR_USAGE');
      expect((await refusal(undefined)).code).to.equal('ERR_USAGE');
    });

    it('what is no capture, or of an unknown link type', async () => {
      expect(await refusal(write('a.gz', fromHex('1f8b0800')))).to.include({ code: 'ERR_CAPTURE_FORMAT' });
      expect((await refusal('-', {}, [fromHex('1f8b0800')])).message).to.match(/standard input.*gzip/);
      const pcap = concat(fromHex('d4c3b2a1 0200 0400 00000000 00000000 00000400 93000000'));
      expect(await refusal(write('a.pcap', pcap))).to.include({ code: 'ERR_LINK_TYPE' });
      expect(await refusal(folder)).to.include({ code: 'ERR_BUNDLE_FORMAT' });
    });

    it('options that make no sense', async () => {
      const file = write('a.pcapng', captureOf(whole));
      expect((await refusal(WSC, { as: 'token-ring' })).remedy).to.match(/ethernet, .*wsc\./);
      expect((await refusal(file, { message: ['M0'] })).remedy).to.match(/^Did you mean M\d\?$/);
      expect((await refusal(file, { frame: ['0'] })).code).to.equal('ERR_USAGE');
      expect((await refusal(file, { frame: ['1.5'] })).code).to.equal('ERR_USAGE');
      expect((await refusal(file, { frame: ['99'] })).code).to.equal('ERR_NOTHING_SELECTED');
      expect((await refusal(WSC, { as: 'wsc', message: ['M2'] })).code).to.equal('ERR_NOTHING_SELECTED');
      expect((await refusal(WSC, { as: 'wsc', frame: ['1'] })).code).to.equal('ERR_USAGE');
      expect((await refusal(file, { keys: write('empty.txt', 'nothing') })).code).to.equal('ERR_KEYS_INVALID');
      expect((await refusal(file, { keys: join(folder, 'none') })).code).to.equal('ERR_FILE_UNREADABLE');
    });
  });
});
