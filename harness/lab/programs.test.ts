import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import { findProgram, programPath, requireProgram } from './programs.js';

describe('programs', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-programs-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('adds the folders of network daemons behind the PATH of the user', () => {
    expect(programPath('/usr/bin:/bin')).to.equal('/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin');
    expect(programPath('/sbin:/usr/sbin')).to.equal('/sbin:/usr/sbin:/usr/local/sbin');
    expect(programPath('')).to.equal('/usr/local/sbin:/usr/sbin:/sbin');
  });

  it('takes the first file on the path that can be run', () => {
    const first = join(folder, 'first');
    const second = join(folder, 'second');
    const third = join(folder, 'third');
    for (const each of [first, second, third]) mkdirSync(each);
    writeFileSync(join(first, 'wpa_supplicant'), '', { mode: 0o644 });
    mkdirSync(join(second, 'wpa_supplicant'));
    writeFileSync(join(third, 'wpa_supplicant'), '');
    chmodSync(join(third, 'wpa_supplicant'), 0o755);
    expect(findProgram('wpa_supplicant', [first, second, third].join(':'))).to.equal(join(third, 'wpa_supplicant'));
    expect(findProgram('wpa_supplicant', second)).to.equal(null);
  });

  it('names the Debian package of a program that is missing', () => {
    try {
      requireProgram('wpa_supplicant', folder);
      expect.fail('it was found');
    } catch (error) {
      if (!isRallyError(error, 'ERR_PROGRAM_MISSING')) throw error;
      expect(error.remedy).to.include('apt-get install wpasupplicant');
    }
  });
});
