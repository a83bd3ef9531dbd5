import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import { redactBundle } from '#evidence/bundle-redact.js';
import { canonicalJson } from '#judge/canonical.js';
import type { RuleResult, Verdicts } from '#judge/record.js';
import { parseProfile } from '#profile/load.js';
import { writeRecord } from './record-files.js';
import { readRecord } from './record-read.js';
import { runFolder } from './run-folder.js';
import { seal } from './seal.js';
import { fakeTerminal } from './testing/fake-terminal.js';
import { judgedRun, STORED_BUNDLES } from './testing/judged-run.js';
import { verify, type VerifyOptions } from './verify.js';

const NONE = '0.1.0-reference-none';
const DPWS = '0.1.0-reference-dpws';

interface Told {
  readonly exitCode: number;
  readonly output: string;
}

describe('verify', function () {
  // Many others may be at work on the machine.
  this.timeout(30_000);
  let base = '';
  const below = (...names: string[]): string => join(base, ...names);

  const told = async (options: VerifyOptions = {}, run = below('run')): Promise<Told> => {
    const terminal = fakeTerminal({ width: 400 });
    const exitCode = await verify(run, options, terminal);
    return { exitCode, output: terminal.output };
  };
  const sealIt = async (key?: string): Promise<number> =>
    seal(below('run'), key === undefined ? {} : { key }, fakeTerminal());
  /** What somebody does who wants another result: edit the verdicts, and seal anew. */
  const forge = async (edit: (verdicts: Verdicts) => Verdicts): Promise<void> => {
    const folder = runFolder(below('run'));
    const record = await readRecord(folder.record);
    await writeRecord(folder, { ...record, verdicts: edit(record.verdicts) });
    await sealIt();
  };
  const editRule =
    (id: string, edit: Partial<RuleResult>) =>
    (verdicts: Verdicts): Verdicts => ({
      ...verdicts,
      results: verdicts.results.map((result) => (result.id === id ? { ...result, ...edit } : result)),
    });
  const keyPair = (name: string): { secret: string; open: string } => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const [secret, open] = [below(`${name}.pem`), below(`${name}.pub.pem`)];
    writeFileSync(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(open, publicKey.export({ type: 'spki', format: 'pem' }));
    return { secret, open };
  };

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'rally-verify-'));
  });

  afterEach(() => {
    rmSync(base, { recursive: true });
  });

  for (const bundle of STORED_BUNDLES) {
    it(`confirms a run of ${bundle}, and again after its secrets were taken out`, async () => {
      await judgedRun(below('run'), bundle);
      await sealIt();
      const whole = await told();
      expect(whole.output).to.match(/^Verdicts +follow from the evidence: judged again to the same bytes$/m);
      expect(whole.exitCode).to.equal(0);
      await redactBundle(below('run'));
      const redacted = await told();
      expect(redacted.exitCode, redacted.output).to.equal(0);
      const withoutKeys = /without the session keys: RVP-WSC-09, RVP-WSC-10, RVP-WSC-11, RVP-SEC-01, RVP-SEC-02$/m;
      // Who only listened never had keys.
      if (bundle.includes('observed')) expect(redacted.output).to.equal(whole.output);
      else
        expect(redacted.output)
          .to.match(withoutKeys)
          .and.match(/but for 5 rules that need keys$/m);
    });
  }

  for (const select of [['vpi'], ['RVP-TUU-*', 'RVP-WSC-09']]) {
    it(`confirms a selection: ${select.join(', ')}, strict, out of another scope`, async () => {
      await judgedRun(below('run'), DPWS, { select, strict: true, scope: 'full' });
      await sealIt();
      expect(await told()).to.deep.include({ exitCode: 0 });
    });
  }

  it('refuses verdicts that the evidence does not give, however they were sealed', async () => {
    await judgedRun(below('run'), DPWS);
    await forge(editRule('RVP-TUU-02', { verdict: 'fail', reason: 'made up' }));
    const { exitCode, output } = await told();
    expect(exitCode).to.equal(1);
    expect(output).to.match(/RVP-TUU-02 same revision, other verdict: fail -> pass$/m);
    expect(output).to.match(/^refused: the verdicts do not follow from the evidence$/m);
  });

  it('refuses a verdict that was edited after the keys were taken out, where keys do not matter', async () => {
    const { verdicts } = await judgedRun(below('run'), NONE, { select: [], scope: 'full' });
    await redactBundle(below('run'));
    const open = verdicts.results.find(({ verdict }) => verdict === 'not-run');
    expect(open).to.not.equal(undefined);
    await forge(editRule(open?.id ?? '', { verdict: 'pass', reason: '' }));
    expect((await told()).exitCode).to.equal(1);
  });

  it('does not confirm other words, another revision, or a rule this version does not have', async () => {
    await judgedRun(below('run'), DPWS);
    await forge(editRule('RVP-TUU-02', { remedy: 'Do nothing.' }));
    expect(await told()).to.satisfy(
      ({ exitCode, output }: Told) => exitCode === 2 && /same verdict in other words: RVP-TUU-02/.test(output),
    );
    await forge(editRule('RVP-TUU-02', { revision: 99 }));
    expect((await told()).output).to.match(/RVP-TUU-02 revision 99 -> 1: pass$/m);
    await forge(editRule('RVP-TUU-02', { id: 'RVP-TUU-99' }));
    const { exitCode, output } = await told();
    // The record's plan no longer fits what was judged.
    expect(exitCode).to.equal(1);
    expect(output).to.match(/new rules.*RVP-TUU-02[^]*no longer has: RVP-TUU-99/);
  });

  it('asks for the profile of a run that was judged with another, and takes it', async () => {
    const file = join('fixtures', 'profiles', 'reference-none.yaml');
    await judgedRun(below('run'), DPWS, { select: [] }, parseProfile(readFileSync(file, 'utf8'), file));
    await sealIt();
    const { exitCode, output } = await told();
    expect(exitCode).to.equal(2);
    expect(output)
      .to.match(/give it with --profile/)
      .and.match(/^unconfirmed: /m);
    expect(await told({ profile: file })).to.deep.include({ exitCode: 0 });
  });

  it('tells a signature that holds, one of another key, a broken one, and none', async () => {
    const [mine, other] = [keyPair('mine'), keyPair('other')];
    await judgedRun(below('run'), NONE);
    await sealIt(mine.secret);
    const signed = await told({ key: mine.open });
    expect(signed.output)
      .to.match(/^Signature +valid, by key [0-9a-f]{64}$/m)
      .and.match(/^verified: sealed and signed/m);
    expect(signed.exitCode).to.equal(0);
    const unchecked = await told();
    expect(unchecked.output)
      .to.match(/^Signature +not checked: give the public key/m)
      .and.match(/^verified: sealed, and/m);
    const wrong = await told({ key: other.open });
    expect(wrong.output)
      .to.match(/^Signature +by another key than was given/m)
      .and.match(/^refused: it is not signed/m);
    expect(wrong.exitCode).to.equal(1);
    const signature = readFileSync(below('run', 'manifest.sig'));
    expect(signature).to.have.length(64);
    signature[10] = (signature[10] ?? 0) ^ 1;
    writeFileSync(below('run', 'manifest.sig'), signature);
    const broken = await told({ key: mine.open });
    expect(broken.output).to.match(/^Signature +broken/m);
    expect(broken.exitCode).to.equal(1);
    rmSync(below('run', 'manifest.sig'));
    expect(await told()).to.satisfy(
      ({ exitCode, output }: Told) => exitCode === 1 && /^Signature +missing/m.test(output),
    );
    await sealIt();
    const none = await told({ key: mine.open });
    expect(none.output).to.match(/^Signature +none: the seal is not signed/m);
    expect(none.exitCode).to.equal(1);
    expect((await told()).exitCode).to.equal(0);
  });

  it('takes no key to sign with that others may read', async () => {
    const { secret } = keyPair('mine');
    await judgedRun(below('run'), NONE);
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(secret, mode);
      const error = await sealIt(secret).catch((cause: unknown) => cause);
      expect(isRallyError(error, 'ERR_SIGNING_KEY') ? error.remedy : '').to.match(/chmod 600/);
    }
    chmodSync(secret, 0o400);
    expect(await sealIt(secret)).to.equal(0);
  });

  it('names what is not as it was sealed, and does not open it', async () => {
    await judgedRun(below('run'), NONE);
    writeFileSync(below('run', 'junit.xml'), '<testsuites/>');
    await sealIt();
    writeFileSync(below('run', 'junit.xml'), '');
    writeFileSync(below('run', 'bundle', 'capture.pcapng'), 'no capture');
    writeFileSync(below('run', 'bundle', 'logs', 'a\u202e\n.log'), '');
    const { exitCode, output } = await told();
    expect(exitCode).to.equal(1);
    expect(output).to.match(/changed: bundle\/capture\.pcapng has 10 bytes, was sealed with/);
    expect(output).to.match(/changed: junit\.xml has 0 bytes/);
    expect(output).to.match(/added: bundle\/logs\/a<U\+202E>\\n\.log was not sealed/);
    expect(output)
      .to.match(/^Verdicts +not judged again/m)
      .and.match(/^refused: this is not the run/m);
  });

  it('says the same as JSON', async () => {
    await judgedRun(below('run'), NONE);
    await sealIt();
    const { output } = await told({ json: true });
    const said = JSON.parse(output) as Record<string, unknown>;
    expect(said).to.deep.include({ result: 'verified', signature: 'unsigned', differences: [] });
    expect(output).to.equal(canonicalJson(said));
  });
});
