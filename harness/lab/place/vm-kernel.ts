import { RallyError } from '#base/error.js';

/** Linux's boot protocol for x86: offsets in the setup header. */
const HEADER = { setupSectors: 0x1f1, magic: 0x202, version: 0x206, payloadAt: 0x248, payloadBytes: 0x24c } as const;
/** `HdrS` */
const MAGIC = 0x53726448;
/** The first version that tells where the payload is. */
const PAYLOAD_VERSION = 0x0208;
const SECTOR_BYTES = 512;
/** Setup sectors where the header says 0. */
const OLD_SETUP_SECTORS = 4;
/** The kernel's length follows the compressed kernel, as the last four bytes of the payload. */
const LENGTH_BYTES = 4;

/** What a compression begins with, and how Debian names it. */
const COMPRESSIONS = [
  { ending: 'xz', begins: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { ending: 'gz', begins: [0x1f, 0x8b] },
  { ending: 'zst', begins: [0x28, 0xb5, 0x2f, 0xfd] },
] as const;

/** A kernel as it lies in its boot image. */
export interface PackedKernel {
  readonly ending: (typeof COMPRESSIONS)[number]['ending'];
  readonly bytes: Uint8Array;
  /** Of the kernel once it is unpacked. */
  readonly lengthBytes: number;
}

/** The compressed kernel in a boot image (`vmlinuz`); null where this is none, or none of a compression known here. */
export function packedKernel(image: Uint8Array): PackedKernel | null {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (image.length < HEADER.payloadBytes + 4 || view.getUint32(HEADER.magic, true) !== MAGIC) return null;
  if (view.getUint16(HEADER.version, true) < PAYLOAD_VERSION) return null;
  const setupSectors = view.getUint8(HEADER.setupSectors) || OLD_SETUP_SECTORS;
  const at = (setupSectors + 1) * SECTOR_BYTES + view.getUint32(HEADER.payloadAt, true);
  const end = at + view.getUint32(HEADER.payloadBytes, true) - LENGTH_BYTES;
  if (end <= at || end + LENGTH_BYTES > image.length) return null;
  const bytes = image.subarray(at, end);
  const known = COMPRESSIONS.find(({ begins }) => begins.every((byte, index) => bytes[index] === byte));
  return known === undefined ? null : { ending: known.ending, bytes, lengthBytes: view.getUint32(end, true) };
}

const MEMBER_BYTES = 2;
const NAME_BYTES = 16;

/**
 * Wrap something compressed as the data of a Debian package: what unpacks those is on every Debian, which a program for
 * each compression is not. Throws RallyError ERR_INTERNAL.
 */
export function asDebianPackage({ ending, bytes }: PackedKernel): Uint8Array {
  const members: readonly (readonly [string, Uint8Array])[] = [
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar', new Uint8Array(0)],
    [`data.tar.${ending}`, bytes],
  ];
  return Buffer.concat([Buffer.from('!<arch>\n'), ...members.map(([name, content]) => arMember(name, content))]);
}

/** A member of an archive of ar: name, time, owner, group, mode and length as text, then the content, of even length. */
function arMember(name: string, content: Uint8Array): Uint8Array {
  if (name.length > NAME_BYTES) throw new RallyError('ERR_INTERNAL', `${name} is too long a name for an archive`);
  const fields = [
    name.padEnd(NAME_BYTES),
    '0'.padEnd(12),
    '0'.padEnd(6),
    '0'.padEnd(6),
    '100644'.padEnd(8),
    String(content.length).padEnd(10),
  ];
  const header = Buffer.from(`${fields.join('')}\`\n`, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc(content.length % MEMBER_BYTES, '\n')]);
}
