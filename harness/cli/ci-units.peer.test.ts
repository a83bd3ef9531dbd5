import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { PROJECT, type Ended } from './testing/call.js';

const CI = path.join(PROJECT, 'docs', 'ci');
const textOf = (name: string): string => readFileSync(path.join(CI, name), 'utf8');

describe('files for continuous integration, without a run', function () {
  this.timeout(60_000);
  let workspace = '';
  const below = (...names: readonly string[]): string => path.join(workspace, ...names);

  beforeEach(() => {
    workspace = mkdtempSync(path.join(tmpdir(), 'rally-ci-'));
    mkdirSync(below('ci'));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  function step(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      cwd: workspace,
      env: { ...process.env, ...env },
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

  it('systemd itself reads service and timer without a remark, and remarks on a key there is not', async () => {
    const units = ['rally-conformance.service', 'rally-conformance.timer'] as const;
    for (const unit of units) cpSync(path.join(CI, unit), below(unit));
    const verify = (): Promise<Ended> => step(['systemd-analyze', 'verify', ...units.map((unit) => below(unit))], {});
    expect(await verify()).to.deep.equal({ exitCode: 0, output: '', errors: '' });
    const [, calendar = ''] = /^OnCalendar=(.*)$/m.exec(textOf('rally-conformance.timer')) ?? [];
    expect((await step(['systemd-analyze', 'calendar', calendar], {})).output).to.match(/Next elapse/);
    writeFileSync(below('rally-conformance.service'), textOf('rally-conformance.service').replace('Type=', 'Sort='));
    expect((await verify()).errors).to.match(/Sort/);
  });

  it('labgrid-run.sh: the place is locked while the run goes on, and given back however it ends', async () => {
    cpSync(path.join(CI, 'labgrid-run.sh'), below('ci', 'labgrid-run.sh'));
    mkdirSync(below('bin'));
    const stand = `#!/bin/sh
echo "$*" >> asked.txt
case "$*" in
  reserve*) [ -z "$RALLY_TEST_NO_PLACE" ] && echo 'export LG_TOKEN=T0KEN' && [ -z "$RALLY_TEST_LATE" ] ;;
  '-p + lock') [ "$LG_TOKEN" = T0KEN ] && [ -z "$RALLY_TEST_LOCKED" ] ;;
esac
`;
    writeFileSync(below('bin', 'labgrid-client'), stand, { mode: 0o755 });
    writeFileSync(below('ci', 'lab-run.sh'), 'echo "lab-run.sh $1" >> asked.txt; exit "$RALLY_TEST_RUN"\n');
    const PATH = `${below('bin')}:${process.env['PATH'] ?? ''}`;
    const reserve = 'reserve --wait --shell bench=rally floor=2';
    const back = 'cancel-reservation T0KEN';
    const held = [reserve, '-p + lock', 'lab-run.sh out', '-p + unlock', back];
    for (const [env, code, asked] of [
      [{ RALLY_TEST_RUN: '0' }, 0, held],
      [{ RALLY_TEST_RUN: '1' }, 1, held],
      [{ RALLY_TEST_LOCKED: '1' }, 3, [reserve, '-p + lock', back]],
      [{ RALLY_TEST_LATE: '1' }, 3, [reserve, back]],
      [{ RALLY_TEST_NO_PLACE: '1' }, 3, [reserve]],
      [{ RALLY_PLACE_TAGS: '' }, 4, []],
    ] as const) {
      rmSync(below('asked.txt'), { force: true });
      const none = {
        RALLY_TEST_NO_PLACE: '',
        RALLY_TEST_LATE: '',
        RALLY_TEST_LOCKED: '',
        RALLY_PLACE_TAGS: 'bench=rally floor=2',
      };
      const { exitCode } = await step(['sh', 'ci/labgrid-run.sh', 'out'], { PATH, ...none, ...env });
      expect(exitCode, JSON.stringify(env)).to.equal(code);
      const lines = existsSync(below('asked.txt')) ? readFileSync(below('asked.txt'), 'utf8').trim().split('\n') : [];
      expect(lines, JSON.stringify(env)).to.deep.equal(asked);
    }
  });

  /** Keys that the services know, as far as these files use them: one that is misspelt would be passed over or refused. */
  const KNOWN = {
    'github-actions.yml': {
      '': ['name', 'on', 'concurrency', 'permissions', 'jobs'],
      on: ['schedule', 'workflow_dispatch'],
      concurrency: ['group', 'cancel-in-progress'],
      permissions: ['contents'],
      'jobs.*': ['runs-on', 'timeout-minutes', 'env', 'steps'],
      'jobs.*.steps.*': ['uses', 'name', 'shell', 'run', 'if', 'with'],
    },
    'gitlab-ci.yml': {
      '*': ['tags', 'resource_group', 'timeout', 'rules', 'variables', 'script', 'allow_failure', 'artifacts'],
      '*.allow_failure': ['exit_codes'],
      '*.artifacts': ['when', 'expire_in', 'paths', 'reports'],
      '*.artifacts.reports': ['junit'],
      '*.rules.*': ['if'],
    },
  } as const;

  for (const [name, known] of Object.entries(KNOWN)) {
    it(`${name} uses no key that its service does not know`, () => {
      for (const [where, keys] of Object.entries(known)) {
        let found: unknown[] = [parse(textOf(name))];
        for (const key of where === '' ? [] : where.split('.'))
          found = found.flatMap((each) =>
            key === '*'
              ? (Object.values(each as object) as unknown[])
              : [(each as Readonly<Record<string, unknown>>)[key]],
          );
        const used = new Set(found.flatMap((each) => Object.keys(each as object)));
        expect(used.size, where).to.be.greaterThan(0);
        expect(
          [...used].filter((key) => !(keys as readonly string[]).includes(key)),
          where,
        ).to.deep.equal([]);
      }
    });
  }
});
