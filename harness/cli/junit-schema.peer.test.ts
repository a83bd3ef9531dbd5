import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { junitXml } from '#reports/junit.js';
import { exampleVerdicts, exampleView } from '#reports/testing/view.js';
import { call, PROJECT } from './testing/call.js';

const SCHEMA = join(PROJECT, 'fixtures', 'schemas', 'junit.xsd');
const BUNDLE = join(PROJECT, 'fixtures', 'bundles', '0.1.0-reference-none');

/** What xmllint says against a file; empty when it accepts it. */
function objections(file: string): string {
  const { status, stderr, error } = spawnSync('xmllint', ['--noout', '--nonet', '--schema', SCHEMA, file], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return status === 0 ? '' : stderr;
}

describe('JUnit XML against its schema', function () {
  this.timeout(60_000);
  let folder = '';
  const below = (name: string): string => join(folder, name);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-junit-'));
  });

  after('leave nothing', () => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function judged(...args: readonly string[]): Promise<string> {
    const file = below('judged.xml');
    rmSync(file, { force: true });
    await call('judge', ...args, '--junit', file);
    return file;
  }

  it('is accepted for a recorded run', async () => {
    const file = await judged(BUNDLE);
    expect(objections(file)).to.equal('');
    expect(readFileSync(file, 'utf8')).to.match(/<testcase /);
  });

  it('is accepted for a run with a faulty device', async () => {
    const run = ['run', '--bench', 'loopback', '--device', 'dpws-printer', '--fault', 'vpi-of-4-bytes'];
    const { exitCode, errors } = await call(...run, '--out', below('faulty'));
    expect(exitCode, errors).to.equal(1);
    const file = below('faulty/junit.xml');
    expect(objections(file)).to.equal('');
    expect(readFileSync(file, 'utf8')).to.match(/<failure /);
  });

  it('is accepted for many pieces of evidence, one of which cannot be read', async () => {
    const hostile = below('a&b<c>"d" ]]>.pcapng');
    writeFileSync(hostile, 'no capture');
    const file = await judged(BUNDLE, join(BUNDLE, 'capture.pcapng'), hostile);
    expect(objections(file)).to.equal('');
    expect(readFileSync(file, 'utf8')).to.match(/ERR_CAPTURE_FORMAT/);
  });

  it('is accepted for a device with a hostile name, every verdict, and a report of two', () => {
    const file = below('hostile.xml');
    const names = ['', ' ', '\u0000\u0007\ufffe', ']]><x a="1">&amp;&#0;', '\u202egnp.exe', '\n\t'];
    const views = names.map((name) => exampleView({ verdicts: exampleVerdicts({ dut: { name, mac: null } }) }));
    writeFileSync(file, junitXml([exampleView(), ...views]));
    expect(objections(file)).to.equal('');
  });

  const good = junitXml([exampleView()]);
  const broken: readonly (readonly [string, string])[] = [
    ['a number of tests that is none', good.replace(/ tests="\d+"/, ' tests="many"')],
    ['a suite without its time stamp', good.replace(/ timestamp="[^"]*"/, '')],
    ['a time stamp with a zone', good.replace(/ timestamp="([^"]*)"/, ' timestamp="$1Z"')],
    ['two suites of the same number', good.replace(/ id="1"/, ' id="0"')],
    ['a case without name', good.replace(/(<testcase classname="[^"]*") name="[^"]*"/, '$1')],
    ['a failure without type', good.replace(/<failure type="[^"]*"/, '<failure')],
    ['a case with two outcomes', good.replace('</failure>', '</failure><skipped/>')],
    ['properties behind the cases', good.replace(/(<properties>[^]*?<\/properties>)([^]*?)(<system-out>)/, '$2$1$3')],
    ['an element nobody knows', good.replace('<system-err></system-err>', '<system-err></system-err><log/>')],
    ['a file cut short', good.slice(0, good.length / 2)],
  ];
  for (const [what, xml] of broken) {
    it(`is refused with ${what}`, () => {
      expect(xml).to.not.equal(good);
      const file = below('broken.xml');
      writeFileSync(file, xml);
      expect(objections(file)).to.match(/broken\.xml:\d+: /);
    });
  }
});
