import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Verdicts } from '#judge/record.js';
import { call, callWith, PROJECT } from './testing/call.js';

const NONE = 'fixtures/profiles/reference-none.yaml';

const RECORD = ['verdicts.json', 'record.json'];
const REPORTS = ['report.html', 'junit.xml', 'statement.html', 'statement.json'];

describe('run and judge with a real wpa_supplicant', function () {
  this.timeout(60_000);
  let base = '';
  const below = (...names: string[]): string => join(base, ...names);
  const verdictsIn = (folder: string): Verdicts =>
    JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as Verdicts;
  const failed = ({ results }: Verdicts): string[] =>
    results.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);

  before('record one run', async () => {
    base = mkdtempSync(join(tmpdir(), 'rally-cli-'));
    const { exitCode, output, errors } = await call('run', '--profile', NONE, '--out', below('none'));
    expect(exitCode, output + errors).to.equal(0);
    expect(output).to.match(/^passes scope wired: \d+ of \d+ applicable MUST rules; not a statement of conformance$/m);
    expect(errors).to.equal('');
  });

  after('leave nothing', () => {
    rmSync(base, { recursive: true, force: true });
  });

  it('leaves evidence, verdicts, record and reports in the run folder, and the secrets only there', () => {
    for (const name of ['bundle/capture.pcapng', 'bundle/run.json', ...RECORD, ...REPORTS]) {
      expect(existsSync(below('none', name)), name).to.equal(true);
    }
    expect(statSync(below('none', 'bundle', 'secrets.json')).mode & 0o777).to.equal(0o600);
    const results = readdirSync(below('none', 'allure-results')).map((name) => `allure-results/${name}`);
    expect(results).to.have.length.above(50);
    for (const name of ['bundle/run.json', 'bundle/events.jsonl', ...RECORD, ...REPORTS, ...results]) {
      expect(readFileSync(below('none', name), 'utf8'), name).to.not.include('12345670');
    }
  });

  it('waits for discovery with a conformant DPWS device: exit 2', async () => {
    const { exitCode, output } = await call(
      ...['run', '--profile', 'fixtures/profiles/reference-dpws.yaml', '--out', below('dpws')],
    );
    expect(exitCode).to.equal(2);
    expect(output).to.match(/^incomplete in scope wired: .*RVP-TUU-05/m);
    expect(failed(verdictsIn(below('dpws')))).to.deep.equal([]);
  });

  it('fails exactly RVP-TUU-02 with a Transport UUID before its VPI, and shows the bytes: exit 1', async () => {
    const profile = 'fixtures/profiles/reference-dpws-tuu-first.yaml';
    const { exitCode, output } = await call('run', '--profile', profile, '--out', below('tuu'));
    expect(exitCode).to.equal(1);
    expect(output).to.match(/RVP-TUU-02[^]*10 02\s+00 10/);
    expect(failed(verdictsIn(below('tuu')))).to.deep.equal(['RVP-TUU-02']);
  });

  it('judges a copy of the bundle to the same bytes, from the bundle and from a run folder', async () => {
    const expected = readFileSync(below('none', 'verdicts.json'), 'utf8');
    cpSync(below('none', 'bundle'), below('elsewhere', 'copy'), { recursive: true });
    mkdirSync(below('moved'));
    cpSync(below('none', 'bundle'), below('moved', 'bundle'), { recursive: true });
    for (const path of [below('elsewhere', 'copy'), below('moved')]) {
      const { exitCode, output } = await call('judge', path, '--json');
      expect(exitCode).to.equal(0);
      expect(output).to.equal(expected);
    }
  });

  it('judges into its own run folder without touching the evidence', async () => {
    cpSync(below('none'), below('again'), { recursive: true });
    const before = readFileSync(below('again', 'bundle', 'capture.pcapng'));
    const { exitCode } = await call('judge', below('again'), '--out', below('again'));
    expect(exitCode).to.equal(0);
    expect(readFileSync(below('again', 'bundle', 'capture.pcapng')).equals(before)).to.equal(true);
    expect(readFileSync(below('again', 'verdicts.json'), 'utf8')).to.equal(
      readFileSync(below('none', 'verdicts.json'), 'utf8'),
    );
  });

  it('judges its capture without keys and profile: only what needs them is inconclusive', async () => {
    const { exitCode, output } = await call('judge', below('none', 'bundle', 'capture.pcapng'), '--json');
    expect(exitCode).to.equal(2);
    const { scope, results } = JSON.parse(output) as Verdicts;
    expect(scope).to.equal('capture');
    const run = verdictsIn(below('none'));
    const differing = results.filter(
      // A rule that compares more sessions than a capture has is outside its scope.
      ({ inScope, verdict }, index) => inScope && verdict !== run.results[index]?.verdict,
    );
    expect(differing.map(({ verdict }) => verdict)).to.satisfy((all: unknown[]) =>
      all.every((verdict) => verdict === 'inconclusive'),
    );
    expect(differing.map(({ id }) => id)).to.include.members(['RVP-VPI-10', 'RVP-WSC-09', 'RVP-WSC-10', 'RVP-WSC-11']);
  });

  it('judges several pieces of evidence with one line each and the worst exit code', async () => {
    const capture = below('none', 'bundle', 'capture.pcapng');
    const { exitCode, output, errors } = await call('judge', below('none'), capture, below('nothing'));
    expect(exitCode, errors).to.equal(4);
    const [head = '', ...rows] = output.trimEnd().split('\n');
    expect(head).to.match(/^exit +device +evidence +result$/);
    expect(rows[0]).to.match(/^ +0 +[0-9a-f:]{17} .*passes scope wired/);
    expect(rows[1]).to.match(/^ +2 +[0-9a-f:]{17} .*incomplete in scope capture/);
    expect(rows[2]).to.match(/^ +4 +- .*ERR_FILE_UNREADABLE/);
    expect(rows.slice(3)).to.deep.equal([
      '',
      '2 devices in 3 pieces of evidence: 1 passed, 1 incomplete, 1 could not be judged',
    ]);
    const together = await call('judge', below('none'), capture, '--json');
    expect((JSON.parse(together.output) as unknown[]).length).to.equal(2);
    expect(together.exitCode).to.equal(2);
    const out = await call('judge', below('none'), capture, '--out', below('both'));
    expect(out.exitCode).to.equal(4);
    expect(existsSync(below('both'))).to.equal(false);
  });

  it('refuses a selection that the evidence leaves empty: exit 4', async () => {
    const { exitCode, errors } = await call('judge', below('none'), '--select', 'RVP-VX-07');
    expect(exitCode).to.equal(4);
    expect(errors).to.match(/ERR_NOTHING_SELECTED/);
    const some = await call('judge', below('none'), '--select', 'vpi', '--json');
    expect(some.exitCode).to.equal(0);
    expect((JSON.parse(some.output) as Verdicts).planned).to.satisfy((ids: string[]) =>
      ids.every((id) => id.startsWith('RVP-VPI-')),
    );
  });

  it('judges a recording that was cut anywhere with 1, 2 or 3, never 0', async () => {
    const { size } = statSync(below('none', 'bundle', 'capture.pcapng'));
    for (const share of [0, 0.3, 0.7]) {
      const cut = below(`cut-${share}`);
      cpSync(below('none', 'bundle'), cut, { recursive: true });
      truncateSync(join(cut, 'capture.pcapng'), Math.floor(size * share));
      const run = JSON.parse(readFileSync(join(cut, 'run.json'), 'utf8')) as Record<string, unknown>;
      delete run['digests'];
      writeFileSync(join(cut, 'run.json'), JSON.stringify(run));
      const events = readFileSync(join(cut, 'events.jsonl'), 'utf8').split('\n');
      writeFileSync(join(cut, 'events.jsonl'), events.slice(0, 3).join('\n'));
      const { exitCode, output } = await call('judge', cut, '--json');
      expect(exitCode, output).to.equal(3);
      expect(failed(JSON.parse(output) as Verdicts)).to.deep.equal([]);
    }
  });

  it('writes the reports again', async () => {
    rmSync(below('none', 'report.html'));
    const { exitCode } = await call('report', below('none'));
    expect(exitCode).to.equal(0);
    expect(existsSync(below('none', 'report.html'))).to.equal(true);
  });

  it('keeps and judges what was recorded when it is interrupted: exit 130', async () => {
    const profile = below('many.yaml');
    writeFileSync(profile, readFileSync(join(PROJECT, NONE), 'utf8').replace('sessions: 2', 'sessions: 500'));
    const events = below('interrupted', 'bundle', 'events.jsonl');
    const { exitCode, errors } = await callWith(
      { interruptWhen: () => existsSync(events) && readFileSync(events, 'utf8').includes('session-end') },
      ...['run', '--profile', profile, '--out', below('interrupted')],
    );
    expect(exitCode, errors).to.equal(130);
    expect(errors).to.include('ERR_ABORTED');
    const verdicts = verdictsIn(below('interrupted'));
    expect(verdicts.exitCode).to.equal(3);
    expect(failed(verdicts)).to.deep.equal([]);
    expect(verdicts.totals.pass).to.be.above(0);
  });

  it('without any program but node names what is missing: exit 3', async () => {
    mkdirSync(below('bin'));
    symlinkSync(process.execPath, below('bin', 'node'));
    const env = { PATH: below('bin') };
    const run = await callWith({ env }, 'run', '--profile', NONE, '--out', below('bare'));
    expect(run.exitCode).to.equal(3);
    expect(run.errors).to.match(/ERR_PROGRAM_MISSING/);
    expect(await callWith({ env }, 'doctor')).to.include({ exitCode: 3 });
  });

  it('without Java writes everything but the page, and judges as ever', async () => {
    mkdirSync(below('no-java'));
    symlinkSync(process.execPath, below('no-java', 'node'));
    const { exitCode, errors } = await callWith(
      { env: { PATH: below('no-java'), JAVA_HOME: '' } },
      ...['judge', below('none'), '--out', below('no-java-out')],
    );
    expect(exitCode).to.equal(0);
    expect(errors).to.match(/ERR_JAVA_MISSING/);
    for (const name of ['allure-results', 'junit.xml', 'statement.html']) {
      expect(existsSync(below('no-java-out', name)), name).to.equal(true);
    }
    expect(existsSync(below('no-java-out', 'report.html'))).to.equal(false);
  });

  it('refuses a folder that holds something else: exit 4', async () => {
    mkdirSync(below('home'));
    writeFileSync(below('home', 'thesis.tex'), '');
    const { exitCode, errors } = await call('run', '--profile', NONE, '--out', below('home'));
    expect(exitCode).to.equal(4);
    expect(errors).to.match(/ERR_OUTPUT_EXISTS/);
  });

  it('judges under the permission model, without leave to read the code of the lab', () => {
    const script = `
      import { readBundle } from '#evidence/bundle-read.js';
      import { canonicalJson } from '#judge/canonical.js';
      import { judge } from '#judge/judge.js';
      import { storedProfile } from '#profile/load.js';
      import { CATALOGUE } from '#suites/catalogue.js';
      const { evidence, profile } = await readBundle(process.argv[1]);
      const verdicts = judge(CATALOGUE, storedProfile(profile), evidence, { scope: 'wired', strict: false });
      process.stdout.write(canonicalJson(verdicts));
    `;
    const rooms = ['base', 'wire', 'profile', 'evidence', 'judge'].map((room) => `dist/harness/${room}/`);
    const readable = [
      ...['package.json', 'dist/package.json', 'dist/suites/', ...rooms].map((name) => join(PROJECT, name)),
      ...['saxes', 'xmlchars', 'yaml', 'zod'].map((name) => join(PROJECT, 'node_modules', name, '/')),
      below('none', 'bundle', '/'),
    ];
    const fence = process.allowedNodeEnvironmentFlags.has('--permission')
      ? '--permission'
      : '--experimental-permission';
    const flags = [fence, ...readable.map((path) => `--allow-fs-read=${path}`)];
    const judgeIt = (code: string) =>
      spawnSync(process.execPath, [...flags, '--input-type=module', '--eval', code, below('none', 'bundle')], {
        cwd: PROJECT,
        encoding: 'utf8',
      });
    const { stdout, stderr } = judgeIt(script);
    expect(stdout, stderr).to.equal(readFileSync(below('none', 'verdicts.json'), 'utf8'));
    // The fence stands: lab code, spawning and writing are refused.
    expect(judgeIt(`await import('#lab/session.js');`).stderr).to.match(/ERR_ACCESS_DENIED/);
    expect(judgeIt(`(await import('node:child_process')).spawnSync('true');`).stderr).to.match(/ERR_ACCESS_DENIED/);
  });
});
