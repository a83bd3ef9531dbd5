import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readBundle } from '#evidence/bundle-read.js';
import { BUNDLE_FILES } from '#evidence/run-json.js';
import type { Verdicts } from '#judge/record.js';
import { call, MAIN, PROJECT } from './testing/call.js';

const RUN_LIMIT_MS = 60_000;
/** What stands on the terminal when an answer is waited for. */
const PROMPT = '> ';

describe('a person at the terminal', function () {
  this.timeout(RUN_LIMIT_MS);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-operator-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** The reference profile, as that of a device with a label and somebody beside it. */
  function profile(name: string, answerMs = 30_000): string {
    const text = readFileSync(join(PROJECT, 'fixtures/profiles/reference-none.yaml'), 'utf8')
      .replace('methods: [pin, pbc]\n', 'methods: [pin, pbc]\n  display: false\n  label: true\n')
      .replace('virtual_display', 'label')
      .replace('sessions: 2\n', `sessions: 2\n  limits: { answerMs: ${answerMs} }\n  operator:\n    attended: true\n`);
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, text);
    return file;
  }

  function commandFor(name: string, file: string, scope = 'full'): string[] {
    return ['run', '--profile', file, '--scope', scope, '--out', join(folder, name)];
  }

  /** Run on a pseudo-terminal; each text is typed when the next prompt stands there. */
  function atTerminal(args: readonly string[], typed: readonly string[]): Promise<{ exitCode: number; shown: string }> {
    const command = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      cwd: PROJECT,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: RUN_LIMIT_MS,
    });
    const left = [...typed];
    let shown = '';
    let unread = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      unread += text;
      const at = unread.indexOf(PROMPT);
      if (at < 0) return;
      unread = unread.slice(at + PROMPT.length);
      const next = left.shift();
      if (next !== undefined) child.stdin.write(next);
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => {
        resolve({ exitCode: exitCode ?? -1, shown });
      });
    });
  }

  async function answersIn(name: string): Promise<string[]> {
    const { evidence } = await readBundle(join(folder, name));
    return (evidence.operator ?? []).map(({ question, answer, by = 'nobody' }) => `${question} ${answer} ${by}`);
  }

  function verdictIn(name: string): string | undefined {
    const { results } = JSON.parse(readFileSync(join(folder, name, 'verdicts.json'), 'utf8')) as Verdicts;
    return results.find(({ id }) => id === 'RVP-PIN-02')?.verdict;
  }

  it('is asked, also by a bench in the sandbox; nonsense is asked again, and the answers are judged', async () => {
    const { shown } = await atTerminal(commandFor('answered', profile('answered')), ['what?\n', 'y\n', 'yes\n']);
    expect(shown).to.match(/RVP-PIN-02, label-has-pin, at most 30 s:[^]*not one of: y yes, n no/);
    expect(await answersIn('answered')).to.deep.equal(['label-has-pin yes person', 'label-pin-is-marked yes person']);
    expect(verdictIn('answered')).to.equal('pass');
  });

  it('may walk away: what nobody answered is named, and the run goes on', async () => {
    const { shown, exitCode } = await atTerminal(commandFor('away', profile('away', 300)), []);
    expect(shown).to.include('no answer within 0.3 s');
    expect(shown.replace(/\s+/g, ' ')).to.include('NOT RUN RVP-PIN-02: label-has-pin: no answer within 0.3 s');
    expect(exitCode).to.equal(2);
    const { evidence } = await readBundle(join(folder, 'away'));
    expect(evidence.exchanges.map(({ closing }) => closing)).to.deep.equal(['done', 'done']);
  });

  it('ends the run by Ctrl-C at a question: exit 130, and the bundle is closed', async () => {
    const { shown, exitCode } = await atTerminal(commandFor('stopped', profile('stopped')), ['\x03']);
    expect(exitCode, shown).to.equal(130);
    expect(shown).to.include('SIGINT: ending the run');
    const run: unknown = JSON.parse(readFileSync(join(folder, 'stopped', 'bundle', BUNDLE_FILES.run), 'utf8'));
    expect(run).to.have.property('digests');
    const { evidence } = await readBundle(join(folder, 'stopped'));
    expect(evidence.benchFailure?.code).to.equal('ERR_ABORTED');
    expect(await answersIn('stopped')).to.deep.equal([]);
  });

  it('is not there where there is no terminal: scope full names the rule, the bench has its own scope', async () => {
    const file = profile('nobody');
    const full = await call(...commandFor('nobody', file));
    expect(full.exitCode).to.equal(2);
    expect(full.output).to.match(/NOT RUN +RVP-PIN-02: label-has-pin: not asked: there is no terminal to ask at/);
    const wired = await call(...commandFor('wired', file, 'wired'));
    expect(wired.exitCode, wired.output).to.equal(0);
    expect(await answersIn('wired')).to.deep.equal([]);
  });
});
