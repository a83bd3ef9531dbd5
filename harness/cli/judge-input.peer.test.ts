import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { concat } from '#base/bytes.js';
import { packetsOf } from '#evidence/testing/rewrap.js';
import type { Verdicts } from '#judge/record.js';
import type { ByteOrder } from '#wire/pcap/order.js';
import { MAX_PACKET_BYTES } from '#wire/pcap/blocks.js';
import { anInterface, pcapFile, rawPacket, section, type PcapPacket } from '#wire/pcap/testing/capture-files.js';
import { call, MAIN, PROJECT } from './testing/call.js';

const BUNDLES = join(PROJECT, 'fixtures', 'bundles');
const CAPTURE = join(BUNDLES, '0.1.0-reference-dpws', 'capture.pcapng');
const ETHERNET = 1;
const USER_0 = 147;

const recorded = readFileSync(CAPTURE);
const packets = packetsOf(recorded);

function pcap(unit: 'us' | 'ns', order: ByteOrder, network = ETHERNET): Uint8Array {
  const perUnit = unit === 'us' ? 1000n : 1n;
  const records = packets.map(({ bytes, timeNs }): PcapPacket => {
    const fraction = Number((timeNs % 1_000_000_000n) / perUnit);
    return { seconds: Number(timeNs / 1_000_000_000n), fraction, bytes };
  });
  return pcapFile({ order, unit, network }, records);
}

/** Blocks of a pcapng file without options: time stamps count microseconds. */
function pcapng(order: ByteOrder, more: readonly Uint8Array[] = []): Uint8Array {
  const blocks = packets.map(({ bytes, timeNs }) => {
    const us = timeNs / 1000n;
    const [high, low] = [Number(us >> 32n), Number(us & 0xffff_ffffn)];
    return rawPacket({ interfaceId: 0, high, low, bytes }, order);
  });
  return concat(section(order), anInterface(ETHERNET, order), ...blocks, ...more);
}

function bigPacket(lengthBytes: number): Uint8Array {
  return rawPacket({ interfaceId: 0, high: 0, low: 0, bytes: new Uint8Array(lengthBytes).fill(0x5a) }, 'little');
}

