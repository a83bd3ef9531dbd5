import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { cloneInto, makeBareRoot, ORDINARY_USER, runInRoot, type Ended } from './testing/bare-root.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
const MINUTE_MS = 60_000;
const SYSTEM_CLONE = '/srv/rally';
/** In file names: tests that are left out inside the bare root. */
const LONG_TESTS = [
  ...[
    'bare-root',
    'campaign',
    'kills',
    'radio',
    'vm.peer',
    'fuzz',
    'judge',
    'loopback',
    'other-makers',
    'sandbox',
    'variants',
  ],
  ...['package', 'speed', 'second-opinion', 'run.peer'],
];
const USER_CLONE = '/home/tester/rally';
const OVER_THE_AIR =
  /^Over simulated air, [^]*^Time {4}[\d.]+ s: boot [^]*^passes scope radio: \d+ of \d+ applicable MUST rules; not a statement of conformance$/m;

/** Last line that says something. */
const lastLine = (ended: Ended): string => ended.stdout.trimEnd().split('\n').at(-1) ?? '';

/** First line that is not npm's own echo of the script. */
const firstLine = (ended: Ended): string =>
  ended.stdout.split('\n').find((line) => line.trim() !== '' && !line.startsWith('>')) ?? '';

describe('both README commands on a bare Debian with nothing but Node', function () {
  this.timeout(25 * MINUTE_MS);
  let folder = '';
  let root = '';
  let packagesBefore = '';

  const asRoot = (command: readonly string[], env: Record<string, string> = { CI: 'true' }): Promise<Ended> =>
    runInRoot(root, command, { userId: 0, cwd: SYSTEM_CLONE, env, limitMs: 20 * MINUTE_MS });
  const asUser = (command: readonly string[]): Promise<Ended> =>
    runInRoot(root, command, { userId: ORDINARY_USER, cwd: USER_CLONE, limitMs: 20 * MINUTE_MS });
  const installed = async (): Promise<string> => (await asRoot(['dpkg-query', '-W', '-f', '${Package}\n'])).stdout;

  before('make the root and two clean clones', async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'rally-bare-root-'));
    root = path.join(folder, 'root');
    makeBareRoot(root);
    cloneInto(root, USER_CLONE, project, ORDINARY_USER);
    cloneInto(root, SYSTEM_CLONE, project, 0);
    packagesBefore = await installed();
  });

  after('leave nothing', () => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('certify names the command when the user cannot install: exit 3', async () => {
    const ended = await asUser(['npm', 'run', 'certify']);
    expect(ended.status, ended.output).to.equal(3);
    expect(firstLine(ended)).to.include('says nothing about any product');
    expect(ended.output).to.include('This user may not install Debian packages');
    expect(ended.output).to.match(
      /sudo apt-get install --no-install-recommends .*qemu-system-x86.* wpasupplicant iproute2/,
    );
    expect(ended.output).to.include('ERR_PROGRAM_MISSING');
  });

  it('test runs what it can for that user, counts the peer tests as failed and says why: exit 1', async () => {
    const ended = await asUser(['npm', 'test']);
    expect(ended.status, ended.output).to.equal(1);
    expect(ended.output).to.match(/^FAILED {2}peer tests did not run: Missing: .*hostapd/m);
    expect(lastLine(ended), ended.output).to.match(/^[1-9]\d* passed, 1 failed$/);
  });

  it('certify asks for a yes before it changes the system, even as root: exit 3', async () => {
    const ended = await asRoot(['npm', 'run', 'certify'], {});
    expect(ended.status, ended.output).to.equal(3);
    expect(ended.output).to.include('Add --yes or set CI');
    expect(await installed()).to.equal(packagesBefore);
  });

  for (const [name, typed] of [
    ['no', 'n\\n'],
    ['the end of input', '\\004'],
  ] as const) {
    it(`certify asks when a person is there, and takes ${name} for a no: exit 130`, async () => {
      const terminal = `printf '${typed}' | script --quiet --return --command 'npm run certify' /dev/null`;
      const ended = await asRoot(['sh', '-c', terminal], {});
      expect(ended.output).to.match(/Go ahead\? \[y\/N\][^]*Nothing was installed\. \(ERR_ABORTED\)/);
      expect(ended.status, ended.output).to.equal(130);
      expect(await installed()).to.equal(packagesBefore);
    });
  }

  it('certify installs what it needs and passes over simulated air as root: exit 0', async () => {
    const ended = await asRoot(['npm', 'run', 'certify']);
    expect(ended.status, ended.output).to.equal(0);
    expect(firstLine(ended)).to.include('says nothing about any product');
    expect(ended.output).to.match(OVER_THE_AIR);
    expect((await asRoot(['test', '-s', 'reports/out/certify/report.html'])).status).to.equal(0);
    expect((await asRoot(['sh', '-c', 'ls -A /tmp /var/tmp | grep rally'])).stdout).to.equal('');
  });

  it('set-up is silent and quick when nothing is to do', async () => {
    const start = performance.now();
    const ended = await asRoot(['node', 'harness/setup/setup.js', '--for', 'certify']);
    expect(ended.output).to.equal('');
    expect(ended.status).to.equal(0);
    expect(performance.now() - start).to.be.below(1000);
  });

  it('certify passes for the ordinary user once the programs are there: exit 0', async () => {
    const ended = await asUser(['npm', 'run', 'certify']);
    expect(ended.status, ended.output).to.equal(0);
    expect(ended.output).to.match(OVER_THE_AIR);
  });

  it('certify goes by wire, and says why, where the virtual machine cannot be had: exit 0', async () => {
    await asRoot(['chmod', '-x', '/usr/bin/qemu-system-x86_64']);
    const ended = await asUser(['npm', 'run', 'certify']);
    await asRoot(['chmod', '+x', '/usr/bin/qemu-system-x86_64']);
    expect(ended.status, ended.output).to.equal(0);
    expect(ended.output).to.match(/^By wire, .*: no virtual machine \(qemu-system-x86_64 is not installed/m);
    expect(ended.output).to.match(/^passes scope wired: \d+ of \d+ applicable MUST rules/m);
  });

  it('test installs what it needs and passes as root: exit 0', async () => {
    // The ordinary user has run the checks and the unit tests here. This very test would build a bare root inside the
    // bare root; the others left out are long and need no program that the rest does not use.
    const left = LONG_TESTS.flatMap((text) => ['--without', text]);
    const ended = await asRoot(['npm', 'test', '--', 'peer', ...left]);
    expect(ended.status, ended.output).to.equal(0);
    expect(lastLine(ended), ended.output).to.match(/^[1-9]\d* passed, 0 failed$/);
  });

  it('remove takes away exactly what set-up installed', async () => {
    const ended = await asRoot(['node', 'harness/setup/setup.js', '--remove']);
    expect(ended.status, ended.output).to.equal(0);
    expect(await installed()).to.equal(packagesBefore);
    expect((await asRoot(['git', 'status'])).status, 'git was installed by set-up').to.not.equal(0);
    expect((await asRoot(['test', '-e', 'node_modules'])).status).to.equal(1);
  });
});
