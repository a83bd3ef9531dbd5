import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Profile } from '#profile/schema.js';
import { withoutSecrets } from '#profile/secrets.js';
import type { RecordPlan } from '../job.js';
import { findProgram, programPath } from '../programs.js';
import { record } from '../session.js';
import { inFreshNamespaces } from '../testing/in-namespace.js';
import { markedEnvironment, processesOf } from '../testing/left-behind.js';
import { wiredProfile } from '../testing/profile.js';
import { planFor, startRecording, type Recording, type RecordingEnd } from '../testing/recording.js';
import { verdictsOf } from '../testing/verdicts.js';

describe('sandbox', function () {
  this.timeout(30_000);
  let folder: string;
  let bundleDir: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-sandbox-'));
    bundleDir = join(folder, 'bundle');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A folder whose program of this name is a shell script; PATH looks there first. */
  function pathWith(program: string, script: string): string {
    const file = join(folder, 'bin', program);
    mkdirSync(join(folder, 'bin'));
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return `${join(folder, 'bin')}:${programPath()}`;
  }

  async function endOf(recording: Recording): Promise<RecordingEnd> {
    const end = await recording.end;
    if (end === null) throw new Error(recording.errorOutput());
    return end;
  }

  async function recordWith(env: Record<string, string>, prefix: readonly string[] = []): Promise<RecordingEnd> {
    return endOf(startRecording(planFor(wiredProfile({ sessions: 50 }), bundleDir), { env, prefix }));
  }

  describe('cannot be had', () => {
    it('without wpa_supplicant: names its package and leaves no bundle', async () => {
      const supplicant = findProgram('wpa_supplicant');
      const { error } = await recordWith({}, inFreshNamespaces(`mount --bind /dev/null ${String(supplicant)}`));
      expect(error).to.include({ code: 'ERR_PROGRAM_MISSING' });
      expect(error?.remedy).to.include('apt-get install wpasupplicant');
      expect(existsSync(bundleDir)).to.equal(false);
    });

    it('where unshare is refused: says what it said', async () => {
      const said = 'unshare: unshare failed: Operation not permitted';
      const { error } = await recordWith({ PATH: pathWith('unshare', `echo '${said}' >&2; exit 1`) });
      expect(error).to.include({ code: 'ERR_NAMESPACES_OFF' });
      expect(error?.message).to.include(said);
      expect(existsSync(bundleDir)).to.equal(false);
    });

    it('where mounting is refused, as under AppArmor', async () => {
      const { error } = await recordWith({
        PATH: pathWith('mount', 'echo "mount: /run: permission denied." >&2; exit 32'),
      });
      expect(error).to.include({ code: 'ERR_NAMESPACES_OFF' });
    });

    it('where the kernel has user namespaces switched off: names the exact setting', async () => {
      const off = inFreshNamespaces('echo 0 >/proc/sys/user/max_user_namespaces');
      const ordinaryUser = ['setpriv', '--securebits=+noroot', '--inh-caps=-all', '--bounding-set=-all'];
      const { error } = await recordWith({}, [...off, ...ordinaryUser]);
      expect(error).to.include({ code: 'ERR_NAMESPACES_OFF' });
      expect(error?.remedy).to.include('sysctl -w user.max_user_namespaces=');
    });
  });

  it('fails with ERR_NATIVE_MODULE where koffi cannot be loaded', async () => {
    const hook =
      'export async function resolve(name, context, next) {' +
      'if (name === "koffi") throw new Error("built for another machine"); return next(name, context); }';
    const hookUrl = `data:text/javascript,${encodeURIComponent(hook)}`;
    const register = `import { register } from 'node:module'; register(${JSON.stringify(hookUrl)});`;
    const { error } = await recordWith({
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(register)}`,
    });
    expect(error).to.include({ code: 'ERR_NATIVE_MODULE' });
    expect((await verdictsOf(bundleDir, wiredProfile())).exitCode).to.equal(3);
  });

  describe('with a device that fails the bench', () => {
    it('ends with the last words of a supplicant that does not start', async () => {
      const { error } = await recordWith({ PATH: pathWith('wpa_supplicant', 'echo "no such driver" >&2; exit 255') });
      expect(error).to.include({ code: 'ERR_DAEMON' });
      expect(error?.message).to.include('no such driver');
    });

    it('ends within its limit with a supplicant that does not get ready', async () => {
      const script = 'test "$1" = -v && exec echo v0\nexec sleep 60';
      const { error } = await recordWith({ PATH: pathWith('wpa_supplicant', script) });
      expect(error).to.include({ code: 'ERR_TIMEOUT' });
      expect(error?.message).to.match(/wpa_supplicant/);
    });

    it('notices a supplicant that dies while it is waited for', async () => {
      const supplicant = findProgram('wpa_supplicant');
      // It answers its control socket and is stopped before it can speak EAPOL; then it is killed.
      const script = [
        `test "$1" = -v && exec ${String(supplicant)} -v`,
        `${String(supplicant)} "$@" & child=$!`,
        'until ls /run/rally/dut-*/client >/dev/null 2>&1; do sleep 0.01; done',
        'ip link set dut0 down; sleep 0.5; kill -KILL $child; wait $child',
      ].join('\n');
      const { error } = await recordWith({ PATH: pathWith('wpa_supplicant', script) });
      expect(error, error?.message).to.include({ code: 'ERR_DAEMON' });
      const verdicts = await verdictsOf(bundleDir, wiredProfile());
      expect(verdicts.totals.fail).to.equal(0);
      expect(verdicts.exitCode).to.equal(3);
    });
  });

  it('ends with ERR_DISK on a full disk, and what was written can be judged', async () => {
    mkdirSync(bundleDir);
    const kept = join(folder, 'kept');
    const small = inFreshNamespaces(`mount -t tmpfs -o size=48k small ${bundleDir}`, `cp -r ${bundleDir} ${kept}`);
    const { error } = await recordWith({}, small);
    expect(error).to.include({ code: 'ERR_DISK' });
    const verdicts = await verdictsOf(kept, wiredProfile());
    expect(verdicts.totals.fail).to.equal(0);
    expect(verdicts.exitCode).to.be.oneOf([2, 3]);
  });

  describe('that is aborted', () => {
    async function abortInSession(run: string, atFirst: () => void): Promise<{ end: RecordingEnd; tookMs: number }> {
      const plan = planFor(wiredProfile({ sessions: 1000 }), bundleDir);
      let abortedMs = 0;
      const recording = startRecording(plan, {
        env: markedEnvironment(run),
        onProgress: (step) => {
          if (abortedMs > 0 || step !== 'M1 received') return;
          abortedMs = performance.now();
          atFirst();
          recording.process.kill('SIGTERM');
        },
      });
      const end = await endOf(recording);
      return { end, tookMs: performance.now() - abortedMs };
    }

    it('closes the bundle and is gone within two seconds', async () => {
      const run = 'abort';
      const { end, tookMs } = await abortInSession(run, () => undefined);
      expect(end.ended).to.equal('aborted');
      expect(end.error).to.include({ code: 'ERR_ABORTED' });
      expect(tookMs).to.be.below(2000);
      expect(processesOf(run)).to.deep.equal([]);
      const verdicts = await verdictsOf(bundleDir, wiredProfile());
      expect(verdicts.totals.fail).to.equal(0);
      expect(verdicts.exitCode).to.be.oneOf([2, 3]);
    });

    it('is killed when it does not react', async () => {
      const run = 'frozen';
      const { end, tookMs } = await abortInSession(run, () => {
        for (const { pid, args } of processesOf(run))
          if (args.some((arg) => arg.endsWith('inner.ts'))) process.kill(pid, 'SIGSTOP');
      });
      expect(end.ended).to.equal('aborted');
      expect(tookMs).to.be.within(2000, 4500);
      expect(processesOf(run)).to.deep.equal([]);
    });
  });

  describe('with a plan that cannot be carried out', () => {
    const cases: readonly [string, Profile, Partial<RecordPlan>, string][] = [
      ['without a device to start', wiredProfile({ port: 'eth7' }), {}, 'ERR_PROFILE_INVALID'],
      ['without a port, at place here', wiredProfile(), { place: 'here' }, 'ERR_PROFILE_INVALID'],
      ['without the PIN', withoutSecrets(wiredProfile()), {}, 'ERR_PROFILE_INVALID'],
      [
        'with label and display',
        wiredProfile({ configMethods: ['label', 'virtual_display'] }),
        {},
        'ERR_PROFILE_INVALID',
      ],
      ['with an output folder that cannot be made', wiredProfile(), { bundleDir: '/dev/null/bundle' }, 'ERR_DISK'],
    ];
    for (const [what, profile, change, code] of cases) {
      it(`${what}: ${code}`, async () => {
        const result = await record({
          ...planFor(profile, bundleDir),
          ...change,
          signal: new AbortController().signal,
          onProgress: () => undefined,
        });
        expect(result.ended).to.equal('failed');
        expect(result.error).to.include({ code });
        expect(existsSync(bundleDir)).to.equal(false);
      });
    }

    it('over a recording that is there already: ERR_OUTPUT_EXISTS', async () => {
      const once = (): ReturnType<typeof record> =>
        record({
          ...planFor(wiredProfile(), bundleDir),
          signal: new AbortController().signal,
          onProgress: () => undefined,
        });
      expect((await once()).ended).to.equal('complete');
      const { exitCode } = await verdictsOf(bundleDir, wiredProfile());
      expect((await once()).error).to.include({ code: 'ERR_OUTPUT_EXISTS' });
      expect((await verdictsOf(bundleDir, wiredProfile())).exitCode).to.equal(exitCode);
    });
  });
});
