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
  let folder: string;
  let url: string;
  const wrong: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graft-report-'));
    await writeFile(join(folder, 'report.html'), renderReport(sampleRecord()));
    url = pathToFileURL(join(folder, 'report.html')).href;
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox', '--disable-gpu'] });
  }, 30_000);

  afterAll(async () => {
    await browser?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function open(options: Parameters<Browser['newPage']>[0]): Promise<Page> {
    const page = await browser.newPage(options);
    page.on('console', (message) => wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) wrong.push(request.url());
    });
    await page.goto(url);
    await page.waitForSelector('#curve-chart canvas');
    return page;
  }

  it('draws both charts, and answers to its controls', async () => {
    const page = await open({ viewport: { width: 1200, height: 900 } });
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

    await page.selectOption('#run-recipe', 'frozen');
    await page.selectOption('#run-seed', '3');
    expect(await page.locator('#run-facts').textContent()).toContain('frozen with all 60,000 labels, seed 3');
    expect(await page.locator('.mistakes img').count()).toBe(10);
    const drawn = await page.locator('.mistakes img').first().evaluate((image: HTMLImageElement) => image.naturalWidth);
    expect(drawn).toBe(28);

    await page.locator('.raw summary').click();
    expect(await page.locator('#raw-json').textContent()).toContain('"graft-experiment"');
    await page.close();
  }, 30_000);

  it.each([1200, 390])('does not scroll sideways at %i pixels, light or dark', async (width) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open({ viewport: { width, height: 800 }, colorScheme });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(ground).toBe(colorScheme === 'dark' ? 'rgb(18, 21, 26)' : 'rgb(244, 245, 247)');
      await page.close();
    }
  }, 30_000);

  it('logs nothing, throws nothing and asks the network for nothing', () => {
    expect(wrong).toEqual([]);
  });
});
