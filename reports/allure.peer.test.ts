import { expect } from 'chai';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { generateHtml } from './allure-html.js';
import { REGISTRATIONS_NAME } from './allure-registrations.js';
import { reportName, writeAllure } from './allure.js';
import { junitXml } from './junit.js';
import { launchBrowser } from './testing/browser.js';
import { exampleView } from './testing/view.js';

describe('Allure HTML of a run, made by Java, in Chromium from disk', function () {
  this.timeout(120_000);
  let dir = '';
  let url = '';
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  const dialogs: string[] = [];

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'rally-report-'));
    const view = exampleView();
    const resultsDir = path.join(dir, 'allure-results');
    const htmlFile = path.join(dir, 'report.html');
    writeAllure(view, resultsDir);
    await generateHtml([resultsDir], htmlFile, { name: reportName(view) });
    url = pathToFileURL(htmlFile).href;
    browser = await launchBrowser();
  });

  after(async () => {
    await browser.close();
    await rm(dir, { recursive: true });
  });

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1600, height: 1400 } });
    page.on('request', (request) => requests.push(request.url()));
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  });

  afterEach(async () => {
    await page.close();
  });

  /** Open the case of a rule through the tree of suites, as a reader would. */
  async function openCase(id: string, area: string, clause: string): Promise<void> {
    await page.goto(`${url}#suites`);
    for (const name of ['<script>alert(1)</script><U+202E>gnp.exe<U+0007> (02:00:5e:10:20:30)', area, clause])
      await page.getByText(name, { exact: true }).first().click();
    await page.getByText(`${id} `).first().click();
    await page.locator('.test-result__content h4').first().waitFor();
  }

  async function counts(): Promise<Record<string, number>> {
    const labels = page.locator('.status-toggle__item [data-status]');
    await labels.first().waitFor();
    const found: Record<string, number> = {};
    for (const label of await labels.all())
      found[(await label.getAttribute('data-status')) ?? ''] = Number(await label.innerText());
    return found;
  }

  it('counts every status exactly', async () => {
    await page.goto(`${url}#suites`);
    expect(await counts()).to.deep.equal({ failed: 1, broken: 1, passed: 3, skipped: 2, unknown: 2 });
  });

  it('sorts everything that did not pass into our categories, and nothing into others', async () => {
    await page.goto(`${url}#categories`);
    expect(await counts()).to.deep.equal({ failed: 1, broken: 1, passed: 1, skipped: 2, unknown: 2 });
    const names = await page.locator('.node__name').allInnerTexts();
    expect(names.map((name) => name.trim()).sort()).to.deep.equal([
      'Errors of our tool or bench',
      'Failed MUST rules',
      'Inconclusive',
      'Not applicable',
      'Not run',
      'Registrations without WSC_Done',
      'Warnings (SHOULD)',
    ]);
  });

  it('shows requirement, expected, actual, annotated hex and remedy of a failed rule', async () => {
    await openCase('RVP-VPI-02', 'vertical-pairing', 'vertical-pairing-identifier');
    const message = 'FAIL RVP-VPI-02 @0x014a: The Length field of the Vertical Pairing Identifier is 4.';
    expect(await page.getByText(message).first().isVisible()).to.equal(true);
    const description = page.locator('.description__text');
    for (const text of [
      'What make the Vertical Pairing Identifier 2 bytes long asks for, in our words.',
      '2 bytes: 00 02',
      '4 bytes: 00 04, sent by <script>alert(1)</script><U+202E>gnp.exe<U+0007>',
      'Write Length 0x0002 and drop the two bytes after Profile Request.',
      'Windows drops the device without a word.',
    ]) {
      expect(await description.getByText(text).isVisible(), text).to.equal(true);
    }
    const hex = description.locator('pre');
    expect(await hex.innerText()).to.contain('> 0x0148  0x0168   10 01[00 04] ');
    const marked = hex.locator('b', { hasText: '[00 04]' });
    expect(await marked.isVisible()).to.equal(true);
    // The style of the descriptions is in the page: marked bytes stand out, columns stay columns.
    const look: unknown = await page.evaluate(`(() => {
      const style = getComputedStyle(document.querySelector('.description__text pre b'));
      return [style.backgroundColor, style.whiteSpace, /monospace/.test(style.fontFamily)];
    })()`);
    expect(look).to.deep.equal(['rgba(245, 34, 45, 0.24)', 'pre', true]);
  });

  it('shows the annotated message as an attachment', async () => {
    await openCase('RVP-VPI-02', 'vertical-pairing', 'vertical-pairing-identifier');
    await page.getByText('Annotated hex: M1 (frame 7)').click();
    const inner = page.locator('iframe').first().contentFrame();
    await inner.locator('pre').waitFor();
    expect(await inner.locator('b', { hasText: '[00 04]' }).isVisible()).to.equal(true);
    expect(await inner.locator('pre').innerText()).to.contain('Device Name (0x1011), 36 bytes');
  });

  it('shows the message sequence of a failed rule as a picture, with the message marked', async () => {
    await openCase('RVP-VPI-02', 'vertical-pairing', 'vertical-pairing-identifier');
    await page.getByText('Message sequence: exchange 1').click();
    const picture = page.locator('.attachment-preview img');
    await picture.waitFor();
    const shown = await page.evaluate<{ width: number; svg: string }>(`(async () => {
      const image = document.querySelector('.attachment-preview img');
      await image.decode();
      return { width: image.naturalWidth, svg: await (await fetch(image.src)).text() };
    })()`);
    expect(shown.width).to.be.above(800);
    expect(shown.svg).to.contain('class="box bad"').and.to.contain('RVP-VPI-02: The Length field');
  });

  it('shows the steps that led to a failed rule, and what was done in the run', async () => {
    await openCase('RVP-VPI-02', 'vertical-pairing', 'vertical-pairing-identifier');
    await page.getByText('Exchange 1', { exact: true }).click();
    expect(await page.getByText('device: M1 (frame 7)').isVisible()).to.equal(true);
    await page.goto(`${url}#behaviors`);
    for (const name of ['At a glance', 'At a glance', REGISTRATIONS_NAME])
      await page.locator('.node__title', { hasText: name }).last().click();
    const description = page.locator('.description__text');
    await description.waitFor();
    expect(await description.innerText()).to.contain('Capture-loss meter');
  });

  it('hands out the frames as a file that Wireshark opens', async () => {
    await openCase('RVP-VPI-02', 'vertical-pairing', 'vertical-pairing-identifier');
    const row = page.locator('.attachment-row, .step', { hasText: 'Exchange 1.pcapng' }).last();
    const download = page.waitForEvent('download');
    await row.locator('a, [data-download]').first().click();
    const file = await download;
    expect(file.suggestedFilename()).to.match(/\.pcapng$/);
    const saved = await readFile(await file.path());
    expect(saved).to.deep.equal(await readFile(path.join(dir, 'allure-results', 'rvp-vpi-02-4-attachment.pcapng')));
  });

  it('gives the reason of what was not judged', async () => {
    await openCase('RVP-TUU-05', 'vertical-pairing', 'transport-uuid');
    const reason = 'No identity of the device is known: give one in the profile, or run with discovery.';
    expect(await page.getByText(`NOT RUN RVP-TUU-05: ${reason}`).first().isVisible()).to.equal(true);
  });

  it('keeps what a device says text', async () => {
    for (const tab of ['', '#suites', '#categories', '#behaviors', '#packages']) {
      await page.goto(`${url}${tab}`);
      await page.locator('.app__content').waitFor();
      const said = await page.locator('body').innerText();
      for (const raw of ['\u202E', '\u0007']) expect(said).not.to.contain(raw);
    }
    expect(dialogs).to.deep.equal([]);
  });

  it('is also made from our JUnit file, with the same counts', async () => {
    const results = path.join(dir, 'junit-results');
    const file = path.join(dir, 'junit.html');
    await mkdir(results);
    await writeFile(path.join(results, 'junit.xml'), junitXml([exampleView()]));
    await generateHtml([results], file);
    await page.goto(`${pathToFileURL(file).href}#suites`);
    // JUnit has no unknown: what is inconclusive is an error there.
    expect(await counts()).to.deep.equal({ failed: 1, broken: 2, passed: 3, skipped: 2, unknown: 0 });
  });

  it('asks nothing of any network', () => {
    expect(requests.length).to.be.greaterThan(0);
    expect(requests.filter((request) => !/^(?:file|data|blob|about):/.test(request))).to.deep.equal([]);
  });
});
