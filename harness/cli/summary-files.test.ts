import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isRallyError } from '#base/error.js';
import { exampleView } from '#reports/testing/view.js';
import { clearSummaries, writeSummaries } from './summary-files.js';

describe('summary and badge', () => {
  let folder = '';
  const below = (...names: string[]): string => join(folder, ...names);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rally-summaries-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('are written where they are asked for, and nowhere else', async () => {
    const { files, errors } = await writeSummaries(exampleView(), { summary: below('a.md'), badge: below('b.json') });
    expect(errors).to.deep.equal([]);
    expect(files).to.deep.equal([
      ['Summary', below('a.md')],
      ['Badge', below('b.json')],
    ]);
    expect(readFileSync(below('a.md'), 'utf8')).to.match(/^## Vertical Pairing: /);
    expect(readFileSync(below('b.json'), 'utf8')).to.match(/"schemaVersion": 1/);
    expect((await writeSummaries(exampleView(), {})).files).to.deep.equal([]);
    expect(readdirSync(folder)).to.deep.equal(['a.md', 'b.json']);
  });

  it('are written one without the other when one cannot be', async () => {
    const { files, errors } = await writeSummaries(exampleView(), {
      summary: below('no', 'a.md'),
      badge: below('b.json'),
    });
    expect(files.map(([label]) => label)).to.deep.equal(['Badge']);
    expect(errors.map((error) => isRallyError(error, 'ERR_DISK'))).to.deep.equal([true]);
  });

  it('of an earlier run are taken away', async () => {
    writeFileSync(below('a.md'), 'passes');
    await clearSummaries({ summary: below('a.md'), badge: below('b.json') }, below('run'));
    expect(existsSync(below('a.md'))).to.equal(false);
  });

  it('do not go into the folder of the run', async () => {
    for (const file of ['run', 'run/a.md', 'run/bundle/a.md', 'x/../run/a.md']) {
      const error = await clearSummaries({ summary: below(file) }, below('run')).catch((cause: unknown) => cause);
      expect(isRallyError(error, 'ERR_USAGE'), file).to.equal(true);
    }
    await clearSummaries({ summary: below('run-a.md'), badge: below('..b.json') }, below('run'));
  });
});
