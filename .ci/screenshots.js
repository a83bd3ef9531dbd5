// `npm run screenshots`: make the pictures of docs/images again, from a report of a faulty reference device.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMAGES = path.join(ROOT, 'docs', 'images');
const MAIN = path.join(ROOT, 'dist', 'harness', 'cli', 'main.js');
const FAULT = ['run', '--bench', 'loopback', '--device', 'dpws-printer', '--fault', 'vpi-of-4-bytes'];
/** What documents.test.js holds the pictures to. */
const MAX_BYTES = 300_000;

/** @param {string} name */
const chromiumOn = (name) => {
  const found = (process.env.PATH ?? '').split(path.delimiter).find((folder) => {
    try {
      return readdirSync(folder).includes(name);
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`${name} is not on PATH`);
  return path.join(found, name);
};

const work = mkdtempSync(path.join(tmpdir(), 'rally-screenshots-'));
try {
  const run = path.join(work, 'run');
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...FAULT, '--out', run], { encoding: 'utf8' });
  if (status !== 1) throw new Error(`the run with a fault ended with ${status}: ${stderr}`);
  mkdirSync(IMAGES, { recursive: true });
  const browser = await chromium.launch({
    executablePath: chromiumOn('chromium'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const page = await browser.newPage({ viewport: { width: 1500, height: 1040 } });
  await page.goto(`${pathToFileURL(path.join(run, 'report.html')).href}#suites`);
  for (const title of ['Reference device', 'vpi', 'vertical-pairing-identifier', 'RVP-VPI-02'])
    await page.locator('.node__title', { hasText: title }).first().click();
  await page.locator('.test-result__content h4').first().waitFor();
  await page.screenshot({ path: path.join(IMAGES, 'failed-rule.png') });
  await page.goto(pathToFileURL(path.join(run, 'sequences', 'exchange-1.svg')).href);
  await page.locator('svg').screenshot({ path: path.join(IMAGES, 'message-sequence.png') });
  await browser.close();
  for (const name of readdirSync(IMAGES)) {
    const { size } = statSync(path.join(IMAGES, name));
    if (size > MAX_BYTES) throw new Error(`${name} has ${size} bytes, more than ${MAX_BYTES}`);
    console.log(`docs/images/${name}  ${size} bytes`);
  }
} finally {
  rmSync(work, { recursive: true });
}
