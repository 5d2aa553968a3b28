import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';

const graft = fileURLToPath(new URL('../../../packages/cli/bin/graft.mjs', import.meta.url));
const run = promisify(execFile);

export interface Prediction {
  readonly file: string;
  readonly predictions: readonly Answer[];
}

export interface Answer {
  readonly label: string;
  readonly confidence: number;
}

export function trainButton(page: Page): Locator {
  return page.getByRole('button', { name: /^Train/ });
}

/** Choose a folder of photos, and wait until they are there. */
export async function addPhotos(page: Page, folder: string): Promise<void> {
  await page.setInputFiles('input[data-for="Choose a folder"]', folder);
  await page.getByText('40 pictures in 2 classes').waitFor();
}

/** Train, and wait for the result. */
export async function train(page: Page): Promise<void> {
  await trainButton(page).click();
  await page.getByTestId('accuracy').waitFor();
}

/** Download the bundle of a page, as a user does. @returns its path */
export async function saveBundle(page: Page, folder: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the bundle' }).click();
  const given = await download;
  const path = join(folder, given.suggestedFilename());
  await given.saveAs(path);
  return path;
}

/** What `graft predict` says in Node. */
export async function predictInNode(model: string, files: readonly string[]): Promise<Prediction[]> {
  const { stdout } = await run(process.execPath, [graft, 'predict', model, ...files, '--top', '2', '--json']);
  return JSON.parse(stdout) as Prediction[];
}

/** Where a page asks for a picture, and where it answers. */
export interface Pane {
  readonly input: string;
  readonly answers: string;
}

const STUDIO: Pane = { input: 'input[data-for="Choose a picture"]', answers: '.answers li' };

/** Give a page a picture, and read what it says once the picture is shown. */
export async function tryPicture(page: Page, file: string, { input, answers }: Pane = STUDIO): Promise<Answer[]> {
  await page.setInputFiles(input, file);
  await page
    .getByRole('img', { name: basename(file), exact: true })
    .last()
    .waitFor();
  return answersOf(page.locator(answers));
}

export async function answersOf(items: Locator): Promise<Answer[]> {
  return items.evaluateAll((found) =>
    found.map((item) => ({
      label: item.querySelector('span')?.textContent ?? '',
      confidence: Number(item.querySelector<HTMLElement>('[data-confidence]')?.dataset['confidence']),
    })),
  );
}

/** The largest difference between two answers about one picture. */
export function furthest(found: readonly Answer[], expected: readonly Answer[]): number {
  return Math.max(
    ...found.map(({ label, confidence }) =>
      Math.abs(confidence - (expected.find((each) => each.label === label)?.confidence ?? Number.NaN)),
    ),
  );
}
