import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { NO_KEYS } from '#evidence/keys.js';
import { canonicalJson } from '#judge/canonical.js';
import { parseXml } from '#reports/testing/xml.js';
import type { JudgingInputs } from './judge-evidence.js';
import { resultsOf } from './judge-result.js';
import { call, callWith, PROJECT } from './testing/call.js';

const CAPTURE = join(PROJECT, 'fixtures', 'bundles', '0.1.0-reference-none', 'capture.pcapng');
/** Without threads, and with them: see workersFor. */
const ARCHIVES = [300, 500];
/** Some 2 s on an idle laptop; a broken budget, not slowness, is what this is to find. */
const DEADLINE_MS = 45_000;

const INPUTS: JudgingInputs = { select: [], profile: null, keys: NO_KEYS };

describe('judge of an archive of captures', function () {
  this.timeout(2 * DEADLINE_MS);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-archive-'));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Copies of the capture; the one in the middle is no capture. */
  const archive = (size: number): { paths: string[]; bad: string } => {
    const paths = Array.from({ length: size }, (_, index) => join(folder, `${size}-${index}.pcapng`));
    for (const path of paths) copyFileSync(CAPTURE, path);
    const bad = paths[size >> 1] ?? '';
    writeFileSync(bad, 'no capture');
    return { paths, bad };
  };

  for (const size of ARCHIVES) {
    it(`${size} captures, one of them no capture: one command, one line each, within the deadline`, async () => {
      const { paths, bad } = archive(size);
      const junit = join(folder, `${size}.xml`);
      const begin = performance.now();
      const { exitCode, output, errors } = await call('judge', ...paths, '--junit', junit);
      expect(performance.now() - begin).to.be.below(DEADLINE_MS);
      expect(exitCode, errors).to.equal(4);
      const [, ...lines] = output.trimEnd().split('\n');
      paths.forEach((path, index) => {
        expect(lines[index]).to.match(path === bad ? /^ {3}4 {2}- .*ERR_CAPTURE_FORMAT/ : /^ {3}2 {2}02:/);
        expect(lines[index]).to.include(`${path} `);
      });
      expect(lines.slice(size)).to.deep.equal([
        '',
        `${size - 1} devices in ${size} pieces of evidence: ${size - 1} incomplete, 1 could not be judged`,
      ]);
      const suites = parseXml(readFileSync(junit, 'utf8')).children;
      expect(suites.map(({ attributes }) => attributes['id'])).to.deep.equal(suites.map((_, id) => String(id)));
    });
  }

  it('in threads gives the very JSON that one thread gives', async () => {
    const { paths } = archive(500);
    const items: unknown[] = [];
    for (const path of paths) {
      for await (const { json } of resultsOf(path, INPUTS, { json: true, junit: false, several: true }))
        items.push(JSON.parse(json ?? ''));
    }
    const { output, errors } = await call('judge', ...paths, '--json');
    expect(errors).to.equal('');
    expect(output === canonicalJson(items)).to.equal(true);
  });

  it('that is interrupted stops, exits 130 and leaves no JUnit file', async () => {
    const { paths } = archive(500);
    const junit = join(folder, 'interrupted.xml');
    const isUnderWay = (): boolean => readdirSync(folder).some((name) => name.startsWith('interrupted.xml.'));
    const { exitCode, errors } = await callWith(
      { interruptWhen: isUnderWay },
      ...['judge', ...paths, ...paths, ...paths, '--junit', junit],
    );
    expect(exitCode, errors).to.equal(130);
    expect(errors).to.match(/ERR_ABORTED/);
    expect(readdirSync(folder).filter((name) => name.startsWith('interrupted'))).to.deep.equal([]);
  });
});
