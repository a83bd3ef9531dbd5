import { programPath } from '../programs.js';

/** Kept of what the program inside says on standard error. */
const LAST_BYTES = 4096;

/**
 * Shell script that runs in the machine, in the host's root: serves one job after the other. Descriptor 3 is the channel.
 * Each job gets the program inside afresh; after it everything it left is gone: its processes, its /run, and the radios,
 * which are made anew. Ends when that fails, and with it the machine.
 *
 * @param node the program inside: node and its arguments
 * @param cwd current folder of the program
 */
export function guestScript(node: readonly string[], cwd: string, radios: number): string {
  // The first program's root is that of the initial file system, where the modules are.
  const radioModule = '/proc/1/root/modules/mac80211_hwsim.ko*';
  return [
    `export PATH=${quoted(programPath())} HOME=/run LC_ALL=C TMPDIR=/run XDG_CACHE_HOME=/run`,
    `cd ${quoted(cwd)}`,
    'serve() {',
    '  mkdir -p /run/rally && mkfifo /run/rally/orders || return 1',
    '  cat <&3 >/run/rally/orders &',
    // Its last words go the way its reports go: by the console they could arrive after the next program has begun.
    `  ${node.map(quoted).join(' ')} </run/rally/orders >&3 2>/run/rally/errors`,
    '  status=$?',
    `  said=$(tail -c ${LAST_BYTES} /run/rally/errors | base64 -w 0)`,
    '  echo "{\\"kind\\":\\"exit\\",\\"status\\":$status,\\"said\\":\\"$said\\"}" >&3',
    '}',
    'renew() {',
    '  kill -9 -1',
    '  wait',
    '  umount -l /run && mount -t tmpfs -o mode=0755 rally /run || return 1',
    `  busybox rmmod mac80211_hwsim && busybox insmod ${radioModule} radios=${radios}`,
    '}',
    'while serve && renew; do :; done',
    '',
  ].join('\n');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
