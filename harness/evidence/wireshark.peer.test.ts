import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { concat, fromHex } from '#base/bytes.js';
import { ATTRIBUTE } from '#wire/wps/attributes.js';
import { byteAttribute, textAttribute } from '#wire/wps/build.js';
import { buildExchange, ENROLLEE, REGISTRAR, wpsElementsOf } from './testing/exchange.js';
import { assembleFile, captureBlocks, framesOf, LAYERS, management, type Captured } from './testing/frames.js';

describe('Evidence and Wireshark', () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'evidence-'));
  });
  after(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  /** Frame number and Message Types of every frame in which tshark finds some. */
  function tshark(file: Uint8Array): [number, string][] {
    const name = path.join(dir, 'capture.pcapng');
    writeFileSync(name, file);
    const fields = ['-T', 'fields', '-e', 'frame.number', '-e', 'wps.message_type'];
    const rows = execFileSync('tshark', ['-r', name, '-Y', 'wps.message_type', ...fields], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return rows
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'))
      .map(([number = '', types = '']) => [Number(number), types]);
  }

  const hexType = (type: number | null): string => `0x${(type ?? 0).toString(16).padStart(2, '0')}`;

  for (const [name, linkType, wrap] of LAYERS) {
    it(`find the same messages in the same frames on ${name}`, () => {
      const file = concat(...captureBlocks(linkType, framesOf(buildExchange().sent, wrap)));
      const ours = assembleFile(file).flatMap(({ exchanges }) =>
        exchanges.flatMap(({ messages }) =>
          messages.map(({ wsc, packets }) => [packets[0]?.frame.number, hexType(wsc.messageType)]),
        ),
      );
      expect(ours).to.have.length(9);
      expect(ours).to.deep.equal(tshark(file));
    });
  }

  it('find the same WPS information elements in management frames', () => {
    const fixed: readonly (readonly [number, number])[] = [
      [0, 4],
      [2, 10],
      [4, 0],
    ];
    const data = concat(
      byteAttribute(ATTRIBUTE.Version, 0x10),
      byteAttribute(ATTRIBUTE.MessageType, 2),
      textAttribute(ATTRIBUTE.DeviceName, 'Printer'),
    );
    const frames: Captured[] = fixed.map(([subtype, bytes]) => {
      const body = concat(new Uint8Array(bytes), fromHex('0003616263 010182'), wpsElementsOf(data));
      return { bytes: management(subtype, ENROLLEE, REGISTRAR, body) };
    });
    const file = concat(...captureBlocks('dot11', frames));
    const ours = assembleFile(file).flatMap((evidence) =>
      evidence.management.map(({ frame, wsc }) => [frame.number, hexType(wsc.messageType)]),
    );
    expect(ours).to.have.length(3);
    expect(ours).to.deep.equal(tshark(file));
  });
});
