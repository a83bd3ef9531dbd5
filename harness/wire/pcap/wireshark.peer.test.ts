import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { concat, fromHex, toHex } from '#base/bytes.js';
import { enhancedPacket, interfaceDescription, interfaceStatistics, sectionHeader } from './pcapng-write.js';
import type { CaptureLinkType } from './blocks.js';
import { readAll, type SeenPacket } from './testing/capture-files.js';

const EAPOL_START = fromHex('01010000');
const ETHERNET = concat(fromHex('0180c2000003 020000000100 888e'), EAPOL_START);
const FRAMES: Readonly<Record<CaptureLinkType, Uint8Array>> = {
  ethernet: ETHERNET,
  'linux-cooked': concat(fromHex('0000 0001 0006 020000000100 0000 888e'), EAPOL_START),
  'linux-cooked2': concat(fromHex('888e 0000 00000003 0001 00 06 020000000100 0000'), EAPOL_START),
  dot11: concat(fromHex('0801 0000 020000000200 020000000100 020000000200 0000 aaaa03000000888e'), EAPOL_START),
  'dot11-radiotap': concat(
    fromHex('0000 0800 00000000'),
    fromHex('0801 0000 020000000200 020000000100 020000000200 0000 aaaa03000000888e'),
    EAPOL_START,
  ),
};
const TIMES = [1_700_000_000_123_456_789n, 1_700_000_000_123_457_000n, 1_700_000_001_000_000_000n];
const COMMENTS = ['EAPOL-Start', undefined, 'ünï "quoted"'] as const;

function capture(linkType: CaptureLinkType): Uint8Array {
  const packets = TIMES.map((timeNs, index) => {
    const comment = COMMENTS[index];
    const bytes = concat(FRAMES[linkType], new Uint8Array(index));
    return enhancedPacket({ interfaceId: 0, timeNs, bytes, ...(comment === undefined ? {} : { comment }) });
  });
  return concat(
    sectionHeader({ application: 'rally-conformance 0.1.0', os: 'Linux' }),
    interfaceDescription({ linkType, snapLengthBytes: 0, name: 'veth0', filter: 'ether proto 0x888e' }),
    ...packets,
    interfaceStatistics({ interfaceId: 0, timeNs: TIMES[2] ?? 0n, systemDrop: 5 }),
  );
}

describe('Captures and Wireshark', () => {
  let dir: string;
  const file = (name: string): string => path.join(dir, name);
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'captures-'));
  });
  after(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  for (const linkType of Object.keys(FRAMES) as CaptureLinkType[]) {
    it(`agree on what the writer wrote: ${linkType}`, () => {
      writeFileSync(file('ours.pcapng'), capture(linkType));
      const fields = ['frame.number', 'frame.time_epoch', 'frame.len', 'frame.interface_name', 'frame.comment'];
      const args = ['-r', file('ours.pcapng'), '-Y', 'eapol.type == 1', '-T', 'fields'];
      const rows = run('tshark', ...args, ...fields.flatMap((field) => ['-e', field])).split('\n');
      const { length } = FRAMES[linkType];
      expect(rows.slice(0, 3)).to.deep.equal([
        `1\t1700000000.123456789\t${length}\tveth0\tEAPOL-Start`,
        `2\t1700000000.123457000\t${length + 1}\tveth0\t`,
        `3\t1700000001.000000000\t${length + 2}\tveth0\tünï "quoted"`,
      ]);
    });

    for (const [format, unitNs] of [
      ['pcap', 1000n],
      ['nsecpcap', 1n],
      ['pcapng', 1n],
    ] as const) {
      it(`agree on what editcap makes of it: ${linkType} as ${format}`, () => {
        writeFileSync(file('ours.pcapng'), capture(linkType));
        run('editcap', '-F', format, file('ours.pcapng'), file('theirs'));
        const kept = ({ timeNs, hex, linkType: type, wireLength }: SeenPacket): unknown[] => [
          timeNs - (timeNs % unitNs),
          hex,
          type,
          wireLength,
        ];
        const ours = readAll(readFileSync(file('ours.pcapng'))).packets;
        const theirs = readAll(readFileSync(file('theirs')), [30, 1, 70]);
        expect(theirs.packets.map(kept)).to.deep.equal(ours.map(kept));
        expect(theirs.summary.format).to.equal(format === 'pcapng' ? 'pcapng' : 'pcap');
        if (format === 'pcapng')
          expect(theirs.packets.map(({ comment }) => comment)).to.deep.equal(ours.map(({ comment }) => comment));
      });
    }
  }

  it('agree on packets cut at a snap length', () => {
    writeFileSync(file('ours.pcapng'), capture('ethernet'));
    run('editcap', '-s', '16', file('ours.pcapng'), file('cut.pcapng'));
    const { packets } = readAll(readFileSync(file('cut.pcapng')));
    expect(packets.map(({ hex, wireLength }) => [hex.length / 2, wireLength])).to.deep.equal([
      [16, 18],
      [16, 19],
      [16, 20],
    ]);
  });

  it('agree on files of two interfaces merged by mergecap', () => {
    writeFileSync(file('a.pcapng'), capture('ethernet'));
    writeFileSync(file('b.pcapng'), capture('dot11'));
    run('mergecap', '-w', file('merged.pcapng'), file('a.pcapng'), file('b.pcapng'));
    const { packets } = readAll(readFileSync(file('merged.pcapng')));
    expect(packets.map(({ linkType }) => linkType).toSorted()).to.deep.equal([
      ...Array<string>(3).fill('dot11'),
      ...Array<string>(3).fill('ethernet'),
    ]);
  });

  it('agree on what text2pcap makes of a hex dump', () => {
    writeFileSync(file('dump.txt'), `000000 ${toHex(FRAMES['linux-cooked'], ' ')}\n`);
    for (const format of ['pcap', 'pcapng']) {
      run('text2pcap', '-q', '-F', format, '-l', '113', file('dump.txt'), file('cooked'));
      const { packets } = readAll(readFileSync(file('cooked')));
      expect(packets.map(({ linkType, hex }) => [linkType, hex])).to.deep.equal([
        ['linux-cooked', toHex(FRAMES['linux-cooked'])],
      ]);
    }
  });

  it('agree on the number of packets and on what was dropped', () => {
    writeFileSync(file('ours.pcapng'), capture('ethernet'));
    const about = run('capinfos', '-M', file('ours.pcapng'));
    expect(about)
      .to.match(/Number of packets:\s+3/)
      .and.match(/Capture application:\s+rally-conformance 0\.1\.0/);
    expect(readAll(capture('ethernet')).drops).to.deep.equal([[0, 5]]);
  });
});
