import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { keepHistory, offerHistory, readHistory } from './allure-history.js';
import { generateHtml } from './allure-html.js';
import { writeAllure } from './allure.js';
import { launchBrowser } from './testing/browser.js';
import { exampleVerdicts, exampleView } from './testing/view.js';
import type { RunView } from './view.js';

interface Point {
  readonly buildOrder: number;
  readonly data: Readonly<Record<string, number>>;
}

describe('trend over two runs, in Chromium from disk', function () {
  this.timeout(120_000);
  let dir = '';
  let browser: Browser;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'rally-trend-'));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await rm(dir, { recursive: true });
  });

  async function night(view: RunView, run: string, file: string): Promise<void> {
    const [results, folder] = [path.join(dir, 'allure-results'), path.join(dir, 'history')];
    const before = readHistory(folder, run);
    writeAllure(view, results, { order: before.order });
    offerHistory(results, before);
    keepHistory(folder, run, before, await generateHtml([results], path.join(dir, file)));
  }

  it('has two points, and what a rule came to the night before', async () => {
    const repaired = exampleVerdicts().results.map((result) =>
      result.id === 'RVP-VPI-02' ? { ...result, verdict: 'pass' as const, findings: [] } : result,
    );
    await night(exampleView(), 'one', 'one.html');
    await night(exampleView({ verdicts: exampleVerdicts({ results: repaired, exitCode: 2 }) }), 'two', 'two.html');
    const page = await browser.newPage({ viewport: { width: 1600, height: 1400 } });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(path.join(dir, 'two.html')).href);
    const trend = await page.evaluate<Point[]>(
      `JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(window.reportData['widgets/history-trend.json']), (c) => c.charCodeAt(0))))`,
    );
    expect(trend.map(({ buildOrder, data }) => [buildOrder, data['failed'], data['passed']])).to.deep.equal([
      [2, 0, 4],
      [1, 1, 3],
    ]);
    const chart = page.locator('.widget', { hasText: 'Trend' }).first();
    await chart.getByText('#1').waitFor();
    expect(await chart.getByText('#2').isVisible()).to.equal(true);

    await page.goto(`${pathToFileURL(path.join(dir, 'two.html')).href}#suites`);
    for (const name of ['<script>', 'vertical-pairing', 'vertical-pairing-identifier', 'RVP-VPI-02 '])
      await page.locator('.node__title', { hasText: name }).first().click();
    await page.getByText('History', { exact: true }).click();
    await page.getByText('Success rate 50% (1 of 2)').waitFor();
    expect(await page.locator('.test-result__content').innerText()).to.match(/\(1 of 2\)\s+failed/);
    expect(requests.filter((request) => !/^(?:file|data|blob|about):/.test(request))).to.deep.equal([]);
  });
});
