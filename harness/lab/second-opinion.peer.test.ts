import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readAll } from '#wire/pcap/testing/capture-files.js';
import { disagreements, opinionsOn } from '#wire/testing/second-opinion.js';
import { UUID_E, wiredProfile } from './testing/profile.js';
import { planFor, startRecording } from './testing/recording.js';

/** VPI (DPWS, Profile Request 1) and a Transport UUID. */
const EXTENSION = `00013710010002010110020010${UUID_E.replaceAll('-', '')}`;
const REGISTRATION = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'M8', 'WSC_DONE'];

describe('tshark on a recording of the wired bench', function () {
  this.timeout(60_000);
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'second-opinion-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const method of ['pin', 'pbc'] as const) {
    it(`agrees with our decoder on every field of a registration by ${method}`, async () => {
      const profile = wiredProfile({ method, extension: EXTENSION, transports: ['dpws'] });
      const recording = startRecording(planFor(profile, folder));
      expect(await recording.end, recording.errorOutput()).to.deep.equal({ ended: 'complete' });
      const captureFile = join(folder, 'capture.pcapng');
      const frames = readAll(readFileSync(captureFile)).packets.map(({ hex }) => hex);
      const opinions = opinionsOn(captureFile, frames);
      expect(opinions.flatMap(disagreements).join('\n')).to.equal('');
      const messages = opinions.flatMap(({ tshark }) => tshark.filter((line) => line.startsWith('message ')));
      expect(messages).to.deep.equal(REGISTRATION.map((name) => `message ${name}`));
    });
  }
});
