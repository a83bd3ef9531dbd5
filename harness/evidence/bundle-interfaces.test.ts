import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { CaptureReader } from '#wire/pcap/reader.js';
import { Recorder } from './recorder.js';

describe('a recorder of several interfaces', () => {
  it('writes each frame under the interface it names', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'rally-interfaces-'));
    try {
      const clock = { monotonicMs: () => 0, wallMs: () => 0, sleep: () => Promise.resolve() };
      const recorder = Recorder.create(
        path.join(dir, 'bundle'),
        {
          bundleVersion: 1,
          tool: { name: 'rally-conformance', version: '0' },
          startedAt: '2026-01-01T00:00:00Z',
          bench: 'loopback',
          place: 'here',
          environment: {},
          plan: { scope: 'loopback', kinds: [], sessions: 1, dutMac: null },
          profile: null,
        },
        { clock, capture: [{ linkType: 'ethernet', interfaceName: 'wire' }, { linkType: 'dot11' }] },
      );
      recorder.frame(new Uint8Array(20).fill(1), 1n, { direction: 'in' });
      recorder.frame(new Uint8Array(30).fill(2), 2n, { direction: 'out', interfaceId: 1 });
      recorder.close();
      const seen: [string, number][] = [];
      const reader = new CaptureReader({
        packet: (packet) => {
          seen.push([packet.linkType, packet.bytes.length]);
        },
      });
      reader.push(readFileSync(path.join(dir, 'bundle', 'capture.pcapng')));
      reader.finish();
      expect(seen).to.deep.equal([
        ['ethernet', 20],
        ['dot11', 30],
      ]);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
