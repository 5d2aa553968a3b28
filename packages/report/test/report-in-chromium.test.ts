import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../src/index.js';
import { sampleRecord } from './fixtures/sample-record.js';

/** A Chromium of the system; this test downloads none. */
const CHROMIUM = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== undefined && existsSync(path));
if (!CHROMIUM) console.warn('report in a browser: skipped, no Chromium found; set CHROMIUM_PATH to one.');

describe.skipIf(!CHROMIUM)('the report in a browser', () => {
  let browser: Browser;
  let page: Page;
  let folder: string;
  const wrong: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graft-report-'));
    await writeFile(join(folder, 'report.html'), renderReport(sampleRecord()));
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on('console', (message) => wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) wrong.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    await page.waitForSelector('#curve-chart canvas');
  });

  afterAll(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('draws both charts, and answers to the keyboard', async () => {
    expect(await page.locator('#label-chart canvas').count()).toBe(1);
    const before = await page.locator('#curve-chart').getAttribute('aria-label');
    await page.locator('input[name=curve-labels][value="100"]').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    const after = await page.locator('#curve-chart').getAttribute('aria-label');
    expect(before).toContain('Validation accuracy over training steps with all 60,000 labels');
    expect(after).toContain('Validation loss over training steps with 100 labels');
    expect(await page.locator('#curve-chart canvas').count()).toBe(1);
  });

  it('shows the run that is chosen, with its pictures', async () => {
    await page.selectOption('#run-recipe', 'frozen');
    await page.selectOption('#run-seed', '3');
    expect(await page.locator('#run-facts').textContent()).toContain('frozen with all 60,000 labels, seed 3');
    const pictures = page.locator('.mistakes img');
    expect(await pictures.count()).toBe(10);
    expect(await pictures.first().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(28);
  });

  it('shows the raw record when it is opened', async () => {
    await page.locator('.raw summary').click();
    await expect.poll(() => page.locator('#raw-json').textContent()).toContain('"graft-experiment"');
  });

  it.each([
    [1200, 'light'],
    [390, 'dark'],
  ] as const)('does not scroll sideways at %i pixels, %s', async (width, colorScheme) => {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe(colorScheme === 'dark' ? 'rgb(18, 21, 26)' : 'rgb(244, 245, 247)');
  });

  it('logs nothing, throws nothing and asks the network for nothing', () => {
    expect(wrong).toEqual([]);
  });
});
