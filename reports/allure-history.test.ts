import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isRallyError } from '#base/error.js';
import { historyIn, keepHistory, offerHistory, readHistory } from './allure-history.js';
import { writeAllure } from './allure.js';
import { exampleView } from './testing/view.js';

const left = (points: number): ReadonlyMap<string, string> =>
  new Map([
    ['history.json', `{"rule":{"points":${points}}}`],
    [
      'history-trend.json',
      JSON.stringify(Array.from({ length: points }, (_unused, index) => ({ buildOrder: points - index }))),
    ],
  ]);

describe('history of Allure reports', () => {
  let dir = '';
  let folder = '';
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'rally-history-'));
    folder = path.join(dir, 'not', 'yet');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  /** What a report of this run finds; then it leaves as many points as it has with its own. */
  function report(run: string): { readonly order: number; readonly points: number } {
    const before = readHistory(folder, run);
    const trend = before.files.get('history-trend.json');
    const points = trend === undefined ? 0 : (JSON.parse(trend) as unknown[]).length;
    keepHistory(folder, run, before, left(points + 1));
    return { order: before.order, points };
  }

  it('is empty at first, and grows by each run', () => {
    expect(report('one')).to.deep.equal({ order: 1, points: 0 });
    expect(report('two')).to.deep.equal({ order: 2, points: 1 });
    expect(report('three')).to.deep.equal({ order: 3, points: 2 });
  });

  it('holds the newest run once, however often its report is written again', () => {
    report('one');
    for (let time = 0; time < 3; time++) expect(report('two')).to.deep.equal({ order: 2, points: 1 });
    expect(report('three')).to.deep.equal({ order: 3, points: 2 });
    rmSync(folder, { recursive: true });
    for (let time = 0; time < 2; time++) expect(report('one')).to.deep.equal({ order: 1, points: 0 });
  });

  it('leaves what else is in its folder alone, and no temporary file', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'thesis.txt'), 'years of work');
    report('one');
    report('two');
    expect(readFileSync(path.join(folder, 'thesis.txt'), 'utf8')).to.equal('years of work');
    expect(readdirSync(folder).sort()).to.deep.equal([
      'before',
      'history-trend.json',
      'history.json',
      'latest.json',
      'thesis.txt',
    ]);
  });

  for (const [file, text] of [
    ['history.json', '[]'],
    ['history-trend.json', '{}'],
    ['history-trend.json', '[{"cut'],
    ['latest.json', 'null'],
    ['latest.json', '{"run":"one","order":0}'],
  ] as const) {
    it(`names a ${file} that holds ${text}`, () => {
      report('one');
      writeFileSync(path.join(folder, file), text);
      expect(() => readHistory(folder, 'two'))
        .to.throw(file)
        .that.satisfies((error: unknown) => isRallyError(error, 'ERR_FILE_UNREADABLE'));
    });
  }

  it('says when it cannot be kept', () => {
    writeFileSync(path.join(dir, 'file'), '');
    expect(() => keepHistory(path.join(dir, 'file', 'below'), 'one', { files: new Map(), order: 1 }, left(1)))
      .to.throw()
      .that.satisfies((error: unknown) => isRallyError(error, 'ERR_DISK'));
  });

  it('stands in the results folder while the page is made, and is wiped with it', () => {
    const results = path.join(dir, 'allure-results');
    writeAllure(exampleView(), results, { order: 7 });
    offerHistory(results, { files: left(2), order: 7 });
    expect(readFileSync(path.join(results, 'history', 'history.json'), 'utf8')).to.equal('{"rule":{"points":2}}');
    expect(JSON.parse(readFileSync(path.join(results, 'executor.json'), 'utf8'))).to.include({ buildOrder: 7 });
    writeAllure(exampleView(), results);
    expect(existsSync(path.join(results, 'history'))).to.equal(false);
    expect(JSON.parse(readFileSync(path.join(results, 'executor.json'), 'utf8'))).not.to.have.property('buildOrder');
  });

  it('is read out of a page, and nothing else of it', () => {
    const page = `<script>d('history/history.json','e30=');d('history/../../etc.json','e30=');d('widgets/history-trend.json','W10=')</script>`;
    expect([...historyIn(page)]).to.deep.equal([['history.json', '{}']]);
  });
});
