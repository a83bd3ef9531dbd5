/**
 * A bare Debian root in a temporary folder, with Node copied in and nothing else, and a way to run commands in it as on
 * a machine of its own: own mounts and processes, the network shared. What the machine needs to reach its package
 * sources (apt sources, npm settings, certificates, resolver) is copied from this machine when the root is made.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';

/** Enters the root given as $1 by pivot_root (a user namespace cannot be made inside a chroot), then runs the rest. */
const ENTER = `
set -e
root=$1; shift
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
pivot_root . mnt
umount -l /mnt
exec "$@"
`;

/** This machine's certificates, and where Node and npm find them inside: Debian's own file is rewritten by its package. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const CERTIFICATES_INSIDE = '/etc/machine-certificates.crt';
const LOCAL_CERTIFICATES = '/usr/local/share/ca-certificates';

/** Lowest user id Debian gives to people. */
export const ORDINARY_USER = 1000;

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  /** stdout and stderr in the order they came. */
  readonly output: string;
}

const run = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });

/** Make the root in an empty folder. Needs to be root and mmdebstrap; fetches about 60 MB. */
export function makeBareRoot(root: string): void {
  const release = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (release === undefined) throw new Error('this system does not say which Debian release it is');
  run('mmdebstrap', ['--quiet', '--variant=minbase', release, root]);
  copyNode(root);
  copyReachability(root);
  run('chroot', [root, 'useradd', '--create-home', '--uid', String(ORDINARY_USER), 'tester']);
}

function copyNode(root: string): void {
  const bin = path.join(root, 'usr/local/bin');
  cpSync(realpathSync(process.execPath), path.join(bin, 'node'));
  const npm = path.dirname(path.dirname(realpathSync(findNpm())));
  const modules = path.join(root, 'usr/local/lib/node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(npm, path.join(modules, 'npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', path.join(bin, 'npm'));
}

function findNpm(): string {
  const candidates = (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, 'npm'));
  const found = candidates.find((file) => existsSync(file) && realpathSync(file).endsWith('npm-cli.js'));
  if (found === undefined) throw new Error('npm is not on PATH');
  return found;
}

/** Settings only: package sources, their transport, certificates, the resolver. */
function copyReachability(root: string): void {
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) cpSync(realpathSync(file), path.join(root, file));
  cpSync(realpathSync(CERTIFICATES), path.join(root, CERTIFICATES_INSIDE));
  if (existsSync(LOCAL_CERTIFICATES)) {
    cpSync(LOCAL_CERTIFICATES, path.join(root, LOCAL_CERTIFICATES), { recursive: true });
  }
  const sources = readdirSync('/etc/apt/sources.list.d').filter((name) => /\.(list|sources)$/.test(name));
  for (const file of ['sources.list', ...sources.map((name) => `sources.list.d/${name}`)]) {
    const from = path.join('/etc/apt', file);
    if (existsSync(from)) cpSync(from, path.join(root, from));
  }
  for (const name of readdirSync('/etc/apt/apt.conf.d')) {
    const transport = readFileSync(path.join('/etc/apt/apt.conf.d', name), 'utf8').match(/^Acquire.*;$/gm) ?? [];
    for (const line of transport) appendFileSync(path.join(root, 'etc/apt/apt.conf.d/99machine'), `${line}\n`);
  }
  for (const level of ['globalconfig', 'userconfig']) {
    const file = run('npm', ['config', 'get', level]).trim();
    if (existsSync(file)) appendFileSync(path.join(root, 'usr/local/lib/node_modules/npm/npmrc'), readFileSync(file));
  }
}

/**
 * Run a command in the root, without a terminal, and wait for its end; everything it started ends with it.
 * @param options.userId 0 or {@link ORDINARY_USER}; `env` is all the command sees besides PATH, HOME and certificates
 */
export function runInRoot(
  root: string,
  command: readonly string[],
  options: { userId: number; cwd: string; env?: Record<string, string>; limitMs: number },
): Promise<Ended> {
  const home = options.userId === 0 ? '/root' : '/home/tester';
  const certificates = { NODE_EXTRA_CA_CERTS: CERTIFICATES_INSIDE, npm_config_cafile: CERTIFICATES_INSIDE };
  const env = { HOME: home, LANG: 'C.UTF-8', ...certificates, ...options.env };
  const inner = [
    ...['setpriv', `--reuid=${String(options.userId)}`, `--regid=${String(options.userId)}`, '--clear-groups'],
    ...['env', '-i', `PATH=${pathFor(options.userId)}`],
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...['sh', '-c', 'cd "$0" && exec "$@"', options.cwd, ...command],
  ];
  const outer = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child'];
  const child = spawn('setpriv', [...outer, 'sh', '-c', ENTER, 'enter', root, ...inner], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.limitMs,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, stdout, output });
    });
  });
}

/** As Debian's login gives it: an ordinary user has no folders of system programs. */
function pathFor(userId: number): string {
  const everybody = '/usr/local/bin:/usr/bin:/bin';
  return userId === 0 ? `/usr/local/sbin:/usr/sbin:/sbin:${everybody}` : everybody;
}

/** A clean clone of the committed state, owned by the user who will work in it. */
export function cloneInto(root: string, folder: string, source: string, userId: number): void {
  const target = path.join(root, folder);
  run('git', ['clone', '--quiet', '--no-hardlinks', source, target]);
  run('chown', ['-R', `${String(userId)}:${String(userId)}`, target]);
}
