import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { probe, type Probe } from './doctor.js';
import { PROGRAM_PACKAGES } from './programs.js';
import { wiredProfile } from './testing/profile.js';

function named(probes: readonly Probe[], name: string): Probe {
  const found = probes.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no probe of ${name}`);
  return found;
}

describe('doctor', function () {
  this.timeout(20_000);

  it('finds everything on a machine that runs these tests', async () => {
    const probes = await probe(null, tmpdir());
    expect(probes.filter(({ ok }) => !ok)).to.deep.equal([]);
    const names = ['node', 'native module', ...Object.keys(PROGRAM_PACKAGES), 'namespaces', 'packet sockets', 'disk'];
    expect(probes.map(({ name }) => name)).to.deep.equal(names);
  });

  it('looks at the Ethernet port of a profile', async () => {
    const missing = named(await probe(wiredProfile({ port: 'eth77' }), tmpdir()), 'interface eth77');
    expect(missing.ok).to.equal(false);
    expect(missing.detail).to.include('no interface eth77');
    expect(missing.remedy).to.include('ixit.interface');
    const loopback = named(await probe(wiredProfile({ port: 'lo' }), tmpdir()), 'interface lo');
    expect(loopback.detail).to.include('not a wired Ethernet interface');
  });

  it('says what to do where namespaces are refused and where there is no room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rally-doctor-'));
    const path = process.env['PATH'];
    try {
      const unshare = join(folder, 'unshare');
      writeFileSync(unshare, '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n');
      chmodSync(unshare, 0o755);
      process.env['PATH'] = `${folder}:${path ?? ''}`;
      const probes = await probe(null, '/proc/runs');
      expect(named(probes, 'namespaces')).to.include({ ok: false });
      expect(named(probes, 'namespaces').detail).to.include('Operation not permitted');
      expect(named(probes, 'namespaces').remedy).to.match(/root/);
      expect(named(probes, 'disk')).to.include({ ok: false });
      expect(named(probes, 'disk').remedy).to.include('--out');
    } finally {
      process.env['PATH'] = path;
      rmSync(folder, { recursive: true });
    }
  });
});
