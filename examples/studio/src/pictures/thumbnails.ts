import { serveJobs } from '@graft-ml/train/worker';
import { decodeFile } from './picture-pixels.js';

/** CSS pixels, twice: for sharp screens. */
const SIDE = 176;

export interface Thumbnail {
  readonly picture: Blob;
  readonly width: number;
  readonly height: number;
}

const jobs = {
  /** Whether a file is a picture, and a small square of it: large photos would choke the page. */
  async thumbnail({ file, name }: { readonly file: Blob; readonly name: string }): Promise<Thumbnail> {
    const bitmap = await decodeFile(file, name);
    try {
      const { width, height } = bitmap;
      const canvas = await square(bitmap);
      return { picture: await canvas.convertToBlob({ type: 'image/webp', quality: 0.85 }), width, height };
    } finally {
      bitmap.close();
    }
  },
};

/** The picture's middle. Resizing by createImageBitmap filters properly; drawImage skips pixels when it shrinks a lot. */
async function square(bitmap: ImageBitmap): Promise<OffscreenCanvas> {
  const side = Math.min(bitmap.width, bitmap.height);
  const [left, top] = [(bitmap.width - side) >> 1, (bitmap.height - side) >> 1];
  const resize = { resizeWidth: SIDE, resizeHeight: SIDE, resizeQuality: 'high' } as const;
  const small = await createImageBitmap(bitmap, left, top, side, side, resize);
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  canvas.getContext('2d', { alpha: false })?.drawImage(small, 0, 0);
  small.close();
  return canvas;
}

export type ThumbnailJobs = typeof jobs;

serveJobs(jobs);
