import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { furthest, predictInNode, saveBundle, train, trainButton, tryPicture } from '../asking.js';
import { newcomer, openPage, type Visit } from '../visit.js';

/** Of each class. A processor that plays a graphics card takes seconds for each. */
const PHOTOS = 6;

/** The same on graphics cards, real or emulated. */
export function enginesFlow(visit: () => Visit): void {
  it('says which engine is not there, and why', async () => {
    const { page } = visit();
    const engine = page.getByRole('combobox', { name: 'Engine' });
    await openNumbers(page);
    for (const name of ['webgl', 'webgpu']) {
      await engine.selectOption(name);
      await page.getByRole('button', { name: /^Train/ }).click();
      await page.locator('#train .error', { hasText: name === 'webgl' ? 'WebGL' : 'WebGPU' }).waitFor();
      // What there is instead.
      expect(await page.locator('#train .error').textContent()).toContain('WASM runs everywhere');
    }
    await engine.selectOption('wasm');
    await openNumbers(page);
  });

  it.each([
    ['webgl', 'MobileNet', 224],
    // Minutes with MobileNet, where the processor plays the graphics card.
    ['webgpu', 'Small digit reader', 28],
  ] as const)('trains on photos with %s (%s), and Node agrees', async (name, backbone, side) => {
    const { context, url, wrong, folder, photos, small } = visit();
    const page = await openPage(context, wrong);
    await page.goto(`${url}?software`);
    const refusal = name === 'webgpu' ? await whyNoWebgpu(page) : undefined;
    if (refusal !== undefined) {
      console.warn(`The studio on WebGPU: not tested, ${refusal}`);
      await page.close();
      return;
    }
    const few = await someOf(photos, join(folder, 'few'));
    await page.setInputFiles('input[data-for="Choose a folder"]', few);
    await page.getByText(`${2 * PHOTOS} pictures in 2 classes`).waitFor();
    await page.getByRole('radio', { name: backbone }).check();
    await openNumbers(page);
    await page.getByRole('combobox', { name: 'Engine' }).selectOption(name);
    await page.getByRole('spinbutton', { name: 'Epochs' }).fill('10');
    const started = performance.now();
    await train(page);
    const seconds = (performance.now() - started) / 1000;
    expect(await page.locator('.private').textContent()).toContain(name);
    // Needs no resizing, and so is the same to the last bit in Node.
    const picture = join(folder, `${name}.png`);
    await sharp(small).resize({ width: side, height: side }).greyscale().png().toFile(picture);
    const answers = await tryPicture(page, picture);
    const [expected] = await predictInNode(await saveBundle(page, join(folder, name)), [picture]);
    const apart = furthest(answers, expected?.predictions ?? []);
    const [first] = answers;
    console.log(
      `${name}: trained on ${2 * PHOTOS} photos in ${seconds.toFixed(1)} s; ${first?.label} ${first?.confidence.toFixed(4)}, ` +
        `${apart.toExponential(1)} from graft predict`,
    );
    expect(first?.label).toBe(expected?.predictions[0]?.label);
    expect(apart).toBeLessThan(1e-3);
    await page.close();
  });

  it('says when the graphics card was taken away, and keeps the pictures', async () => {
    const { browser, url, wrong, folder, photos } = visit();
    // Somebody else, for whom no service worker answers in the place of this.
    const context = await newcomer(browser);
    const workers: string[] = [];
    await context.route(/worker[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      workers.push(route.request().url());
      await route.fulfill({ response, body: `${LOSE_AFTER_A_WHILE}\n${await response.text()}` });
    });
    const page = await openPage(context, wrong);
    await page.goto(`${url}?software`);
    await page.setInputFiles('input[data-for="Choose a folder"]', await someOf(photos, join(folder, 'few')));
    await page.getByText(`${2 * PHOTOS} pictures in 2 classes`).waitFor();
    await page.getByRole('radio', { name: 'Small digit reader' }).check();
    await openNumbers(page);
    const engine = page.getByRole('combobox', { name: 'Engine' });
    await engine.selectOption('webgl');
    await trainButton(page).click();
    const told = page.locator('#train .error');
    await told.getByText('took the graphics card away').waitFor();
    expect(await told.textContent()).toContain('WASM runs everywhere');
    expect(workers.length).toBeGreaterThan(0);
    await engine.selectOption('wasm');
    await train(page);
    await page.getByText(`${2 * PHOTOS} pictures in 2 classes`).waitFor();
    await context.close();
  });
}

/** In the worker, before its own code: a WebGL context is lost in the midst of the work, as by a driver that hangs. */
const LOSE_AFTER_A_WHILE = `{
  const getContext = OffscreenCanvas.prototype.getContext;
  const watched = new WeakSet();
  OffscreenCanvas.prototype.getContext = function (...given) {
    const context = getContext.apply(this, given);
    if (!(context instanceof WebGL2RenderingContext) || watched.has(context)) return context;
    watched.add(context);
    const draw = context.drawElements.bind(context);
    let left = 300;
    context.drawElements = (...what) => {
      left -= 1;
      if (left === 0) context.getExtension('WEBGL_lose_context').loseContext();
      draw(...what);
    };
    return context;
  };
}`;

/** Or close them. */
function openNumbers(page: Page): Promise<void> {
  return page.getByText('Engine and numbers', { exact: true }).click();
}

async function someOf(photos: string, folder: string): Promise<string> {
  for (const kind of ['ants', 'bees']) {
    await mkdir(join(folder, kind), { recursive: true });
    const names = (await readdir(join(photos, kind))).filter((name) => name.endsWith('.jpg') && name !== 'broken.jpg');
    for (const each of names.sort().slice(0, PHOTOS)) {
      await cp(join(photos, kind, each), join(folder, kind, each));
    }
  }
  return folder;
}

function whyNoWebgpu(page: Page): Promise<string | undefined> {
  return page.evaluate(async () => {
    const gpu: unknown = Reflect.get(navigator, 'gpu');
    if (typeof gpu !== 'object' || gpu === null || !('requestAdapter' in gpu)) return 'this browser has no WebGPU';
    if (typeof gpu.requestAdapter !== 'function') return 'this browser has no WebGPU';
    const adapter: unknown = await gpu.requestAdapter();
    return adapter === null ? 'this browser has no WebGPU adapter' : undefined;
  });
}
