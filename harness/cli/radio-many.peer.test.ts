import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { Verdicts } from '#judge/record.js';
import { requireFaults } from '#reference/faults.js';
import { requireModel } from '#reference/models.js';
import { launchBrowser } from '#reports/testing/browser.js';
import { call, callWith, PROJECT } from './testing/call.js';

/** The slowest of them boots a virtual machine: see the runs over simulated air. */
const RUN_LIMIT_MS = 240_000;
const FAULT = 'mixed-endian-guid';
const MODEL = 'dpws-printer';
const DEVICES = [MODEL, 'reference-none', 'radio-reference-none'];

describe('run of several devices', function () {
  this.timeout(RUN_LIMIT_MS);
  let base = '';
  const below = (...names: string[]): string => path.join(base, ...names);
  const profile = (name: string): string => path.join(PROJECT, 'fixtures', 'profiles', `${name}.yaml`);

  before(() => {
    base = mkdtempSync(path.join(tmpdir(), 'rally-many-'));
  });

  after(() => {
    rmSync(base, { recursive: true });
  });

  /** Statuses that the page shows beside its tree of suites, and the suites at its top. */
  async function shownIn(html: string): Promise<{ cases: number; devices: string[] }> {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1600, height: 1400 } });
      await page.goto(`${pathToFileURL(html).href}#suites`);
      const labels = page.locator('.status-toggle__item [data-status]');
      await labels.first().waitFor();
      const counts = await Promise.all((await labels.all()).map((label) => label.innerText()));
      const devices = await page.locator('.node__name').allInnerTexts();
      return { cases: counts.reduce((sum, text) => sum + Number(text), 0), devices };
    } finally {
      await browser.close();
    }
  }

  it('loopback, wired and over the air, one of them faulty: one report, and every result is in it', async () => {
    const out = below('three');
    const { exitCode, output, errors } = await callWith(
      { limitMs: RUN_LIMIT_MS },
      ...['run', '--device', MODEL, '--fault', FAULT, '-p', profile('reference-none')],
      ...['-p', profile('radio-reference-none'), '--out', out],
    );
    console.log(output.replace(/^/gm, '      '));
    expect(exitCode, errors).to.equal(1);
    expect(output).to.match(/^2 of 3 devices passed$/m);
    expect(output).to.match(/^[\d.]+ s in all, the slowest device [\d.]+ s$/m);
    const verdicts = DEVICES.map(
      (name) => JSON.parse(readFileSync(path.join(out, name, 'verdicts.json'), 'utf8')) as Verdicts,
    );
    const failed = verdicts.map(({ results }) =>
      results.flatMap(({ id, verdict }) => (verdict === 'fail' ? [id] : [])),
    );
    const [fault] = requireFaults([FAULT], requireModel(MODEL));
    expect(failed).to.deep.equal([fault?.fails, [], []]);
    const results = DEVICES.map((name) => {
      const files = readdirSync(path.join(out, name, 'allure-results'));
      return files.filter((file) => file.endsWith('-result.json')).length;
    });
    for (const [index, { planned }] of verdicts.entries()) expect(results[index]).to.be.at.least(planned.length);
    const shown = await shownIn(path.join(out, 'report.html'));
    expect(shown.cases).to.equal(results.reduce((sum, count) => sum + count, 0));
    expect(shown.devices).to.have.length(3);
    for (const [index, name] of [...DEVICES].sort().entries())
      expect([...shown.devices].sort()[index], shown.devices.join()).to.include(name);
    const junit = readFileSync(path.join(out, 'junit.xml'), 'utf8');
    const cases = verdicts.reduce((sum, { planned }) => sum + planned.length, 0);
    expect(junit.match(/<testcase /g)).to.have.length(cases);
  });

  it('takes a bench out of service that failed with a device, and says so of the next', async () => {
    const out = below('broken');
    const text = readFileSync(profile('reference-none'), 'utf8');
    const onPort = (name: string): string => {
      const file = below(`${name}.yaml`);
      const other = text
        .replace(/^( *)dut:\n(?:\1 .*\n)*/m, '$1interface: nowhere0\n')
        .replace(/name: .*/, `name: ${name}`);
      writeFileSync(file, other);
      return file;
    };
    const { exitCode, output } = await call(
      ...['run', '-p', onPort('first'), '-p', onPort('second'), '--device', 'sensor', '--out', out],
    );
    expect(exitCode).to.equal(3);
    expect(output).to.match(/^ERROR first\n[^]*nowhere0/m);
    expect(output).to.match(/^ERROR second\n[^]*the bench wired, nowhere0 is out of service: first: /m);
    expect(output).to.match(/^PASS sensor$/m);
    expect(existsSync(path.join(out, 'second'))).to.equal(false);
    expect(readFileSync(path.join(out, 'junit.xml'), 'utf8')).to.match(/package="second"[^]*out of service/);
  });

  it('ends all of them when it is interrupted, and leaves whole folders', async () => {
    const out = below('aborted');
    const { exitCode, output } = await callWith(
      { interruptWhen: () => existsSync(path.join(out, 'sensor', 'bundle', 'events.jsonl')), limitMs: RUN_LIMIT_MS },
      ...['run', '-p', profile('radio-reference-none'), '--device', 'sensor', '--out', out],
    );
    expect(exitCode).to.equal(130);
    expect(output).to.match(/devices passed/);
  });

  it('refuses what is about one device, and a folder that holds something else', async () => {
    const twice = ['run', '--device', 'sensor', '--device', MODEL];
    const refused = await call(...twice, '--badge', below('badge.json'));
    expect([refused.exitCode, refused.errors]).to.deep.equal([
      4,
      'error: --badge is for one device (ERR_USAGE)\n  Leave it out, or name one device.\n',
    ]);
    const history = await call(...twice, '--history', below('history'));
    expect(history.exitCode).to.equal(4);
    mkdirSync(below('foreign'));
    writeFileSync(below('foreign', 'notes.txt'), 'mine');
    const foreign = await call(...twice, '--out', below('foreign'));
    expect(foreign.exitCode).to.equal(4);
    expect(foreign.errors).to.include('notes.txt, which is not part of a run of these devices');
  });
});
