import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { exchangeSequence, type Marking } from './exchange-sequence.js';
import { sequenceSvg } from './sequence-svg.js';
import { launchBrowser } from './testing/browser.js';
import { evidenceOf, exchangeOf, failurePacket, identityPacket, wscPacket } from './testing/exchange.js';
import { HOSTILE_NAME } from './testing/m1.js';

const M1 = wscPacket('enrollee', 'M1', 3);

/** The chart of an exchange in which a device is hostile, repeats itself and leaves, with M1 marked by long findings. */
function chart(): string {
  const repeated = Array.from({ length: 6 }, (_unused, index) => ({ ...M1, atMs: 2000 + index }));
  const said = [identityPacket(HOSTILE_NAME.repeat(4), 1), M1, ...repeated, failurePacket(9000)];
  const exchange = exchangeOf(said, { closing: 'timeout', silenceMs: 30_000, lossy: true });
  const beginMs = Number((exchange.packets[0]?.frame.timeNs ?? 0n) / 1_000_000n);
  const join = [{ state: 'registering', timeMs: beginMs - 5, source: 'frames', frame: 99 }] as const;
  const finding = (text: string, at: object): Marking[number]['findings'][number] => ({ verdict: 'fail', text, ...at });
  const place = { path: 'm1', message: 'M1', exchange: 1, frame: 2, messageOffset: 0, lengthBytes: 1, hex: '' };
  const marking: Marking = ['RVP-VPI-02', 'RVP-WSC-03', 'RVP-WSC-13'].map((id, index) => ({
    id: id as Marking[number]['id'],
    verdict: 'fail',
    warning: false,
    findings: [finding(`${HOSTILE_NAME} ${'W'.repeat(30)} `.repeat(4), index < 2 ? { at: place } : {})],
  }));
  return sequenceSvg(exchangeSequence(exchange, evidenceOf([exchange], { join }), marking, (text) => text));
}

describe('message sequence in Chromium from disk', function () {
  this.timeout(60_000);
  let dir = '';
  let url = '';
  let browser: Browser;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'rally-sequence-'));
    const file = path.join(dir, 'exchange-1.svg');
    await writeFile(file, chart());
    url = pathToFileURL(file).href;
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await rm(dir, { recursive: true });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`is legible on a ${colorScheme} page, nothing beyond its edge, no line over another, and loads nothing`, async () => {
      const page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, colorScheme });
      const requests: string[] = [];
      const dialogs: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('dialog', (dialog) => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      await page.goto(url);
      const seen = await page.evaluate<
        { text: string; isInside: boolean; contrast: number; overlaps: number }[]
      >(`(() => {
        const luminance = (color) => {
          const [r, g, b] = color.match(/[0-9.]+/g).map((each) => each / 255);
          const linear = (each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
          return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        };
        const { width, height } = document.documentElement.viewBox.baseVal;
        const texts = [...document.querySelectorAll('text')].map((text) => ({ text, box: text.getBBox() }));
        const grounds = [...document.querySelectorAll('rect')].map((rect) => ({ rect, box: rect.getBBox() }));
        const meets = (a, b) =>
          a.x + 1 < b.x + b.width && b.x + 1 < a.x + a.width && a.y + 3 < b.y + b.height && b.y + 3 < a.y + a.height;
        return texts.map(({ text, box }) => {
          const ground = grounds.findLast((each) => meets(each.box, box)).rect;
          const [a, b] = [text, ground].map((each) => luminance(getComputedStyle(each).fill)).sort((x, y) => y - x);
          return {
            text: text.textContent,
            isInside: box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height,
            contrast: (a + 0.05) / (b + 0.05),
            overlaps: texts.filter((other) => other.text !== text && meets(other.box, box)).length,
          };
        });
      })()`);
      expect(seen.length).to.be.above(25);
      for (const { text, isInside, contrast, overlaps } of seen) {
        expect(isInside, text).to.equal(true);
        expect(overlaps, text).to.equal(0);
        // What WCAG asks of text.
        expect(contrast, text).to.be.at.least(4.5);
      }
      const said = seen.map(({ text }) => text).join('\n');
      expect(said).to.contain('<script>alert(1)</script><U+202E>gnp.exe<U+0007>');
      expect(said).to.contain('Timeout: nothing from the device for 30.0 s').and.to.contain('Access point');
      expect(requests).to.deep.equal([url]);
      expect(dialogs).to.deep.equal([]);
      await page.close();
    });
  }
});
