import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { addPhotos, trainButton } from '../asking.js';
import { newcomer, openPage, type Visit } from '../visit.js';

const PATIENT = { timeout: 60_000 };

/** From files to classes. */
export function picturesFlow(visit: () => Visit): void {
  it('refuses nothing, one class, and a class without pictures, with words', async () => {
    const { page, url, small } = visit();
    await page.goto(url);
    const problem = page.locator('#train-problem');
    expect(await problem.textContent()).toContain('at least two kinds');
    expect(await trainButton(page).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Empty class' }).click();
    expect(await problem.textContent()).toContain('The class “Class 1” has no pictures');
    await page.setInputFiles('input[data-for="Add pictures to Class 1"]', small);
    await page.getByText('1 picture in 1 class').waitFor();
    expect(await problem.textContent()).toContain('only one class');
    expect(await trainButton(page).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove the class Class 1' }).click();
  });

  it('makes classes of folders that are dropped, and lists the files that are no pictures', async () => {
    const { page, photos } = visit();
    await dropFolders(page, [join(photos, 'ants'), join(photos, 'bees')]);
    await page.getByText('40 pictures in 2 classes').waitFor();
    const names = page.getByRole('textbox', { name: 'Name of the class' });
    expect(await names.evaluateAll((all) => all.map((each) => Reflect.get(each, 'value')))).toEqual(['ants', 'bees']);
    await page.getByText('2 files were left out').click();
    const list = (await page.locator('.skipped li').allTextContents()).sort();
    expect(list[0]).toContain('IMG_0001.HEIC is in HEIC');
    expect(list[1]).toContain('broken.jpg cannot be read as a picture');
  });

  it('gives back what was removed', async () => {
    const { page } = visit();
    const names = page.getByRole('textbox', { name: 'Name of the class' });
    await page.getByRole('button', { name: 'Remove the class ants' }).click();
    await page.getByText('Removed the class “ants” with 20 pictures.').waitFor();
    await page.getByText('20 pictures in 1 class').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('40 pictures in 2 classes').waitFor();
    expect(await names.first().inputValue()).toBe('ants');
    const first = page.getByRole('list', { name: 'Pictures of ants' }).getByRole('img').first();
    const name = await first.getAttribute('alt');
    await page.getByRole('button', { name: `Remove ${name}` }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('39 pictures in 2 classes').waitFor();
    expect(await first.getAttribute('alt')).not.toBe(name);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('40 pictures in 2 classes').waitFor();
    expect(await first.getAttribute('alt')).toBe(name);
  });

  it('keeps pictures for the next visit if asked to', async () => {
    const { page } = visit();
    const keep = page.getByRole('checkbox', { name: /^Keep these pictures/ });
    await keep.check();
    await expect.poll(() => kept(page), PATIENT).toBe(40);
    await page.reload();
    await page.getByText('40 pictures in 2 classes').waitFor();
    expect(await keep.isChecked()).toBe(true);
    await keep.uncheck();
    await expect.poll(() => kept(page), PATIENT).toBe(0);
  });

  it('says when the browser has no room for pictures, and loses none', async () => {
    const { browser, url, wrong, folder, others } = visit();
    const { context, page } = await withRoomFor(3_000_000, { browser, url, wrong });
    // The other backbone would want its share of the room.
    await page.getByRole('radio', { name: 'Small digit reader' }).check();
    await page.setInputFiles('input[data-for="Choose pictures"]', others.slice(0, 2));
    await page.getByText('2 pictures in 1 class').waitFor();
    await page.getByRole('checkbox', { name: /^Keep these pictures/ }).check();
    await expect.poll(() => kept(page), PATIENT).toBe(2);

    const large = join(folder, 'large.png');
    const noise = { width: 2000, height: 1500, channels: 3 } as const;
    await sharp(randomBytes(2000 * 1500 * 3), { raw: noise })
      .png({ compressionLevel: 0 })
      .toFile(large);
    await page.setInputFiles('input[data-for="Add pictures to Pictures"]', large);
    await page.getByText('no room for more pictures').waitFor();
    await page.getByText('3 pictures in 1 class').waitFor();
    expect(await kept(page)).toBe(2);
    await page.reload();
    await page.getByText('2 pictures in 1 class').waitFor();
    await context.close();
  });

  it('works on, and says so, when the browser has no room for the backbone', async () => {
    const { browser, url, wrong, photos } = visit();
    const { context, page } = await withRoomFor(100_000, { browser, url, wrong });
    await addPhotos(page, photos);
    await page.getByText('The browser’s storage is full, so the backbone was not kept').waitFor();
    expect(await trainButton(page).isEnabled()).toBe(true);
    await context.close();
  });

  it('makes a class of pictures from the webcam', async () => {
    const { context, url, wrong } = visit();
    const page = await openPage(context, wrong);
    await page.goto(url);
    await page.getByRole('button', { name: 'Empty class' }).click();
    await page.getByRole('button', { name: 'Webcam' }).click();
    await expect
      .poll(
        () => page.locator('video').evaluate((video) => (video instanceof HTMLVideoElement ? video.videoWidth : 0)),
        PATIENT,
      )
      .toBeGreaterThan(0);
    for (const count of [1, 2]) {
      await page.getByRole('button', { name: 'Take a picture' }).click();
      await page.getByText(`${count} picture${count === 1 ? '' : 's'} in 1 class`).waitFor();
    }
    await page.close();
  });
}

/** Somebody whose browser grants this page so many bytes more than it takes itself. */
async function withRoomFor(
  bytes: number,
  { browser, url, wrong }: Pick<Visit, 'browser' | 'url' | 'wrong'>,
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await newcomer(browser);
  const page = await openPage(context, wrong);
  await page.goto(url);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  const session = await context.newCDPSession(page);
  const usage = await settledUsage(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(url).origin, quotaSize: usage + bytes });
  return { context, page };
}

/** Bytes that the page takes, once the browser has counted all that was written. */
async function settledUsage(page: Page): Promise<number> {
  const read = (): Promise<number> => page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  let usage = await read();
  for (let same = 0; same < 3;) {
    await page.waitForTimeout(500);
    const now = await read();
    same = now === usage ? same + 1 : 0;
    usage = now;
  }
  return usage;
}

/** As the system does it when somebody drags folders into the browser. */
async function dropFolders(page: Page, files: string[]): Promise<void> {
  const zone = await page.getByRole('group', { name: 'Add pictures' }).boundingBox();
  if (zone === null) throw new Error('There is nothing to drop on.');
  const session = await page.context().newCDPSession(page);
  const at = { x: zone.x + zone.width / 2, y: zone.y + 20 };
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  }
}

/** How many pictures the browser keeps. */
function kept(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const opening = indexedDB.open('graft-studio', 1);
        opening.onsuccess = (): void => {
          const counting = opening.result.transaction('pictures').objectStore('pictures').count();
          counting.onsuccess = (): void => {
            resolve(counting.result);
            opening.result.close();
          };
        };
      }),
  );
}
