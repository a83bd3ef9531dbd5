import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { seededRandom } from '#base/random.js';
import type { Verdicts } from '#judge/record.js';
import { callWith, MAIN, PROJECT, type Ended } from './testing/call.js';

const KILLER = fileURLToPath(new URL('./testing/kill-at-write.js', import.meta.url));
const SEED = 20_261;
const NONE = 'fixtures/profiles/reference-none.yaml';
const PARTS = ['ordinary', 'reg-05', 'reg-06', 'reg-07'];
const SELECT = ['vpi', 'wsc', 'RVP-REG-05', 'RVP-REG-06', 'RVP-REG-07'].join();
const LOOPBACK = ['--bench', 'loopback', '--device', 'dpws-printer', '--campaign', '--select', SELECT];

describe('a campaign', function () {
  this.timeout(60_000);
  let base = '';
  const below = (...names: string[]): string => join(base, ...names);
  /** The page takes Java some seconds, and nothing here looks at it. */
  const call = (...args: string[]): Promise<Ended> =>
    callWith({}, ...args, ...(args[0] === 'run' ? ['--no-html'] : []));
  const verdictsText = (folder: string): string => readFileSync(below(folder, 'verdicts.json'), 'utf8');
  const verdictsIn = (folder: string): Verdicts => JSON.parse(verdictsText(folder)) as Verdicts;
  const eventsIn = (folder: string): string => readFileSync(below(folder, 'bundle', 'events.jsonl'), 'utf8');

  /** Run the command line until it kills itself within its n-th write. */
  function killedAt(write: number, ...args: string[]): Promise<string | null> {
    const child = spawn(process.execPath, ['--import', KILLER, MAIN, ...args], {
      cwd: PROJECT,
      env: { ...process.env, KILL_AT_WRITE: String(write) },
      stdio: 'ignore',
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (_code, signal) => {
        resolve(signal);
      });
    });
  }

  before('record one whole', async () => {
    base = mkdtempSync(join(tmpdir(), 'rally-campaign-'));
    const { exitCode, output, errors } = await call('run', ...LOOPBACK, '--out', below('whole'));
    expect(exitCode, errors).to.equal(0);
    expect(output).to.match(/^Parts {3}4 recorded$/m);
    expect(JSON.parse(readFileSync(below('whole', 'plan.json'), 'utf8'))).to.deep.include({ parts: PARTS });
  });

  after(() => {
    rmSync(base, { recursive: true, force: true });
  });

  it('that is killed again and again, each time within a write, has the verdicts of one that was not', async () => {
    const random = seededRandom(SEED);
    for (let run = 1; run <= 2; run++) {
      const folder = `killed-${run}`;
      const [first = 0, second = 0] = random(2);
      expect(await killedAt(30 + first, 'run', ...LOOPBACK, '--out', below(folder))).to.equal('SIGKILL');
      expect(await killedAt(10 + (second % 40), 'run', '--resume', below(folder))).to.equal('SIGKILL');
      const { exitCode, output, errors } = await call('run', '--resume', below(folder));
      expect(exitCode, errors).to.equal(0);
      expect(errors).to.match(/^\d of 4 parts are kept; going on with \S+$/m);
      expect(output).to.match(/^Parts {3}4 recorded/m);
      expect(verdictsText(folder), `first ${first}, second ${second}`).to.equal(verdictsText('whole'));
      expect(readdirSync(below(folder, 'cut'))).to.have.length.above(0);
      expect(existsSync(below(folder, 'bundle.more'))).to.equal(false);
    }
  });

  it('that was resumed is judged, sealed, verified and redacted as any', async () => {
    expect(await killedAt(120, 'run', ...LOOPBACK, '--out', below('sealed'))).to.equal('SIGKILL');
    expect((await call('run', '--resume', below('sealed'))).exitCode).to.equal(0);
    const judged = await call('judge', below('sealed'), '--select', SELECT, '--json');
    expect(judged.output).to.equal(verdictsText('sealed'));
    expect(await call('seal', below('sealed'))).to.include({ exitCode: 0 });
    expect(await call('verify', below('sealed'))).to.include({ exitCode: 0 });
    expect(await call('redact', below('sealed'))).to.include({ exitCode: 0 });
    const secrets = readdirSync(below('sealed'), { recursive: true }).filter((name) => name.includes('secrets'));
    expect(secrets).to.deep.equal([]);
    const { exitCode, output } = await call('verify', below('sealed'));
    expect(exitCode, output).to.equal(0);
  });

  it('goes on as the same run only', async () => {
    expect(await killedAt(120, 'run', ...LOOPBACK, '--out', below('other'))).to.equal('SIGKILL');
    const events = eventsIn('other');
    const plan = readFileSync(below('other', 'plan.json'), 'utf8');
    const { exitCode, errors } = await call('run', '--resume', below('other'), '--scope', 'full', '--seed', '2');
    expect(exitCode, errors).to.equal(4);
    expect(errors)
      .to.include('the profile, the scope, the reference device differ')
      .and.to.include('ERR_RESUME_DIFFERS');
    writeFileSync(below('other', 'plan.json'), plan.replace('"planVersion": 1', '"planVersion": 2'));
    expect((await call('run', '--resume', below('other'))).errors).to.include('ERR_NOT_RESUMABLE');
    const none = await call('run', '--resume', below());
    expect(none.exitCode).to.equal(4);
    expect(none.errors).to.include('ERR_NOT_RESUMABLE');
    const both = await call('run', '--resume', below('other'), '--out', below('third'));
    expect(both.errors).to.include('ERR_USAGE');
    expect(eventsIn('other')).to.equal(events);
  });

  it('records a part again that is not what was written, and says so', async () => {
    cpSync(below('whole'), below('hurt'), { recursive: true });
    const file = below('hurt', 'bundle', 'capture.pcapng');
    const bytes = readFileSync(file);
    const [, end = ''] = /"part":"reg-05".*?"captureBytes":(\d+)/.exec(eventsIn('hurt')) ?? [];
    bytes[Number(end) - 9] = (bytes[Number(end) - 9] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const { exitCode, errors } = await call('run', '--resume', below('hurt'));
    expect(exitCode, errors).to.equal(0);
    for (const part of ['reg-05', 'reg-06', 'reg-07'])
      expect(errors).to.include(`warning: part ${part} is not what was written; it is recorded again\n`);
    expect(errors).to.include('1 of 4 parts are kept; going on with reg-05');
    expect(verdictsText('hurt')).to.equal(verdictsText('whole'));
  });

  it('with a real device goes on after Ctrl-C: whole parts are kept, and it ends as any', async () => {
    const wired = ['--profile', NONE, '--campaign', '--select', 'vpi,wsc,RVP-REG-05,RVP-REG-06,RVP-REG-07'];
    const file = below('ctrl-c', 'bundle', 'events.jsonl');
    const stopped = await callWith(
      {
        interruptWhen: () => existsSync(file) && readFileSync(file, 'utf8').includes('"part":"reg-05"'),
      },
      ...['run', ...wired, '--no-html', '--out', below('ctrl-c')],
    );
    expect(stopped.exitCode, stopped.errors).to.equal(130);
    expect(verdictsIn('ctrl-c').totals.fail).to.equal(0);
    const { exitCode, output, errors } = await call('run', '--resume', below('ctrl-c'), '--profile', NONE);
    expect(exitCode, output + errors).to.equal(0);
    expect(errors).to.match(/^[23] of 4 parts are kept/m);
    expect(output).to.match(/^Parts {3}4 recorded, taken up again once$/m);
    expect(verdictsIn('ctrl-c').totals).to.include({ fail: 0, error: 0, inconclusive: 0, 'not-run': 0 });
  });

  it('whose clock went back is not gone on with on a real bench', async () => {
    const wired = ['run', '--profile', NONE, '--campaign', '--select', 'vpi,RVP-REG-05,RVP-REG-06'];
    expect((await call(...wired, '--out', below('clock'))).exitCode).to.equal(0);
    // What a run holds that was killed behind its first part, on a machine whose clock stood far ahead.
    const lines = eventsIn('clock').split('\n');
    const end = lines.findIndex((line) => line.includes('"kind":"part-end"'));
    const ahead = (lines[end] ?? '').replace(/"wallMs":\d+/, '"wallMs":4000000000000');
    writeFileSync(below('clock', 'bundle', 'events.jsonl'), [...lines.slice(0, end), ahead, ''].join('\n'));
    const { exitCode, errors } = await call('run', '--resume', below('clock'), '--profile', NONE);
    expect(exitCode, errors).to.equal(3);
    expect(errors).to.include('ERR_CLOCK_BACK');
    expect((await call('run', '--resume', below('clock'))).errors).to.include('run needs a profile');
  });

  it('has nothing to repeat where nothing failed, and is repeated only when it is whole', async () => {
    const none = await call('run', '--rerun', 'failed', below('whole'));
    expect(none.exitCode, none.errors).to.equal(4);
    expect(none.errors).to.include('ERR_NOTHING_TO_REPEAT');
    expect(existsSync(below('whole', 'verdicts.json'))).to.equal(true);
    expect(await killedAt(120, 'run', ...LOOPBACK, '--out', below('half'))).to.equal('SIGKILL');
    const half = await call('run', '--rerun', 'failed', below('half'));
    expect(half.exitCode).to.equal(4);
    expect(half.errors).to.match(/not whole[^]*--resume/);
    expect((await call('run', '--rerun', 'failed')).errors).to.include('ERR_USAGE');
  });

  it('keeps a failure that a repeat does not show, and shows both', async () => {
    const faulty = await call('run', ...LOOPBACK, '--fault', 'vpi-of-4-bytes', '--out', below('repeated'));
    expect(faulty.exitCode).to.equal(1);
    const again = await call('run', '--rerun', 'failed', below('repeated'));
    expect(again.exitCode, again.errors).to.equal(1);
    expect(again.output).to.match(/^REPEATED +RVP-VPI-02: first verdict fail, repeat 1 fail$/m);
    // A repaired device in the place of the faulty one: what a person might wish for.
    const plan = JSON.parse(readFileSync(below('repeated', 'plan.json'), 'utf8')) as {
      reference: { faults: string[] };
    };
    plan.reference.faults = [];
    writeFileSync(below('repeated', 'plan.json'), JSON.stringify(plan));
    const better = await call('run', '--rerun', 'failed', below('repeated'));
    expect(better.exitCode, better.errors).to.equal(1);
    expect(better.output).to.match(/^REPEATED +RVP-VPI-02: first verdict fail, repeat 1 fail, repeat 2 pass$/m);
    expect(better.output).to.match(/^FAIL RVP-VPI-02/m);
    const result = verdictsIn('repeated').results.find(({ id }) => id === 'RVP-VPI-02');
    expect(result).to.deep.include({ verdict: 'fail' });
    expect(result?.findings.at(-1)?.text).to.match(/^seen to pass in repeat 2/);
    expect(readFileSync(below('repeated', 'junit.xml'), 'utf8')).to.include('REPEATED RVP-VPI-02');
    const judged = await call('judge', below('repeated'), '--select', SELECT, '--json');
    expect(judged.output).to.equal(verdictsText('repeated'));
    expect((await call('seal', below('repeated'))).exitCode).to.equal(0);
    expect((await call('verify', below('repeated'))).exitCode).to.equal(0);
  });

  it('does not look at a device on a bench that a good one fails on', async () => {
    const bad = await call('run', ...LOOPBACK, '--golden', 'upnp-renderer:vpi-of-4-bytes', '--out', below('bad'));
    expect(bad.exitCode, bad.errors).to.equal(3);
    expect(bad.errors).to.match(
      /^error: The golden device .* does not pass on this bench \(RVP-VPI-02 fail: .*ERR_GOLDEN_FAILED/m,
    );
    expect(readdirSync(below('bad')).sort()).to.deep.equal(['golden', 'plan.json']);
    const good = await call('run', '--resume', below('bad'), '--golden', 'upnp-renderer');
    expect(good.exitCode, good.errors).to.equal(0);
    expect(verdictsText('bad')).to.equal(verdictsText('whole'));
    expect((await call('redact', below('bad'))).exitCode).to.equal(0);
    expect(existsSync(below('bad', 'golden', 'secrets.json'))).to.equal(false);
  });

  it('runs unattended on the wired bench; what asks a person is named in scope full and left out of unattended', async () => {
    const select = ['--select', 'vpi,wsc,pin,RVP-REG-05,RVP-REG-06'];
    const wired = ['run', '--profile', NONE, '--golden', NONE, '--campaign', ...select];
    const unattended = await call(...wired, '--scope', 'unattended', '--out', below('unattended'));
    expect(unattended.exitCode, unattended.output + unattended.errors).to.equal(0);
    const full = await call(...wired, '--scope', 'full', '--out', below('full'));
    expect(full.exitCode, full.output + full.errors).to.equal(2);
    const [all, alone] = [verdictsIn('full'), verdictsIn('unattended')];
    const asked = all.planned.filter((id) => !alone.planned.includes(id));
    expect(asked).to.include.members(['RVP-PIN-01', 'RVP-PIN-02']);
    for (const id of asked) {
      expect(full.output).to.include(id);
      expect(all.results.find((result) => result.id === id)?.verdict, id).to.equal('not-run');
    }
  });
});
