import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Verdicts } from '#judge/record.js';
import { requireFaults } from '#reference/faults.js';
import { requireModel } from '#reference/models.js';
import { call, callWith, MAIN, PROJECT, type Ended } from './testing/call.js';

const FENCE = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';

describe('run --bench loopback', function () {
  this.timeout(60_000);
  let base = '';
  const below = (...names: string[]): string => path.join(base, ...names);
  const verdictsIn = (folder: string): Verdicts =>
    JSON.parse(readFileSync(path.join(folder, 'verdicts.json'), 'utf8')) as Verdicts;
  const loopback = (...args: string[]): Promise<Ended> => call('run', '--bench', 'loopback', ...args);

  before(() => {
    base = mkdtempSync(path.join(tmpdir(), 'rally-loopback-'));
  });

  after(() => {
    rmSync(base, { recursive: true, force: true });
  });

  /** A machine with nothing but Node: no other program, no child process, no native module, one folder to write to. */
  function onBareMachine(...args: string[]): { exitCode: number | null; output: string; errors: string } {
    const programs = below('programs');
    if (!existsSync(programs)) {
      mkdirSync(programs);
      mkdirSync(below('own'));
      symlinkSync(process.execPath, path.join(programs, 'node'));
    }
    const flags = [FENCE, '--allow-fs-read=*', `--allow-fs-write=${below('own')}/`];
    const { status, stdout, stderr } = spawnSync('node', [...flags, MAIN, ...args], {
      cwd: PROJECT,
      encoding: 'utf8',
      env: { PATH: programs },
    });
    return { exitCode: status, output: stdout, errors: stderr };
  }

  it('ends on a machine with nothing but Node, under its permission model, and names what is missing for Allure', () => {
    const out = below('own', 'run');
    const { exitCode, output, errors } = onBareMachine(
      ...['run', '--bench', 'loopback', '--device', 'dpws-printer', '--out', out],
    );
    expect(exitCode, errors).to.equal(0);
    expect(output).to.match(
      /^passes scope loopback: \d+ of \d+ applicable MUST rules; not a statement of conformance$/m,
    );
    expect(errors).to.match(/ERR_JAVA_MISSING[^]*Install a Java runtime.*rally-conformance report/);
    expect(verdictsIn(out).totals.fail).to.equal(0);
    expect(readFileSync(path.join(out, 'junit.xml'), 'utf8')).to.match(/<testsuites[^]*RVP-VX-01/);
    expect(readFileSync(path.join(out, 'statement.html'), 'utf8')).to.include('passes scope loopback');
    expect(JSON.parse(readFileSync(path.join(out, 'statement.json'), 'utf8'))).to.be.an('object');
    expect(existsSync(path.join(out, 'allure-results'))).to.equal(true);
    expect(existsSync(path.join(out, 'report.html'))).to.equal(false);
  });

  it('stays inside its fence there', () => {
    const { exitCode, errors } = onBareMachine(
      ...['run', '--bench', 'loopback', '--device', 'sensor', '--out', below('elsewhere')],
    );
    expect(exitCode).to.equal(3);
    expect(errors).to.match(/ERR_DISK/);
    expect(existsSync(below('elsewhere'))).to.equal(false);
  });

  for (const [device, faults] of [
    ['dpws-printer', ['mixed-endian-guid']],
    ['upnp-renderer', ['byte-swapped-vpi']],
    ['all-in-one', ['shared-uuid-for-one-transport', 'no-done', 'padded-strings']],
    ['sensor', ['any-pin-accepted']],
  ] as const) {
    it(`${device} with ${faults.join(', ')} fails exactly the stated rules`, async () => {
      const out = below(`${device}-faulty`);
      const { exitCode, errors } = await loopback('--device', device, '--fault', faults.join(','), '--out', out);
      expect(exitCode, errors).to.equal(1);
      const stated = requireFaults(faults, requireModel(device));
      const { results } = verdictsIn(out);
      const failed = results.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
      const warned = results.filter(({ warning }) => warning).map(({ id }) => id);
      expect(failed.sort()).to.deep.equal(stated.flatMap(({ fails }) => fails).sort());
      expect(warned.sort()).to.deep.equal(stated.flatMap(({ warns }) => warns).sort());
    });
  }

  it('tells nonces that can be foretold, in a run of enough sessions', async () => {
    const args = ['--device', 'sensor', '--fault', 'lcg-nonces'];
    const verdictOf = (folder: string): unknown => {
      const result = verdictsIn(folder).results.find(({ id }) => id === 'RVP-SEC-04');
      return { verdict: result?.verdict, warning: result?.warning };
    };
    expect((await loopback(...args, '--sessions', '5', '--out', below('five'))).exitCode).to.equal(0);
    expect(verdictOf(below('five'))).to.deep.equal({ verdict: 'pass', warning: true });
    expect((await loopback(...args, '--out', below('two'))).exitCode).to.equal(0);
    expect(verdictOf(below('two'))).to.deep.equal({ verdict: 'not-run', warning: false });
  });

  it('records which device it was, so that the same run can be had again', async () => {
    await loopback('--device', 'sensor', '--seed', '77', '--out', below('first'));
    const run = JSON.parse(readFileSync(below('first', 'bundle', 'run.json'), 'utf8')) as {
      environment: Record<string, string>;
    };
    const seed = run.environment['seed'] ?? '';
    expect(seed).to.match(/^\d+:77$/);
    await loopback('--device', 'sensor', '--seed', seed, '--out', below('second'));
    expect(readFileSync(below('second', 'verdicts.json'), 'utf8')).to.equal(
      readFileSync(below('first', 'verdicts.json'), 'utf8'),
    );
  });

  it('is judged again from its bundle to the same bytes', async () => {
    await loopback('--device', 'upnp-renderer', '--fault', 'no-done', '--out', below('again'));
    const { exitCode, output } = await call('judge', below('again'), '--json');
    expect(exitCode).to.equal(1);
    expect(output).to.equal(readFileSync(below('again', 'verdicts.json'), 'utf8'));
  });

  it('keeps the trace of the identities in its record, and draws it again from a record that has none', async () => {
    // The page takes Java its time, and is not what this is about.
    const withoutJava = (...args: string[]): Promise<Ended> => callWith({ env: { JAVA_HOME: below('none') } }, ...args);
    const out = below('trace');
    const fault = ['--device', 'all-in-one', '--fault', 'mixed-endian-guid'];
    const run = await withoutJava('run', '--bench', 'loopback', ...fault, '--out', out);
    expect(run.output).to.match(/^ {2}uuid:\S+ +parts here: USN.* \(RVP-TUU-05\)$/m);
    expect(run.output).to.match(/^Windows would stop at step 6 at the latest/m);
    const recordIn = (folder: string): Record<string, unknown> =>
      JSON.parse(readFileSync(path.join(folder, 'record.json'), 'utf8')) as Record<string, unknown>;
    const record = recordIn(out);
    const picture = readFileSync(path.join(out, 'trace.svg'), 'utf8');
    expect(record['trace']).to.include({ traceVersion: 1, declares: 'transports' });
    expect(readFileSync(path.join(out, 'verdicts.json'), 'utf8')).not.to.contain('traceVersion');

    await withoutJava('judge', out, '--out', below('trace-again'));
    expect(recordIn(below('trace-again'))['trace']).to.deep.equal(record['trace']);

    const write = (trace: unknown): void =>
      writeFileSync(path.join(out, 'record.json'), JSON.stringify({ ...record, trace }));
    write(undefined);
    rmSync(path.join(out, 'trace.svg'));
    const again = await withoutJava('report', out);
    expect(again.errors.match(/ERR_\w+/g)).to.deep.equal(['ERR_JAVA_MISSING']);
    expect(readFileSync(path.join(out, 'trace.svg'), 'utf8')).to.equal(picture);
    write({ traceVersion: 99 });
    expect((await withoutJava('report', out)).errors).to.match(/the trace in .* has version 99.*ERR_BUNDLE_FORMAT/s);
  });

  for (const [args, text] of [
    [[], /needs a reference device.*\n.*dpws-printer, upnp-renderer/],
    [['--device', 'dpws-printr'], /no reference device dpws-printr.*\n.*Did you mean dpws-printer\?/],
    [['--device', 'sensor', '--fault', 'no-vpii'], /no fault no-vpii.*\n.*Did you mean no-vpi\?/],
    [['--device', 'sensor', '--fault', 'mixed-endian-guid'], /does not apply to sensor: it has no Transport UUID/],
    [['--device', 'sensor', '--fault', 'no-vpi', '--fault', 'none-besides'], /both change/],
    [['--device', 'sensor', '--seed', '99:1'], /of generator version 99/],
    [['--device', 'sensor', '--seed', 'x'], /is no seed/],
    [['--device', 'sensor', '--sessions', '0'], /0 is no number of sessions/],
    [['--device', 'sensor', '--place', 'here'], /--place is not for the loopback bench/],
    [['--profile', 'fixtures/profiles/reference-none.yaml'], /--profile is not for the loopback bench/],
  ] as const) {
    it(`refuses ${args.join(' ') || 'to guess the device'}: exit 4, nothing written`, async () => {
      const { exitCode, errors } = await loopback(...args, '--out', below('refused'));
      expect(exitCode).to.equal(4);
      expect(errors)
        .to.match(/ERR_USAGE/)
        .and.match(text);
      expect(existsSync(below('refused'))).to.equal(false);
    });
  }

  it('keeps its options to itself: exit 4', async () => {
    const { exitCode, errors } = await call('run', '--device', 'sensor');
    expect(exitCode).to.equal(4);
    expect(errors).to.match(/reference devices.*\n.*--bench loopback/);
  });
});
