import { expect } from 'chai';
import { cpioArchive } from './cpio.js';

describe('cpio archive', () => {
  const archive = cpioArchive([
    { path: 'init', bytes: Buffer.from('#!/bin/sh'), executable: true },
    { path: 'lib/modules/a.ko', bytes: Buffer.from('12345'), executable: false },
    { path: 'lib/modules/b.ko', bytes: Buffer.alloc(0), executable: false },
  ]);

  /** Names, modes and contents as the format has them. */
  function entries(): [string, number, string][] {
    const found: [string, number, string][] = [];
    for (let at = 0; at < archive.length;) {
      const field = (index: number): number =>
        Number.parseInt(archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
      expect(archive.toString('latin1', at, at + 6)).to.equal('070701');
      const nameEnd = at + 110 + field(11);
      const dataAt = (nameEnd + 3) & ~3;
      const dataEnd = dataAt + field(6);
      found.push([
        archive.toString('latin1', at + 110, nameEnd - 1),
        field(1),
        archive.toString('latin1', dataAt, dataEnd),
      ]);
      at = (dataEnd + 3) & ~3;
    }
    return found;
  }

  it('holds every file once, its folders before it, and the end mark', () => {
    expect(entries()).to.deep.equal([
      ['init', 0o100755, '#!/bin/sh'],
      ['lib', 0o040755, ''],
      ['lib/modules', 0o040755, ''],
      ['lib/modules/a.ko', 0o100644, '12345'],
      ['lib/modules/b.ko', 0o100644, ''],
      ['TRAILER!!!', 0, ''],
    ]);
  });
});
