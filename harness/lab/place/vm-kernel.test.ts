import { expect } from 'chai';
import { asDebianPackage, packedKernel } from './vm-kernel.js';

/** A boot image with two setup sectors and a payload 16 bytes into its second part. */
function bootImage(payload: Uint8Array, lengthBytes: number, version = 0x020f): Uint8Array {
  const image = Buffer.alloc(3 * 512 + 16 + payload.length + 4);
  image[0x1f1] = 2;
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(version, 0x206);
  image.writeUInt32LE(16, 0x248);
  image.writeUInt32LE(payload.length + 4, 0x24c);
  image.set(payload, 3 * 512 + 16);
  image.writeUInt32LE(lengthBytes, 3 * 512 + 16 + payload.length);
  return image;
}

const XZ = Buffer.from('fd377a585a0000016922de36', 'hex');

describe('kernel of the virtual machine', () => {
  it('finds the compressed kernel in a boot image, and its length', () => {
    const found = packedKernel(bootImage(XZ, 65_905_060));
    expect(found?.ending).to.equal('xz');
    expect(Buffer.from(found?.bytes ?? []).equals(XZ)).to.equal(true);
    expect(found?.lengthBytes).to.equal(65_905_060);
  });

  for (const [ending, begins] of [
    ['gz', '1f8b0800'],
    ['zst', '28b52ffd04'],
  ] as const)
    it(`knows ${ending}`, () => {
      expect(packedKernel(bootImage(Buffer.from(begins, 'hex'), 1))?.ending).to.equal(ending);
    });

  for (const [what, image] of [
    ['a compression it does not know', bootImage(Buffer.from('894c5a4f', 'hex'), 1)],
    ['a boot protocol that does not tell', bootImage(XZ, 1, 0x0207)],
    ['an image that is cut', bootImage(XZ, 1).subarray(0, -1)],
    ['something else', Buffer.alloc(4096)],
    ['nothing', new Uint8Array(0)],
  ] as const)
    it(`finds none in ${what}`, () => {
      expect(packedKernel(image)).to.equal(null);
    });

  it('wraps it as an archive of three members of even length', () => {
    const archive = Buffer.from(asDebianPackage({ ending: 'xz', bytes: Buffer.from('abc'), lengthBytes: 0 }));
    expect(archive.toString('latin1')).to.equal(
      [
        '!<arch>\n',
        'debian-binary   0           0     0     100644  4         `\n2.0\n',
        'control.tar     0           0     0     100644  0         `\n',
        'data.tar.xz     0           0     0     100644  3         `\nabc\n',
      ].join(''),
    );
  });
});
