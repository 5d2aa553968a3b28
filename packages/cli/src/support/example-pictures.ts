import { join } from 'node:path';
import { makeFolder, writeAtomic } from '@graft-ml/core/node';
import { disposeBatch, type Dataset } from '@graft-ml/datasets';

/** How many pictures there are to try a model on. */
const PICTURES = 3;

/**
 * Write one test picture of each of the first few classes as a PNG, so that there is something to predict.
 *
 * @returns the files, named for their class
 */
export async function writeExamplePictures(folder: string, data: Dataset): Promise<string[]> {
  const [height = 1, width = 1] = data.inputShapes[0] ?? [];
  const labels = data.target.kind === 'classes' ? data.target.labels.slice(0, PICTURES) : [];
  const { default: sharp } = await import('sharp');
  await makeFolder(folder);
  const files: string[] = [];
  for (const [label, name] of labels.entries()) {
    const index = data.classes?.indexOf(label) ?? -1;
    if (index < 0) continue;
    const batch = await data.batch([index]);
    const values = (await batch.inputs[0]?.data()) ?? [];
    disposeBatch(batch);
    const pixels = Uint8Array.from(values, (value) => Math.round(255 * value));
    const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer();
    const path = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png`);
    await writeAtomic(path, png);
    files.push(path);
  }
  return files;
}
