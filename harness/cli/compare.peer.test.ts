import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { Comparison } from '#judge/comparison.js';
import { requireFaults } from '#reference/faults.js';
import { requireModel } from '#reference/models.js';
import { launchBrowser } from '#reports/testing/browser.js';
import { call, callWith, type Ended } from './testing/call.js';

const DEVICE = 'dpws-printer';
const FAULTS = ['mixed-endian-guid', 'no-done'];

describe('compare', function () {
  this.timeout(120_000);
  let base = '';
  const below = (...names: string[]): string => path.join(base, ...names);
  const record = async (name: string, ...args: string[]): Promise<void> => {
    // Without Java, which would take longest and is not asked for here.
    const env = { PATH: path.dirname(process.execPath), JAVA_HOME: '' };
    await callWith({ env }, 'run', '--bench', 'loopback', '--device', DEVICE, ...args, '--out', below(name));
    expect(existsSync(below(name, 'record.json')), name).to.equal(true);
  };
  const compare = (...args: string[]): Promise<Ended> => call('compare', ...args);
  const asJson = async (before: string, after: string): Promise<Comparison> =>
    JSON.parse((await compare(below(before), below(after), '--json')).output) as Comparison;

  before('record a conformant run, a faulty one, and one of another device', async () => {
    base = mkdtempSync(path.join(tmpdir(), 'rally-compare-'));
    await record('good', '--seed', '5');
    await record('again', '--seed', '5');
    await record('faulty', '--seed', '5', '--fault', FAULTS.join(','));
    await record('other', '--seed', '6', '--sessions', '3');
  });

  after('leave nothing', () => {
    rmSync(base, { recursive: true, force: true });
  });

  it('finds nothing between two runs of the same device: 0', async () => {
    const { exitCode, output, errors } = await compare(below('good'), below('again'));
    expect({ exitCode, errors }).to.deep.equal({ exitCode: 0, errors: '' });
    expect(output).to.match(/\n\nno regression; 0 repaired, 0 still failing\n$/);
    expect(output).to.not.match(/Changed|different/);
  });

  it('lists exactly the rules of the faults as failing now: 1', async () => {
    const stated = requireFaults(FAULTS, requireModel(DEVICE));
    const { exitCode, output } = await compare(below('good'), below('faulty'));
    expect(exitCode).to.equal(1);
    expect(output).to.match(/^Changed faults: .* -> mixed-endian-guid no-done$/m);
    const { regressions, newWarnings, repaired, cautions } = await asJson('good', 'faulty');
    const failing = regressions.filter(({ after }) => after === 'fail').map(({ id }) => id);
    expect(failing.sort()).to.deep.equal(stated.flatMap(({ fails }) => fails).sort());
    expect(newWarnings.map(({ id }) => id).sort()).to.deep.equal(stated.flatMap(({ warns }) => warns).sort());
    expect({ repaired, cautions }).to.deep.equal({ repaired: [], cautions: [] });
    // What the faults hide is told too, never as a failure of its own.
    const hidden = regressions.filter(({ after }) => after !== 'fail').map(({ after }) => after);
    expect(hidden).to.include('inconclusive').and.to.not.include('error');
  });

  it('lists the same rules as repaired the other way round: 0', async () => {
    const stated = requireFaults(FAULTS, requireModel(DEVICE));
    expect((await compare(below('faulty'), below('good'))).exitCode).to.equal(0);
    const { regressions, repaired, goneWarnings } = await asJson('faulty', 'good');
    expect(regressions).to.deep.equal([]);
    expect(repaired.map(({ id }) => id).sort()).to.deep.equal(stated.flatMap(({ fails }) => fails).sort());
    expect(goneWarnings.map(({ id }) => id).sort()).to.deep.equal(stated.flatMap(({ warns }) => warns).sort());
  });

  it('counts what still fails: 0', async () => {
    const stated = requireFaults(FAULTS, requireModel(DEVICE));
    const { exitCode, output } = await compare(below('faulty'), below('faulty'));
    expect(exitCode).to.equal(0);
    const count = stated.flatMap(({ fails }) => fails).length;
    expect(output).to.match(new RegExp(`^no regression; 0 repaired, ${count} still failing$`, 'm'));
  });

  it('takes records as well, and says first that devices and profiles differ', async () => {
    cpSync(below('good', 'record.json'), below('alone.json'));
    const { exitCode, output } = await compare(below('alone.json'), below('other', 'record.json'));
    expect(exitCode).to.equal(0);
    expect(output).to.match(/^These are runs of different devices: /);
    // The profile of a record that lies alone is not at hand: that it changed is known, not in what.
    expect(output)
      .to.match(/^Changed profile: [0-9a-f]{16} -> [0-9a-f]{16}$/m)
      .and.not.match(/ixit\.sessions/);
    expect((await compare(below('good'), below('other', 'record.json'))).output).to.match(
      /^Changed profile ixit\.sessions: 2 -> 3$/m,
    );
  });

  it('writes a page that opens from disk, loads nothing and runs nothing of the device', async () => {
    const hostile = '<script>document.title = "taken"</script>';
    const named = JSON.parse(readFileSync(below('faulty', 'record.json'), 'utf8')) as {
      verdicts: { dut: { name: string } };
    };
    named.verdicts.dut.name = hostile;
    writeFileSync(below('hostile.json'), JSON.stringify(named));
    const { exitCode, output } = await compare(below('good'), below('hostile.json'), '--html', below('page.html'));
    expect(exitCode).to.equal(1);
    expect(output).to.match(/^Page: .*page\.html$/m);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      const url = pathToFileURL(below('page.html')).href;
      await page.goto(url);
      expect(requests).to.deep.equal([url]);
      expect(await page.title()).to.equal(`Comparison of two runs: ${hostile}`);
      expect(await page.locator('script').count()).to.equal(0);
      const text = await page.locator('body').innerText();
      for (const { id } of (await asJson('good', 'faulty')).regressions) expect(text, id).to.include(id);
      expect(text).to.include('These are runs of different devices').and.to.include(hostile);
    } finally {
      await browser.close();
    }
  });

  it('refuses what is no run: 4', async () => {
    writeFileSync(below('broken.json'), '{"info":{},"verdicts":{"recordVersion":1}}');
    writeFileSync(below('newer.json'), '{"info":{},"verdicts":{"recordVersion":2}}');
    writeFileSync(below('cut.json'), readFileSync(below('good', 'record.json'), 'utf8').slice(0, 5000));
    for (const [name, code] of [
      ['broken.json', 'ERR_BUNDLE_DAMAGED'],
      ['newer.json', 'ERR_BUNDLE_FORMAT'],
      ['cut.json', 'ERR_BUNDLE_DAMAGED'],
      ['no-such-run', 'ERR_FILE_UNREADABLE'],
    ] as const) {
      const { exitCode, errors } = await compare(below('good'), below(name));
      expect({ exitCode, known: errors.includes(code) }, name).to.deep.equal({ exitCode: 4, known: true });
    }
    expect((await compare(below('good'))).exitCode).to.equal(4);
  });
});
