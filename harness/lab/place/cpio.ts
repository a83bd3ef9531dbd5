/** One file of an initramfs; folders on its way are made. */
export interface ArchivedFile {
  /** Without leading slash. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

const FOLDER_MODE = 0o040755;
const FILE_MODE = 0o100644;
const PROGRAM_MODE = 0o100755;
const ALIGNMENT = 4;
const END_NAME = 'TRAILER!!!';

/** A cpio archive in the form "newc", which the Linux kernel unpacks as its initramfs. */
export function cpioArchive(files: readonly ArchivedFile[]): Buffer {
  const chunks: Buffer[] = [];
  const folders = new Set<string>();
  let inode = 0;
  const add = (name: string, mode: number, bytes: Uint8Array): void => {
    inode += 1;
    chunks.push(header(name, inode, mode, bytes.length), padded(Buffer.from(bytes)));
  };
  for (const { path, bytes, executable } of files) {
    for (const folder of foldersOf(path)) {
      if (!folders.has(folder)) add(folder, FOLDER_MODE, new Uint8Array(0));
      folders.add(folder);
    }
    add(path, executable ? PROGRAM_MODE : FILE_MODE, bytes);
  }
  return Buffer.concat([...chunks, header(END_NAME, 0, 0, 0)]);
}

/** `a/b/c` gives `a` and `a/b`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_part, at) => parts.slice(0, at + 1).join('/'));
}

/** 6 bytes of magic, 13 numbers of 8 hex digits, the name with its NUL, padding. */
function header(name: string, inode: number, mode: number, sizeBytes: number): Buffer {
  const nameBytes = Buffer.byteLength(name) + 1;
  const [links, user, group, time] = [1, 0, 0, 0];
  const device = [0, 0, 0, 0];
  const numbers = [inode, mode, user, group, links, time, sizeBytes, ...device, nameBytes, 0];
  const fields = numbers.map((number) => number.toString(16).padStart(8, '0')).join('');
  return padded(Buffer.from(`070701${fields}${name}\0`));
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT)]);
}
