import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { historyIn } from '#reports/allure-history.js';
import { programOnPath } from '#reports/testing/browser.js';
import { parseXml } from '#reports/testing/xml.js';
import { call, MAIN, PROJECT, type Ended } from './testing/call.js';

const CI = path.join(PROJECT, 'docs', 'ci');
const textOf = (name: string): string => readFileSync(path.join(CI, name), 'utf8');

const LOOPBACK = '--bench loopback --device dpws-printer --seed 5';
const FAULTY = `${LOOPBACK} --fault no-done`;
const NO_DEVICE = '--bench loopback --device no-such-device';

interface GithubFile {
  readonly on: { readonly schedule: readonly { readonly cron: string }[] };
  readonly concurrency: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly jobs: Readonly<Record<string, GithubJob>>;
}

interface GithubJob {
  readonly 'runs-on': readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly run?: string;
    readonly shell?: string;
    readonly uses?: string;
    readonly if?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

interface GitlabJob {
  readonly tags: readonly string[];
  readonly resource_group: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly allow_failure: { readonly exit_codes: readonly number[] };
  readonly artifacts: {
    readonly when: string;
    readonly paths: readonly string[];
    readonly reports: { readonly junit: string };
  };
}

const FIVE_FIELDS = /^(?:[0-9*H,/-]+ ){4}[0-9*H,/-]+$/;

describe('files for continuous integration', function () {
  this.timeout(180_000);
  let base = '';
  let workspace = '';
  const below = (...names: string[]): string => path.join(workspace, ...names);
  const history = (): string[] => (existsSync(below('history')) ? readdirSync(below('history')).sort() : []);

  before('put the tool on a PATH, without Java', () => {
    base = mkdtempSync(path.join(tmpdir(), 'rally-ci-'));
    mkdirSync(path.join(base, 'node'));
    symlinkSync(process.execPath, path.join(base, 'node', 'node'));
    mkdirSync(path.join(base, 'bin'));
    // Nobody else may be in here at the same time: it would find the folder.
    const script = `#!/bin/sh
mkdir "$RALLY_TEST_BUSY" || echo overlap >> "$RALLY_TEST_BUSY.log"
PATH='${path.join(base, 'node')}'"\${RALLY_TEST_JAVA:+:$RALLY_TEST_JAVA}" '${process.execPath}' '${MAIN}' "$@"
code=$?
rmdir "$RALLY_TEST_BUSY"
exit $code
`;
    writeFileSync(path.join(base, 'bin', 'rally-conformance'), script);
    chmodSync(path.join(base, 'bin', 'rally-conformance'), 0o755);
  });

  after(() => {
    rmSync(base, { recursive: true, force: true });
  });

  beforeEach('check out a project with the script in ci/', () => {
    workspace = mkdtempSync(path.join(base, 'workspace-'));
    mkdirSync(below('ci'));
    cpSync(path.join(CI, 'lab-run.sh'), below('ci', 'lab-run.sh'));
  });

  /** Run one step of a service as it would: by `command`, in the workspace. What the step says stands in the file. */
  function step(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      cwd: workspace,
      env: {
        PATH: `${path.join(base, 'bin')}:${process.env['PATH'] ?? ''}`,
        HOME: workspace,
        JAVA_HOME: '',
        RALLY_HISTORY: below('history'),
        RALLY_LOCK_DIR: workspace,
        RALLY_TEST_BUSY: below('busy'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => {
        resolve({ exitCode: exitCode ?? -1, output, errors });
      });
    });
  }

  const lab = (env: Readonly<Record<string, string>>, out = 'out'): Promise<Ended> =>
    step(['sh', 'ci/lab-run.sh', out], { RALLY_ARGS: LOOPBACK, ...env });

  describe('lab-run.sh', () => {
    it('keeps the latest runs, sealed and without secrets, and tells the next night what changed', async () => {
      mkdirSync(below('history', 'of-somebody'), { recursive: true });
      const first = await lab({});
      expect(first.exitCode, first.output + first.errors).to.equal(0);
      expect(existsSync(below('out', 'changes.txt'))).to.equal(false);
      const second = await lab({ RALLY_ARGS: FAULTY });
      expect(second.exitCode, second.output + second.errors).to.equal(1);
      expect(second.output)
        .to.match(/^Changed faults: empty -> no-done$/m)
        .and.match(/pass -> fail: RVP-WSC-13 /);
      expect(readFileSync(below('out', 'changes.html'), 'utf8')).to.include('RVP-WSC-13');
      expect(readFileSync(below('out', 'summary.md'), 'utf8'))
        .to.match(/^## Vertical Pairing: fails scope loopback/)
        .and.match(/\n### Since [0-9TZ-]+\n\n {4}Before /);
      expect(JSON.parse(readFileSync(below('out', 'badge.json'), 'utf8'))).to.include({ color: 'red' });
      const third = await lab({ RALLY_KEEP: '2' });
      expect(third.exitCode, third.output + third.errors).to.equal(0);
      expect(third.output).to.match(/fail -> pass: RVP-WSC-13 /);
      const kept = history().filter((name) => name !== 'of-somebody');
      expect(kept)
        .to.have.length(2)
        .and.to.have.length(history().length - 1);
      for (const name of kept) {
        expect(existsSync(below('history', name, 'bundle', 'secrets.json')), name).to.equal(false);
        const verified = await call('verify', below('history', name));
        expect(verified.exitCode, verified.output).to.equal(0);
      }
    });

    it('shows the trend over the nights in the report, where there is Java', async () => {
      const java = path.dirname(await programOnPath('java'));
      const pointsOf = (file: string): number[] => {
        const trend = historyIn(readFileSync(file, 'utf8')).get('history-trend.json') ?? '[]';
        return (JSON.parse(trend) as { readonly buildOrder: number }[]).map(({ buildOrder }) => buildOrder);
      };
      for (const [args, code, points] of [
        [LOOPBACK, 0, [1]],
        [NO_DEVICE, 4, null],
        [FAULTY, 1, [2, 1]],
      ] as const) {
        const night = await lab({ RALLY_ARGS: args, RALLY_TEST_JAVA: java });
        expect(night.exitCode, night.output + night.errors).to.equal(code);
        if (points !== null) expect(pointsOf(below('out', 'run', 'report.html'))).to.deep.equal(points);
      }
      // Written again, the newest night still is one point.
      const again = await call('report', below('out', 'run'), '--history', below('history', 'trend'));
      expect(again.exitCode, again.errors).to.equal(0);
      expect(pointsOf(below('out', 'run', 'report.html'))).to.deep.equal([2, 1]);
      const inside = await call('report', below('out', 'run'), '--history', below('out', 'run', 'trend'));
      expect(inside.exitCode).to.equal(4);
    });

    it('lets runs on one bench wait for one another, and says 3 when the bench does not get free', async () => {
      const both = await Promise.all([lab({}, 'one'), lab({}, 'two')]);
      expect(
        both.map(({ exitCode }) => exitCode),
        both.map(({ errors }) => errors).join('\n'),
      ).to.deep.equal([0, 0]);
      expect(existsSync(below('busy.log'))).to.equal(false);
      expect(history()).to.have.length(2);
      // Somebody holds the bench as long as its standard input is open.
      const lock = below('rally-conformance-bench.lock');
      const holder = spawn('flock', [lock, 'sh', '-c', 'echo held; read -r _'], { stdio: ['pipe', 'pipe', 'inherit'] });
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      const refused = await lab({ RALLY_WAIT_S: '0' });
      expect(refused.exitCode).to.equal(3);
      expect(refused.errors).to.match(/bench bench was not free within 0 s/);
      // Another bench is free: its run gets as far as a device there is not.
      const other = await lab({ RALLY_WAIT_S: '0', RALLY_BENCH: 'other', RALLY_ARGS: NO_DEVICE });
      expect(other.exitCode, other.errors).to.equal(4);
      const ended = new Promise((resolve) => holder.once('close', resolve));
      holder.stdin.end('\n');
      await ended;
    });

    it('passes 3 and 4 on, leaves nothing of the night before to be shown, and keeps nothing', async () => {
      await lab({});
      const kept = history();
      const usage = await lab({ RALLY_ARGS: NO_DEVICE });
      expect(usage.exitCode).to.equal(4);
      for (const name of ['run', 'summary.md', 'badge.json', 'changes.txt'])
        expect(existsSync(below('out', name)), name).to.equal(false);
      expect(history()).to.deep.equal(kept);
      expect((await lab({ RALLY_ARGS: '' })).exitCode).to.equal(4);
      expect((await step(['sh', 'ci/lab-run.sh'], { RALLY_ARGS: LOOPBACK })).exitCode).to.equal(4);
    });

    it('takes keys and PIN out of a run that failed or could not be sealed, too', async () => {
      // In the place of the tool: leaves what a run leaves, and ends as it is told.
      mkdirSync(below('bin'));
      const script = `#!/bin/sh
case $1 in
  run) mkdir -p out/run/bundle && touch out/run/bundle/run.json out/run/bundle/secrets.json; exit "$RALLY_TEST_RUN" ;;
  redact) rm "$2/bundle/secrets.json" ;;
  seal) exit 4 ;;
esac
`;
      writeFileSync(below('bin', 'rally-conformance'), script, { mode: 0o755 });
      const PATH = `${below('bin')}:${process.env['PATH'] ?? ''}`;
      for (const [code, expected] of [
        ['0', 3],
        ['3', 3],
        ['4', 4],
        ['130', 130],
      ] as const) {
        const { exitCode, errors } = await lab({ PATH, RALLY_TEST_RUN: code });
        expect({ exitCode, errors }, code).to.deep.equal({ exitCode: expected, errors: '' });
        expect(readdirSync(below('out', 'run', 'bundle')), code).to.deep.equal(['run.json']);
      }
      await lab({ PATH, RALLY_TEST_RUN: '3', RALLY_KEEP_SECRETS: '1' });
      expect(existsSync(below('out', 'run', 'bundle', 'secrets.json'))).to.equal(true);
    });
  });

  it('github-actions.yml: the bench is alone, results are kept always, and the steps run', async () => {
    const file = parse(textOf('github-actions.yml')) as GithubFile;
    expect(file.on.schedule.map(({ cron }) => cron)).to.satisfy((all: string[]) =>
      all.every((cron) => FIVE_FIELDS.test(cron)),
    );
    const [job] = Object.values(file.jobs);
    expect(file.concurrency).to.deep.equal({ group: job?.env['RALLY_BENCH'], 'cancel-in-progress': false });
    expect(job?.['runs-on']).to.deep.equal(['self-hosted', job?.env['RALLY_BENCH']]);
    const upload = job?.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@') === true);
    expect(upload).to.deep.include({ if: 'always()' });
    const runs = job?.steps.filter(({ run }) => run !== undefined) ?? [];
    expect(runs.map(({ shell, if: when }) => [shell, when])).to.deep.equal([
      ['sh', undefined],
      ['sh', 'always()'],
    ]);
    const env = { ...job?.env, GITHUB_STEP_SUMMARY: below('step-summary.md') };
    const night = async (args: string): Promise<Ended[]> => {
      const ended: Ended[] = [];
      // As the service calls it for `shell: sh`.
      for (const { run = '' } of runs) ended.push(await step(['sh', '-e', '-c', run], { ...env, RALLY_ARGS: args }));
      return ended;
    };
    const faulty = await night(FAULTY);
    expect(faulty.map(({ exitCode }) => exitCode)).to.deep.equal([1, 0]);
    expect(existsSync(below(String(upload?.with?.['path']), 'run', 'record.json'))).to.equal(true);
    expect(faulty[0]?.output).to.match(/^::error title=Vertical Pairing::a rule failed/m);
    expect(readFileSync(below('step-summary.md'), 'utf8')).to.match(/^## Vertical Pairing: fails scope loopback/);
    const broken = await night(NO_DEVICE);
    expect(broken.map(({ exitCode }) => exitCode)).to.deep.equal([4, 0]);
    expect(broken[0]?.output).to.match(/^::error title=Lab::/m);
  });

  it('gitlab-ci.yml: the bench is alone, JUnit and run are artifacts, 2 is a warning, and the script runs', async () => {
    const [job] = Object.values(parse(textOf('gitlab-ci.yml')) as Readonly<Record<string, GitlabJob>>);
    if (job === undefined) throw new Error('no job');
    expect(job.resource_group).to.equal(job.variables['RALLY_BENCH']);
    expect(job.tags).to.deep.equal([job.variables['RALLY_BENCH']]);
    expect(job.allow_failure.exit_codes).to.deep.equal([2]);
    expect(job.artifacts.when).to.equal('always');
    const night = (args: string): Promise<Ended> =>
      step(['bash', '-eo', 'pipefail', '-c', job.script.join('\n')], { ...job.variables, RALLY_ARGS: args });
    expect((await night(FAULTY)).exitCode).to.equal(1);
    for (const artifact of job.artifacts.paths) expect(existsSync(below(artifact)), artifact).to.equal(true);
    expect(parseXml(readFileSync(below(job.artifacts.reports.junit), 'utf8')).name).to.equal('testsuites');
  });

  it('Jenkinsfile: one build at a time, every exit code has its result, and the step runs', async () => {
    const text = textOf('Jenkinsfile');
    const steps = [...text.matchAll(/sh\(script: '([^']+)', returnStatus: true\)/g)].map(([, script = '']) => script);
    expect(steps).to.have.length(1);
    expect(text).to.match(/^ {4}disableConcurrentBuilds\(\)$/m);
    expect(text).to.match(/code == 1\) \{ unstable.*\n.*code == 2\) \{ unstable.*\n.*code != 0\) \{ error/);
    const env: Record<string, string> = {};
    for (const [, name = '', value = ''] of text.matchAll(/^ {4}(RALLY_[A-Z]+) = '([^']*)'$/gm)) env[name] = value;
    expect(Object.keys(env)).to.deep.equal(['RALLY_BENCH', 'RALLY_ARGS']);
    const { exitCode } = await step(['sh', '-xe', '-c', steps[0] ?? ''], { ...env, RALLY_ARGS: LOOPBACK });
    expect(exitCode).to.equal(0);
    const [, junit = ''] = /testResults: '([^']+)'/.exec(text) ?? [];
    expect(existsSync(below(junit))).to.equal(true);
    for (const [open, close] of ['{}', '()'])
      expect(text.split(open ?? '').length, open).to.equal(text.split(close ?? '').length);
  });

  /** A command of the file with the paths of an installed machine moved into the workspace. */
  const moved = (command: string): string =>
    command
      .replaceAll('/usr/local/lib/rally-conformance', below('ci'))
      .replaceAll('/var/lib/rally-conformance', below('state'));

  it('systemd: the service runs what it says, once, and the timer starts it every night', async () => {
    const service = textOf('rally-conformance.service');
    const valuesOf = (text: string, key: string): string[] =>
      [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);
    expect(valuesOf(service, 'Type')).to.deep.equal(['oneshot']);
    const [start = ''] = valuesOf(service, 'ExecStart');
    const env: Record<string, string> = {};
    for (const assigned of valuesOf(service, 'Environment')) {
      const [, name = '', value = ''] = /^"?([A-Z_]+)=(.*?)"?$/.exec(assigned) ?? [];
      env[name] = moved(value);
    }
    expect(Object.keys(env)).to.deep.equal(['RALLY_BENCH', 'RALLY_HISTORY', 'RALLY_ARGS']);
    const { exitCode, errors } = await step(moved(start).split(' '), { ...env, RALLY_ARGS: LOOPBACK });
    expect(exitCode, errors).to.equal(0);
    expect(readdirSync(below('state'))).to.deep.equal(['history', 'latest']);
    const timer = textOf('rally-conformance.timer');
    expect(valuesOf(timer, 'OnCalendar')[0]).to.match(/^\*-\*-\* \d\d:\d\d:00$/);
    expect(valuesOf(timer, 'Persistent')).to.deep.equal(['true']);
    expect(valuesOf(timer, 'WantedBy')).to.deep.equal(['timers.target']);
  });

  it('cron: the line has five fields and a user, and its command runs', async () => {
    const lines = textOf('crontab')
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    const job = lines.filter((line) => !/^[A-Z_]+=/.test(line));
    expect(job).to.have.length(1);
    const [, fields = '', user, command = ''] = /^((?:\S+ ){4}\S+) (\S+) (.*)$/.exec(job[0] ?? '') ?? [];
    expect(fields).to.match(FIVE_FIELDS);
    expect(user).to.equal('root');
    // Cron takes an unescaped percent sign for the end of the command.
    expect(command).to.not.include('%');
    const { exitCode } = await step(['/bin/sh', '-c', moved(command)], { RALLY_ARGS: LOOPBACK });
    expect(exitCode).to.equal(0);
    expect(readFileSync(below('state', 'latest.log'), 'utf8')).to.match(/^passes scope loopback/m);
  });
});
