import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import sharp from 'sharp';
import { findChromium } from '../../../scripts/lib/chromium.mjs';
import { BACKBONE, missing, photoFolder, PHOTOS } from './photos.js';
import { serveFolder } from './serve.js';

export const ROOT: string = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const executablePath = findChromium();

/** Why the studio cannot be visited here. */
export const reasons: readonly string[] = [
  ...missing.map((path) => `${path} not found; set GRAFT_DATA_DIR`),
  ...(executablePath === undefined ? ['no Chromium found; set CHROMIUM_PATH'] : []),
];

/** WebGL and WebGPU on the CPU, so that they are the same everywhere. */
const GRAPHICS = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];
const WEBCAM = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/** The studio as it is shipped, in a browser, with photos to give it. */
export interface Visit {
  readonly folder: string;
  readonly server: Server;
  readonly url: string;
  readonly browser: Browser;
  readonly context: BrowserContext;
  /** The first page: what one test leaves there, the next one finds. */
  readonly page: Page;
  /** What pages threw or warned of. */
  readonly wrong: string[];
  /** Addresses that pages asked for. */
  readonly requests: string[];
  /** 20 photos of ants and 20 of bees in two folders, with two files that are no pictures. */
  readonly photos: string;
  /** Photos that are not trained on. */
  readonly others: readonly string[];
  /** One of them as a PNG that needs no resizing. */
  readonly small: string;
}

/** Build the studio, serve it, and open it. */
export async function startVisit(): Promise<Visit> {
  const folder = await mkdtemp(join(tmpdir(), 'graft-studio-'));
  const { stdout } = await run(process.execPath, ['scripts/page.mjs'], {
    cwd: ROOT,
    // Vitest says `test` here, which would be built in.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  console.log(stdout.trim());
  const photos = join(folder, 'photos');
  await photoFolder(photos);
  const others: string[] = [];
  for (const kind of ['ants', 'bees']) {
    const names = (await readdir(join(PHOTOS, 'val', kind))).filter((name) => name.endsWith('.jpg')).sort();
    others.push(...names.slice(0, 3).map((name) => join(PHOTOS, 'val', kind, name)));
  }
  const small = join(folder, 'small.png');
  await sharp(others[0]).resize({ width: 224, height: 224, fit: 'cover' }).png().toFile(small);
  const { server, url } = await serveFolder(join(ROOT, 'dist'));
  const browser = await chromium.launch({
    executablePath: executablePath ?? '',
    args: ['--no-sandbox', ...GRAPHICS, ...WEBCAM],
  });
  const wrong: string[] = [];
  const requests: string[] = [];
  const context = await newcomer(browser, requests);
  const page = await openPage(context, wrong);
  return { folder, server, url, browser, context, page, wrong, requests, photos, others, small };
}

export async function endVisit(visit: Visit | undefined): Promise<void> {
  if (visit === undefined) return;
  await visit.browser.close();
  visit.server.close();
  await rm(visit.folder, { recursive: true, force: true });
}

/** Somebody who was never here: nothing is kept yet. */
export async function newcomer(browser: Browser, requests: string[] = []): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  context.setDefaultTimeout(240_000);
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
  return context;
}

/** @param wrong what the page throws or warns of is added to it */
export async function openPage(context: BrowserContext, wrong: string[]): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
  });
  return page;
}
