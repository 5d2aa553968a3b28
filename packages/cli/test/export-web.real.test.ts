import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright';
import { expect, it } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import { saveBundle, useBackend } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { zooEntry } from '@graft-ml/zoo';
import { loadPretrained } from '@graft-ml/zoo/node';
import { findChromium } from '../../../scripts/lib/chromium.mjs';
import { graft } from './graft.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const dataDir = resolve(root, process.env['GRAFT_DATA_DIR'] ?? '../shared/data');
const photo = join(dataDir, 'hymenoptera_data/val/bees/1328423762_f7a88a8451.jpg');
const executablePath = findChromium();
const reasons = [
  ...[photo, join(dataDir, 'mobilenet_v1_0.25_224-layers')]
    .filter((path) => !existsSync(path))
    .map((path) => `${path} not found`),
  ...(executablePath === undefined ? ['no Chromium found; set CHROMIUM_PATH'] : []),
];
if (reasons.length > 0) console.warn(`The exported page is not tested in a browser: ${reasons.join(', ')}.`);

const NAME = 'mobilenet-v1-0.25-224';

it.skipIf(reasons.length > 0)(
  'the exported page says of a photo what graft predict says, without a connection, and looks through the camera',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'graft-web-'));
    const browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    });
    try {
      await useBackend(cpu());
      const { labels, inputShape, range } = zooEntry(NAME);
      const { model } = await loadPretrained(NAME, { dataDir, offline: true });
      await saveBundle(fileStore(join(folder, 'model')), model, {
        target: { kind: 'classes', labels: [...labels] },
        preprocessing: { inputShape, range },
      });
      expect((await graft(['export', 'model', '--web', '--out', 'site'], folder)).code).toBe(0);
      const said = await graft(['predict', 'model', photo, '--json', '--quiet'], folder);
      const [{ predictions }]: [{ predictions: { label: string; confidence: number }[] }] = JSON.parse(said.stdout);

      const context = await browser.newContext({ permissions: ['camera'] });
      context.setDefaultTimeout(100_000);
      await context.setOffline(true);
      const page = await context.newPage();
      const wrong: string[] = [];
      const asked: string[] = [];
      page.on('pageerror', (error) => wrong.push(error.message));
      context.on('request', (request) => asked.push(request.url().slice(0, 100)));
      await page.goto(pathToFileURL(join(folder, 'site/index.html')).href);
      await page.getByText('Ready.').waitFor();
      await page.setInputFiles('#file', photo);
      await page.locator(`#view img[alt="${basename(photo)}"]`).waitFor();
      const first = page.locator('#answers li').first();
      expect(await first.locator('span').first().textContent()).toBe(predictions[0]?.label);
      const confidence = Number(await first.locator('[data-confidence]').getAttribute('data-confidence'));
      // Browsers and libvips decode JPEGs a little differently.
      expect(Math.abs(confidence - (predictions[0]?.confidence ?? 0))).toBeLessThan(0.05);

      await page.getByRole('button', { name: 'Use the camera' }).click();
      await page.locator('#view video').waitFor();
      await page.locator('#answers li').first().waitFor();
      await page.getByRole('button', { name: 'Stop the camera' }).click();
      expect(await page.locator('#status').textContent()).toBe('');
      expect(wrong).toEqual([]);
      expect(asked.filter((url) => !/^(file|data|blob):/.test(url))).toEqual([]);
    } finally {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
  240_000,
);
