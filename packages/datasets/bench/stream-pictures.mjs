/*
 * How much memory a large folder of pictures takes, and how fast it is read: generates a folder, lists and checks it, and
 * streams it once in batches.
 *
 *   node packages/datasets/bench/stream-pictures.mjs [pictures, default 100000] [side in pixels, default 224]
 */
import { link, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createRng, useBackend } from '@graft-ml/core';
import { cpu } from '@graft-ml/backend-cpu';
import { batches, disposeBatch } from '@graft-ml/datasets';
import { listPictures, loadPictures } from '@graft-ml/datasets/node';

const count = Number(process.argv[2] ?? 100_000);
const side = Number(process.argv[3] ?? 224);
/** So many pictures are drawn; the others are further names of the same files, which is why none of them is tested on. */
const DRAWN = 500;
const folder = await mkdtemp(join(tmpdir(), 'graft-stream-'));
let most = 0;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss);
}, 100);
const report = (what, pictures, started, used) => {
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(used);
  const perCore = pictures / ((user + system) / 1e6);
  console.log(
    `${what}: ${pictures} pictures in ${seconds.toFixed(0)} s, ${(pictures / seconds).toFixed(0)}/s, ${perCore.toFixed(0)}/s per core; at most ${(most / 1e6).toFixed(0)} MB resident`,
  );
};
try {
  await draw();
  await useBackend(cpu());
  most = 0;
  let [started, used] = [performance.now(), process.cpuUsage()];
  const list = await listPictures(folder);
  report('listed', list.items.length, started, used);
  [started, used] = [performance.now(), process.cpuUsage()];
  const { train } = await loadPictures(list, { height: side, width: side, channels: 3, rng: createRng(0) });
  report('checked', list.items.length, started, used);
  [started, used] = [performance.now(), process.cpuUsage()];
  let seen = 0;
  for await (const batch of batches(train, { batchSize: 32, prefetch: 1, shuffle: createRng(1) })) {
    seen += batch.indices.length;
    disposeBatch(batch);
  }
  report('streamed', seen, started, used);
} finally {
  clearInterval(watch);
  await rm(folder, { recursive: true, force: true });
}

async function draw() {
  const rng = createRng(0).fork('stream');
  const originals = [];
  for (const part of ['train/one', 'train/two', 'test/one']) await mkdir(join(folder, part), { recursive: true });
  for (let at = 0; at < count; at++) {
    const part = at === 0 ? 'test/one' : at % 2 === 0 ? 'train/one' : 'train/two';
    const path = join(folder, part, `${at}.jpg`);
    if (at < DRAWN) {
      const coarse = Uint8Array.from({ length: 8 * 6 * 3 }, () => rng.int(256));
      const image = sharp(coarse, { raw: { width: 8, height: 6, channels: 3 } });
      await image
        .resize(side * 2, Math.round(side * 1.5), { fit: 'fill' })
        .jpeg()
        .toFile(path);
      if (at > 0) originals.push(path);
    } else {
      await link(originals[at % originals.length] ?? '', path);
    }
  }
}
