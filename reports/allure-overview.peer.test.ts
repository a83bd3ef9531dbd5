import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { generateHtml } from './allure-html.js';
import { OVERVIEW_NAME } from './allure-overview.js';
import { writeAllure } from './allure.js';
import { launchBrowser } from './testing/browser.js';
import { HOSTILE_NAME } from './testing/m1.js';
import { exampleTrace } from './testing/trace.js';
import { exampleView } from './testing/view.js';
import { traceSvg } from './trace-svg.js';

describe('UUID trace and what Windows would do, in Chromium from disk', function () {
  this.timeout(120_000);
  let dir = '';
  let browser: Browser;
  let page: Page;
  const requests: string[] = [];
  const dialogs: string[] = [];

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'rally-overview-'));
    const results = path.join(dir, 'allure-results');
    writeAllure(exampleView({ trace: exampleTrace() }), results);
    await generateHtml([results], path.join(dir, 'report.html'));
    await writeFile(path.join(dir, 'trace.svg'), traceSvg(exampleTrace(), HOSTILE_NAME));
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

  const urlOf = (name: string): string => pathToFileURL(path.join(dir, name)).href;

  it('stand before all areas in the report, with the steps, the table and the picture', async () => {
    await page.goto(`${urlOf('report.html')}#behaviors`);
    const first = page.locator('.node__title').first();
    await first.waitFor();
    expect(await first.innerText()).to.contain('At a glance');
    await first.click();
    await page.locator('.node__title').nth(1).click();
    await page.getByText(OVERVIEW_NAME).first().click();
    const description = page.locator('.description__text');
    await description.first().waitFor();
    for (const text of [
      'stops here (RVP-VPI-02)',
      'UPnP: Windows waits for uuid:1d0c4f1e-9e7a-4f60-8a3b-5c2d6e7f8091',
      'parts here: is in upper case (RVP-UID-05)',
    ])
      expect(await description.getByText(text).first().isVisible(), text).to.equal(true);
    expect(await description.locator('table').count()).to.equal(2);

    await page.locator('.attachment-row', { hasText: 'UUID trace' }).first().click();
    const picture = page.locator('.attachment-preview img');
    await picture.waitFor();
    const shown: unknown = await page.evaluate(`(() => {
      const image = document.querySelector('.attachment-preview img');
      return image.decode().then(() => [image.naturalWidth > 900, image.naturalHeight > 400]);
    })()`);
    expect(shown).to.deep.equal([true, true]);
  });

  for (const scheme of ['light', 'dark'] as const) {
    it(`are legible in the picture's own file, ${scheme}: every text inside its box, in contrast to the ground`, async () => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(urlOf('trace.svg'));
      const seen = await page.evaluate<{ text: string; beyond: number; contrast: number }[]>(`(() => {
        const luminance = (color) => {
          const [r, g, b] = color.match(/[0-9.]+/g).map((each) => each / 255);
          const linear = (each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
          return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        };
        const ground = (element) => luminance(getComputedStyle(element).fill);
        const boxes = [...document.querySelectorAll('rect.box')].map((box) => ({ box, area: box.getBBox() }));
        const svg = document.documentElement.viewBox.baseVal;
        const whole = { box: document.querySelector('rect.page'), area: svg };
        return [...document.querySelectorAll('text')].map((text) => {
          const own = text.getBBox();
          const inside = ({ area }) => own.x >= area.x && own.y + own.height / 2 >= area.y && own.y + own.height / 2 <= area.y + area.height && own.x < area.x + area.width;
          const { box, area } = boxes.find(inside) ?? whole;
          const [a, b] = [luminance(getComputedStyle(text).fill), ground(box)].sort((x, y) => y - x);
          return { text: text.textContent, beyond: own.x + own.width - (area.x + area.width), contrast: (a + 0.05) / (b + 0.05) };
        });
      })()`);
      expect(seen.length).to.be.above(20);
      for (const { text, beyond, contrast } of seen) {
        expect(beyond, text).to.be.at.most(0);
        // What WCAG asks of text.
        expect(contrast, text).to.be.at.least(4.5);
      }
    });
  }

  it('ask nothing of any network, and run nothing that a device says', () => {
    expect(requests.length).to.be.greaterThan(0);
    expect(requests.filter((request) => !/^(?:file|data|blob|about):/.test(request))).to.deep.equal([]);
    expect(dialogs).to.deep.equal([]);
  });
});