describe('judge and what people take for a capture', function () {
  this.timeout(60_000);
  let folder = '';
  let expected = '';

  const file = (name: string, bytes: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rally-input-'));
    const { exitCode, output, errors } = await call('judge', CAPTURE, '--json');
    expect(exitCode, errors).to.equal(2);
    expected = output;
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [what, name, bytes] of [
    ['pcap of microseconds', 'us.pcap', pcap('us', 'little')],
    ['pcap with nanosecond magic', 'ns.pcap', pcap('ns', 'little')],
    ['pcap of the other byte order', 'big.pcap', pcap('us', 'big')],
    ['nanosecond pcap of the other byte order', 'big-ns.pcap', pcap('ns', 'big')],
    ['pcapng of the other byte order', 'big.pcapng', pcapng('big')],
    ['a capture with a packet of 256 KB', 'large.pcapng', pcapng('little', [bigPacket(MAX_PACKET_BYTES)])],
  ] as const) {
    it(`${what}: judged like any other`, async () => {
      const { exitCode, output, errors } = await call('judge', file(name, bytes), '--json');
      expect(exitCode, errors).to.equal(2);
      expect(output).to.equal(expected);
    });
  }

  it('a capture cut in the middle of a block: judged as far as it goes, and nothing fails', async () => {
    const cut = recorded.subarray(0, Math.floor(recorded.length * 0.9));
    const { exitCode, output, errors } = await call('judge', file('cut.pcapng', cut), '--json');
    expect(exitCode, errors).to.equal(2);
    const { totals, results } = JSON.parse(output) as Verdicts;
    expect(totals).to.include({ fail: 0, error: 0, warnings: 0 });
    const done = results.find(({ id }) => id === 'RVP-WSC-13');
    expect(done?.verdict).to.equal('inconclusive');
    expect(done?.reason).to.match(/exchange 2/);
  });

  it('a capture on standard input: judged like a file', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'judge', '-', '--json'], {
      input: recorded,
      encoding: 'utf8',
    });
    expect(status, stderr).to.equal(2);
    expect(stdout).to.equal(expected);
  });

  const interfaceless = concat(section('little'), bigPacket(64));
  for (const [what, name, bytes, message] of [
    ['an empty file', 'empty', new Uint8Array(0), /the file is empty \(ERR_CAPTURE_FORMAT\)/],
    ['zero packets in pcap', 'zero.pcap', pcap('us', 'little').subarray(0, 24), /no WPS exchange.*ERR_NO_EVIDENCE/],
    [
      'zero packets in pcapng',
      'zero.pcapng',
      concat(section('little'), anInterface(ETHERNET, 'little')),
      /no WPS exchange.*ERR_NO_EVIDENCE/,
    ],
    ['an unknown link type in pcap', 'user.pcap', pcap('us', 'big', USER_0), /link type 147 \(ERR_LINK_TYPE\)/],
    [
      'an unknown link type in pcapng',
      'user.pcapng',
      concat(section('big'), anInterface(USER_0, 'big')),
      /link type 147 on every interface \(ERR_LINK_TYPE\)/,
    ],
    ['no interface block', 'interface.pcapng', interfaceless, /offset 28: .*interface 0.*\(ERR_CAPTURE_FORMAT\)/],
    [
      'a packet of more than 256 KB',
      'too-large.pcapng',
      pcapng('little', [bigPacket(MAX_PACKET_BYTES + 1)]),
      /262145 bytes.*\(ERR_CAPTURE_FORMAT\)/,
    ],
    ['gzip', 'capture.pcapng.gz', gzipSync(recorded), /this is gzip, not pcap or pcapng \(ERR_CAPTURE_FORMAT\)/],
    ['text', 'notes.txt', Buffer.from('pairing failed again\n'), /begins with 70 61 69 72.*\(ERR_CAPTURE_FORMAT\)/],
  ] as const) {
    it(`${what}: one coded error with a remedy, exit 4`, async () => {
      const path = file(name, bytes);
      const { exitCode, output, errors } = await call('judge', path);
      expect(exitCode).to.equal(4);
      expect(output).to.equal('');
      const [first = '', second = '', ...more] = errors.trimEnd().split('\n');
      expect(first).to.include(path).and.to.match(message);
      expect(second).to.match(/^ {2}[A-Z].*\.$/);
      expect(more).to.deep.equal([]);
    });
  }

  it('a folder of captures: says to name the captures', async () => {
    mkdirSync(join(folder, 'archive'));
    copyFileSync(CAPTURE, join(folder, 'archive', 'a.pcapng'));
    const { exitCode, errors } = await call('judge', join(folder, 'archive'));
    expect(exitCode).to.equal(4);
    expect(errors).to.match(/archive is a folder, but neither a run folder nor a bundle.*\(ERR_BUNDLE_FORMAT\)/);
    expect(errors).to.match(/\*\.pcapng/);
  });

  it('keys of another exchange: says so, and nothing fails', async () => {
    const keys = join(BUNDLES, '0.1.0-reference-none', 'secrets.json');
    const { exitCode, output, errors } = await call('judge', CAPTURE, '--keys', keys);
    expect(exitCode).to.equal(2);
    expect(errors).to.equal(
      `note: the keys in ${keys} open no exchange of this evidence; they belong to another one\n`,
    );
    expect(output).to.match(/RVP-WSC-09[^]*the keys that were given do not belong to this\s+exchange/);
    expect(output).to.not.match(/FAIL/);
  });

  it('a keys file that is none: exit 4 without repeating what is in it', async () => {
    const { exitCode, errors } = await call('judge', CAPTURE, '--keys', file('keys.txt', Buffer.from('hunter2')));
    expect(exitCode).to.equal(4);
    expect(errors)
      .to.match(/ERR_KEYS_INVALID/)
      .and.to.not.match(/hunter2/);
  });

  it('all of them at once: a line each, and none stops the others', async () => {
    const paths = ['empty', 'us.pcap', 'user.pcap', 'capture.pcapng.gz', 'big.pcapng'].map((name) =>
      join(folder, name),
    );
    const { exitCode, output, errors } = await call('judge', ...paths);
    expect(exitCode).to.equal(4);
    expect(errors).to.equal('');
    const rows = output.split('\n').slice(1, 1 + paths.length);
    expect(rows.map((row) => row.slice(0, 4).trim())).to.deep.equal(['4', '2', '4', '4', '2']);
    rows.forEach((row, index) => expect(row).to.include(paths[index] ?? ''));
  });
});
