import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { call, callWith, PROJECT, type Ended } from './testing/call.js';

describe('seal, redact and verify', function () {
  this.timeout(120_000);
  let base = '';
  const below = (...names: string[]): string => path.join(base, ...names);
  const copy = (name: string): string => {
    cpSync(below('run'), below(name), { recursive: true });
    return below(name);
  };

  before('record one run and seal it with a key of openssl', async () => {
    base = mkdtempSync(path.join(tmpdir(), 'rally-seal-'));
    const run = await callWith(
      { env: { PATH: path.dirname(process.execPath), JAVA_HOME: '' } },
      ...['run', '--bench', 'loopback', '--device', 'dpws-printer', '--out', below('run')],
    );
    expect(run.exitCode, run.errors).to.equal(0);
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', below('key.pem')]);
    execFileSync('openssl', ['pkey', '-in', below('key.pem'), '-pubout', '-out', below('public.pem')]);
    const sealed = await call('seal', below('run'), '--key', below('key.pem'));
    expect(sealed.exitCode, sealed.errors).to.equal(0);
    expect(sealed.output).to.match(
      /^Sealed: .*manifest\.json, \d+ files\nLeft out: bundle\/secrets\.json.*\nSigned: .*manifest\.sig/,
    );
  });

  after('leave nothing', () => {
    rmSync(base, { recursive: true, force: true });
  });

  const verify = (folder: string, ...args: string[]): Promise<Ended> => call('verify', folder, ...args);

  it('go together, and openssl confirms the signature by itself', async () => {
    const { exitCode, output } = await verify(below('run'), '--key', below('public.pem'));
    expect(exitCode, output).to.equal(0);
    expect(output).to.match(/^verified: sealed and signed, and the verdicts follow from the evidence$/m);
    const files = ['-in', below('run', 'manifest.json'), '-sigfile', below('run', 'manifest.sig')];
    const said = execFileSync('openssl', [
      'pkeyutl',
      '-verify',
      '-rawin',
      '-pubin',
      '-inkey',
      below('public.pem'),
      ...files,
    ]);
    expect(said.toString()).to.match(/Verified Successfully/);
  });

  it('go together when the secrets were taken out between them', async () => {
    const folder = copy('redacted');
    expect((await call('redact', folder)).exitCode).to.equal(0);
    const { exitCode, output } = await verify(folder, '--key', below('public.pem'));
    expect(exitCode, output).to.equal(0);
    expect(output).to.match(/cannot be judged again without the session keys: /);
  });

  it('find a report that was written again, and a new seal takes it: 1, then 0', async () => {
    const folder = copy('rewritten');
    writeFileSync(path.join(folder, 'statement.html'), 'conformant');
    const refused = await verify(folder);
    expect(refused.exitCode).to.equal(1);
    expect(refused.output).to.match(/1 of \d+ files not as they were sealed\n +changed: statement\.html/);
    expect((await call('seal', folder)).exitCode).to.equal(0);
    expect((await verify(folder)).exitCode).to.equal(0);
    expect((await verify(folder, '--key', below('public.pem'))).exitCode).to.equal(1);
  });

  it('a run folder that is used again is no longer sealed: 4', async () => {
    const folder = copy('again');
    const judged = await callWith(
      { env: { PATH: path.dirname(process.execPath), JAVA_HOME: '' } },
      ...['judge', folder, '--out', folder],
    );
    expect(judged.exitCode, judged.errors).to.equal(0);
    const { exitCode, errors } = await verify(folder);
    expect(exitCode).to.equal(4);
    expect(errors).to.match(/is not sealed.*ERR_SEAL_FORMAT/);
  });

  it('take a file of 1 GB in no more memory than one of 1 MB', () => {
    const peakOf = (sizeBytes: number): number => {
      const folder = below(`file-of-${sizeBytes}`);
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'capture.pcapng'), '');
      truncateSync(path.join(folder, 'capture.pcapng'), sizeBytes);
      const script = `
        import { findParts } from '#cli/sealed-parts.js';
        const found = await findParts(process.argv[1], []);
        process.stdout.write(JSON.stringify({ found: [...found], kilobytes: process.resourceUsage().maxRSS }));
      `;
      const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script, folder], {
        cwd: PROJECT,
      });
      const { found, kilobytes } = JSON.parse(output.toString()) as {
        found: readonly (readonly [string, { sizeBytes: number }])[];
        kilobytes: number;
      };
      expect(found.map(([name, part]) => [name, part.sizeBytes])).to.deep.equal([['capture.pcapng', sizeBytes]]);
      return kilobytes / 1024;
    };
    expect(peakOf(1024 ** 3) - peakOf(1024 ** 2)).to.be.below(32);
  });

  for (const [what, args, code] of [
    ['a bundle alone', ['seal', 'fixtures/bundles/0.1.0-reference-none'], 'ERR_BUNDLE_FORMAT'],
    ['a folder that is not there', ['seal', 'no-such-run'], 'ERR_BUNDLE_FORMAT'],
    ['a run that is not sealed', ['verify', 'fixtures/bundles/0.1.0-reference-none'], 'ERR_SEAL_FORMAT'],
    ['a key that is none', ['seal', '<run>', '--key', 'package.json'], 'ERR_SIGNING_KEY'],
    ['a key that is not there', ['verify', '<run>', '--key', 'no-such.pem'], 'ERR_FILE_UNREADABLE'],
  ] as const) {
    it(`refuse ${what}: 4`, async () => {
      const { exitCode, errors } = await call(...args.map((arg) => (arg === '<run>' ? below('run') : arg)));
      expect(exitCode).to.equal(4);
      expect(errors).to.include(code);
    });
  }

  it('take a link to a run folder, as `runs/latest` may be one', async () => {
    symlinkSync(below('run'), below('latest'));
    expect((await verify(below('latest'))).exitCode).to.equal(0);
  });
});
