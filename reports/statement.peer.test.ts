import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import type { RuleResult } from '#judge/record.js';
import { junitXml } from './junit.js';
import { statementHtml } from './statement-html.js';
import { statementOf } from './statement.js';
import { launchBrowser } from './testing/browser.js';
import { exampleTrace } from './testing/trace.js';
import { exampleVerdicts, exampleView } from './testing/view.js';
import type { RunView } from './view.js';

/** A run in which everything is long and much is wrong: what a page must hold at worst. */
function worstView(said: string): RunView {
  const long = said.repeat(40);
  const examples = exampleVerdicts().results;
  const results = Array.from({ length: 30 }, (_unused, round) =>
    examples.map((result): RuleResult => ({
      ...result,
      id: `${result.id}-${round}` as RuleResult['id'],
      area: `${result.area}-${round}`,
      repeated: {
        first: { verdict: 'inconclusive', warning: false },
        repeats: Array.from({ length: 10 }, (_none, again) => ({
          number: round * 10 + again + 1,
          verdict: 'inconclusive',
          warning: false,
        })),
      },
      reason: result.reason === '' ? '' : `${round} ${long}`,
      findings: result.findings.map((finding) => ({
        ...finding,
        text: long,
        actual: long,
        expected: long,
        remedy: long,
      })),
    })),
  ).flat();
  const verdicts = exampleVerdicts({
    results,
    sentence: long,
    dut: { name: 'W'.repeat(500), mac: '02:00:5e:10:20:30' },
  });
  const trace = exampleTrace();
  const promises = trace.promises.map((promise) => ({ ...promise, transport: said.repeat(8) }));
  return exampleView({ verdicts, trace: { ...trace, promises } });
}

describe('statement and JUnit in Chromium', function () {
  this.timeout(60_000);
  let dir = '';
  let browser: Browser;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'rally-statement-'));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await rm(dir, { recursive: true });
  });

  for (const [what, view] of [
    ['an ordinary run', exampleView()],
    ['a run with a trace', exampleView({ trace: exampleTrace() })],
    ['a run in which all is wrong and long', worstView('The device never stops talking about its bytes. ')],
    ['one that speaks in wide letters only', worstView('WWWWWWWWWW WWWWWWWW WWWWWWWWWWWWWWWWW ')],
  ] as const) {
    it(`prints ${what} on one page of A4, and loads nothing`, async () => {
      const file = path.join(dir, 'statement.html');
      await writeFile(file, statementHtml(statementOf(view)));
      const page = await browser.newPage();
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(file).href);
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      expect(pdf.match(/\/Type\s*\/Page\b/g)).to.have.length(1);
      // A4 is 210 x 297 mm: 595 x 842 points.
      expect(pdf).to.match(/\/MediaBox\s*\[0 0 59[456](\.\d+)? 84[12](\.\d+)?\]/);
      expect(requests).to.deep.equal([pathToFileURL(file).href]);
      expect(await page.locator('footer').isVisible()).to.equal(true);
      await page.close();
    });
  }

  it('writes JUnit that a real XML parser takes', async () => {
    const page = await browser.newPage();
    const counted: unknown = await page.evaluate(
      `((text) => {
        const parsed = new DOMParser().parseFromString(text, 'application/xml');
        const count = (path) => parsed.querySelectorAll(path).length;
        return ['parsererror', 'testcase', 'failure', 'error', 'skipped'].map(count);
      })(${JSON.stringify(junitXml([exampleView()]))})`,
    );
    expect(counted).to.deep.equal([0, 8, 1, 2, 2]);
    await page.close();
  });
});
