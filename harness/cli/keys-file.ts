import { parseKeys, type KeyRing } from '#evidence/keys.js';
import { readTextFile } from './files.js';

/** A debug log that has keys in it grows by some kilobytes an exchange. */
const MAX_KEYS_BYTES = 64 * 1024 * 1024;

/** Read the keys file `file`. Throws RallyError ERR_FILE_UNREADABLE, ERR_KEYS_INVALID. */
export async function loadKeys(file: string): Promise<KeyRing> {
  return parseKeys(await readTextFile(file, MAX_KEYS_BYTES));
}
