import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const project = fileURLToPath(new URL('../../', import.meta.url));
const LIMIT_MS = 120_000;

describe('the npm package, installed elsewhere', function () {
  this.timeout(LIMIT_MS);
  let folder = '';
  let elsewhere = '';
  let contents: string[] = [];

  const npm = (args: readonly string[]): string =>
    execFileSync('npm', args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  const command = (args: readonly string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(path.join(folder, 'node_modules/.bin/rally-conformance'), args, { cwd: elsewhere, encoding: 'utf8' });

  before('pack and install', () => {
    folder = mkdtempSync(path.join(tmpdir(), 'rally-package-'));
    elsewhere = path.join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    npm(['pack', '--silent', '--pack-destination', folder]);
    const tarball = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball');
    contents = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
    npm(['install', '--silent', '--ignore-scripts', '--omit=dev', '--prefer-offline', '--prefix', folder, tarball]);
  });

  after('leave nothing', () => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds the compiled command, set-up, profiles and notices', () => {
    for (const file of ['dist/harness/cli/main.js', 'harness/setup/setup.js', 'LICENSE', 'NOTICE.md', 'README.md']) {
      expect(contents).to.include(`package/${file}`);
    }
    expect(contents.some((file) => file.startsWith('package/fixtures/profiles/'))).to.equal(true);
  });

  it('holds no tests, TypeScript sources or evidence', () => {
    const unwanted = contents.filter((file) =>
      /\.test\.|\/testing\/|\.ts$|fixtures\/(?!profiles)|secrets\.json/.test(file),
    );
    expect(unwanted).to.deep.equal([]);
  });

  it('lists its rules from any folder', () => {
    const ended = command(['list']);
    expect(ended.status, ended.stderr).to.equal(0);
    expect(ended.stdout).to.include('RVP-VX-01');
  });

  it('judges a stored bundle from any folder', () => {
    const bundles = path.join(project, 'fixtures/bundles');
    cpSync(path.join(bundles, '0.1.0-reference-none'), path.join(elsewhere, 'bundle'), { recursive: true });
    const ended = command(['judge', 'bundle', '--scope', 'wired']);
    expect(ended.status, ended.stdout + ended.stderr).to.equal(0);
    expect(ended.stdout).to.include('passes scope wired');
  });
});
