import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../scripts/lib/chromium.mjs';
import { MOST_BYTES, visitSizes } from '../scripts/sizes.mjs';
import { measured, quantile, startMeasuring } from './page-gaps.js';
import { BACKBONE, missing, photoFolder, PHOTOS } from './photos.js';
import { serveFolder } from './serve.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const graft = fileURLToPath(new URL('../../../packages/cli/bin/graft.mjs', import.meta.url));
const run = promisify(execFile);
const executablePath = findChromium();
const reasons = [
  ...missing.map((path) => `${path} not found; set GRAFT_DATA_DIR`),
  ...(executablePath === undefined ? ['no Chromium found; set CHROMIUM_PATH'] : []),
];
if (reasons.length > 0) console.warn(`The studio: skipped, ${reasons.join(', ')}.`);

interface Prediction {
  readonly file: string;
  readonly predictions: readonly { readonly label: string; readonly confidence: number }[];
}

/** What a person does: photos in, train, look, try, take away. In order: each test goes on where the last one stopped. */
// Long limits, for machines that do other things too.
describe.skipIf(reasons.length > 0)('the studio', { timeout: 120_000 }, () => {
  let folder: string;
  let server: Server;
  let url: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const wrong: string[] = [];
  const requests: string[] = [];
  /** Photos that are not trained on. */
  const photos: string[] = [];
  /** One of them as a PNG that needs no resizing. */
  let small: string;
  let said: Prediction[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'graft-studio-'));
    const { stdout } = await run(process.execPath, ['scripts/page.mjs'], {
      cwd: root,
      // Vitest says `test` here, which would be built in.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    console.log(stdout.trim());
    await photoFolder(join(folder, 'photos'));
    for (const kind of ['ants', 'bees']) {
      const names = (await readdir(join(PHOTOS, 'val', kind))).filter((name) => name.endsWith('.jpg')).sort();
      photos.push(...names.slice(0, 3).map((name) => join(PHOTOS, 'val', kind, name)));
    }
    const [photo = ''] = photos;
    small = join(folder, 'small.png');
    await sharp(photo).resize({ width: 224, height: 224, fit: 'cover' }).png().toFile(small);
    ({ server, url } = await serveFolder(join(root, 'dist')));
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    });
    context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
    context.setDefaultTimeout(100_000);
    // The backbone's own address, answered from the data folder: tests download nothing.
    await context.route('https://storage.googleapis.com/**', async (route) => {
      const name = basename(new URL(route.request().url()).pathname);
      await route.fulfill({
        body: await readFile(join(BACKBONE, name)),
        headers: { 'Access-Control-Allow-Origin': '*' },
      });
    });
    context.on('request', (request) => {
      if (/^(https?|wss?):/.test(request.url())) requests.push(request.url());
    });
    page = await context.newPage();
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
    });
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const trainButton = (): ReturnType<Page['getByRole']> => page.getByRole('button', { name: /^Train/ });

  it('loads no more than 450 kB of JavaScript, with any engine', () => {
    const sizes = visitSizes(root);
    expect([...sizes.keys()].sort()).toEqual(['cpu', 'wasm', 'webgl', 'webgpu']);
    expect(Math.max(...sizes.values())).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('refuses nothing, one class, and a class without pictures, with words', async () => {
    await page.goto(url);
    const problem = page.locator('#train-problem');
    expect(await problem.textContent()).toContain('at least two kinds');
    expect(await trainButton().isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Empty class' }).click();
    expect(await problem.textContent()).toContain('The class “Class 1” has no pictures');
    await page.setInputFiles('input[data-for="Add pictures to Class 1"]', small);
    await page.getByText('1 picture in 1 class').waitFor();
    expect(await problem.textContent()).toContain('only one class');
    expect(await trainButton().isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove the class Class 1' }).click();
  });

  it('makes classes of folders, and lists the files that are no pictures', async () => {
    await page.setInputFiles('input[data-for="Choose a folder"]', join(folder, 'photos'));
    await page.getByText('40 pictures in 2 classes').waitFor();
    await page.getByText('2 files were left out').click();
    const list = (await page.locator('.skipped li').allTextContents()).sort();
    expect(list[0]).toContain('IMG_0001.HEIC is in HEIC');
    expect(list[1]).toContain('broken.jpg cannot be read as a picture');
  });

  it('keeps pictures for the next visit if asked to, and says when there is no room', async () => {
    const kept = (): Promise<number> =>
      page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const opening = indexedDB.open('graft-studio', 1);
            opening.onsuccess = (): void => {
              const counting = opening.result.transaction('pictures').objectStore('pictures').count();
              counting.onsuccess = (): void => resolve(counting.result);
            };
          }),
      );
    const keep = page.getByRole('checkbox', { name: /^Keep these pictures/ });
    await keep.check();
    await expect.poll(kept).toBe(40);
    await page.reload();
    await page.getByText('40 pictures in 2 classes').waitFor();
    expect(await keep.isChecked()).toBe(true);
    // A full disk, as the browser tells of it.
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = (): never => {
        throw new DOMException('No room.', 'QuotaExceededError');
      };
    });
    await page.setInputFiles('input[data-for="Add pictures to ants"]', small);
    await page.getByText('no room for more pictures').waitFor();
    await page.getByText('41 pictures in 2 classes').waitFor();
    expect(await kept()).toBe(40);
    await page.reload();
    await page.getByText('40 pictures in 2 classes').waitFor();
    await keep.uncheck();
    await expect.poll(kept).toBe(0);
  });

  it('trains on WASM without a request and without freezing the page', async () => {
    await expect
      .poll(() => requests.filter((each) => each.startsWith('https://storage')).length)
      .toBeGreaterThanOrEqual(56);
    await page.getByText(/never leave this computer · wasm/).waitFor();
    const before = requests.length;
    await startMeasuring(page);
    const started = performance.now();
    await trainButton().click();
    await page.getByTestId('accuracy').waitFor();
    const seconds = (performance.now() - started) / 1000;
    const { gaps, longTasks } = await measured(page);
    console.log(
      `trained on 40 photos in ${seconds.toFixed(1)} s; frames apart: median ${quantile(gaps, 0.5).toFixed(0)} ms, ` +
        `95 % ${quantile(gaps, 0.95).toFixed(0)} ms, longest ${quantile(gaps, 1).toFixed(0)} ms; ` +
        `tasks over 50 ms: ${longTasks.map((each) => each.toFixed(0)).join(', ') || 'none'}`,
    );
    expect(requests.slice(before)).toEqual([]);
    // Other programs hold up single frames; training in the page would hold up most of the time.
    const frozen = gaps.filter((gap) => gap > 100).reduce((sum, gap) => sum + gap, 0);
    expect(quantile(gaps, 0.5)).toBeLessThan(50);
    expect(frozen / 1000 / seconds).toBeLessThan(0.5);
    expect(await page.locator('#result').textContent()).toMatch(/\d of 8 pictures held back are named rightly/);
    const counts = await page.locator('#result td').allTextContents();
    expect(counts.map(Number).reduce((sum, count) => sum + count, 0)).toBe(8);
  });

  it('names new pictures as `graft predict` does with the bundle that was downloaded', async () => {
    const model = await saveBundle(page, folder);
    const files = [small, ...photos];
    const { stdout } = await run(process.execPath, [graft, 'predict', model, ...files, '--top', '2', '--json']);
    said = JSON.parse(stdout) as Prediction[];
    expect(said.map(({ file }) => file)).toEqual(files);
    let clear = 0;
    for (const { file, predictions } of said) {
      // Photos are decoded and resized by other libraries than in Node.
      const tolerance = file === small ? 1e-3 : 0.05;
      const answers = await tryPicture(page, file, 'input[data-for="Choose a picture"]', '.answers li');
      const apart = answers.map(({ label, confidence }) =>
        Math.abs(confidence - (predictions.find((each) => each.label === label)?.confidence ?? Number.NaN)),
      );
      console.log(`${basename(file)}: ${answers[0]?.label}, ${Math.max(...apart).toExponential(1)} from graft predict`);
      expect(Math.max(...apart)).toBeLessThan(tolerance);
      const lead = (predictions[0]?.confidence ?? 0) - (predictions[1]?.confidence ?? 0);
      if (lead < 2 * tolerance) continue;
      clear++;
      expect(answers[0]?.label).toBe(predictions[0]?.label);
    }
    expect(clear).toBeGreaterThanOrEqual(3);
  });

  it('exports a page that gives the same answers from a file, without a connection', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export a web page' }).click();
    const path = join(folder, 'classifier.html');
    await (await download).saveAs(path);
    const alone = await browser.newContext();
    await alone.setOffline(true);
    const exported = await alone.newPage();
    const asked: string[] = [];
    alone.on('request', (request) => asked.push(request.url()));
    exported.on('pageerror', (error) => wrong.push(error.message));
    await exported.goto(pathToFileURL(path).href);
    await exported.getByText('Ready.').waitFor();
    const [first] = await tryPicture(exported, small, '#file', '#answers li');
    const [expected] = said[0]?.predictions ?? [];
    expect(first?.label).toBe(expected?.label);
    expect(Math.abs((first?.confidence ?? 0) - (expected?.confidence ?? 1))).toBeLessThan(1e-3);
    expect(asked.filter((each) => !/^(file|data|blob):/.test(each))).toEqual([]);
    await alone.close();
  });

  it('says which engine is not there, and trains on WebGL where graphics are emulated', async () => {
    const engine = page.getByRole('combobox', { name: 'Engine' });
    await page.getByText('Engine and numbers').click();
    await engine.selectOption('webgl');
    await trainButton().click();
    await page.locator('#train .error').waitFor();
    expect(await page.locator('#train .error').textContent()).toContain('without a graphics card');
    await engine.selectOption('wasm');

    // Small pictures: a processor that plays the graphics card takes a minute for large ones.
    const tiny = join(folder, 'tiny.png');
    await sharp(small).resize({ width: 28, height: 28 }).greyscale().png().toFile(tiny);
    const other = await context.newPage();
    other.on('pageerror', (error) => wrong.push(error.message));
    await other.goto(`${url}?software`);
    await other.setInputFiles('input[data-for="Choose a folder"]', join(folder, 'photos'));
    await other.getByText('40 pictures in 2 classes').waitFor();
    await other.getByRole('radio', { name: 'Small digit reader' }).check();
    await other.getByText('Engine and numbers').click();
    await other.getByRole('combobox', { name: 'Engine' }).selectOption('webgl');
    await other.getByRole('spinbutton', { name: 'Epochs' }).fill('3');
    await other.getByRole('button', { name: 'Train', exact: true }).click();
    await other.getByTestId('accuracy').waitFor();
    expect(await other.locator('.private').textContent()).toContain('webgl');
    const answers = await tryPicture(other, tiny, 'input[data-for="Choose a picture"]', '.answers li');
    const model = await saveBundle(other, join(folder, 'webgl'));
    const { stdout } = await run(process.execPath, [graft, 'predict', model, tiny, '--top', '2', '--json']);
    const [expected] = JSON.parse(stdout) as Prediction[];
    const [first] = expected?.predictions ?? [];
    console.log(
      `webgl: ${answers[0]?.label} ${answers[0]?.confidence}, graft predict: ${first?.label} ${first?.confidence}`,
    );
    expect(answers[0]?.label).toBe(first?.label);
    expect(Math.abs((answers[0]?.confidence ?? 0) - (first?.confidence ?? 1))).toBeLessThan(1e-3);
    await other.close();
  });

  it('cancels a training, and keeps what was there', async () => {
    await page.getByRole('radio', { name: 'Fine-tune' }).check();
    await trainButton().click();
    await page
      .getByText(/Training, step/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled. Your pictures and choices are as they were.').waitFor();
    expect(await page.getByTestId('accuracy').isVisible()).toBe(true);
    expect(await trainButton().isEnabled()).toBe(true);
  });

  it.each([
    [1200, 'light'],
    [390, 'dark'],
  ] as const)(
    'is sound for assistive technology and does not scroll sideways at %i pixels, %s',
    async (width, colorScheme) => {
      await page.setViewportSize({ width, height: 844 });
      // Colours that are still changing would be measured halfway.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
      const violations = await page.evaluate(async () => {
        const axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } = Reflect.get(
          window,
          'axe',
        );
        return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      expect(violations).toEqual([]);
    },
  );

  it('works without a connection after the first visit', async () => {
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await new Promise((resolve) => server.close(resolve).closeAllConnections());
    await page.reload();
    await page.getByRole('heading', { name: 'Graft Studio' }).waitFor();
    await page.setInputFiles('input[data-for="Choose a folder"]', join(folder, 'photos'));
    await page.getByText('40 pictures in 2 classes').waitFor();
    await trainButton().click();
    await page.getByTestId('accuracy').waitFor();
  });

  it('throws nothing and warns of nothing', () => {
    expect(wrong).toEqual([]);
  });
});

/** Download the bundle of a page, as a user does. @returns its path */
async function saveBundle(page: Page, folder: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the bundle' }).click();
  const given = await download;
  const path = join(folder, given.suggestedFilename());
  await given.saveAs(path);
  return path;
}

interface Answer {
  readonly label: string;
  readonly confidence: number;
}

/** Give a page a picture, and read what it says once the picture is shown. */
async function tryPicture(page: Page, file: string, input: string, answers: string): Promise<Answer[]> {
  await page.setInputFiles(input, file);
  await page
    .getByRole('img', { name: basename(file), exact: true })
    .last()
    .waitFor();
  return page.locator(answers).evaluateAll((items) =>
    items.map((item) => ({
      label: item.querySelector('span')?.textContent ?? '',
      confidence: Number(item.querySelector<HTMLElement>('[data-confidence]')?.dataset['confidence']),
    })),
  );
}
