import {
  createRng,
  GraftError,
  progressReporter,
  throwIfCancelled,
  type OnProgress,
  type PixelScale,
  type Rng,
} from '@graft-ml/core';
import { arrayDataset, subset, type Dataset } from '@graft-ml/datasets';
import { picturePixels, type PixelSpec } from '../pictures/picture-pixels.js';

export interface LabelledFile {
  readonly file: Blob;
  readonly name: string;
  /** A number into the labels. */
  readonly label: number;
}

export interface PictureData {
  readonly train: Dataset;
  readonly heldOut: Dataset;
  /** For each held-out example, which of the files it is. */
  readonly heldOutFiles: readonly number[];
}

export interface PictureDataOptions {
  readonly labels: readonly string[];
  readonly spec: PixelSpec;
  readonly scale: PixelScale;
  /** The share of each class that is not trained on, in (0, 1). */
  readonly heldOut: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** Decode all pictures and hold some of each class back, to test on. */
export async function pictureData(files: readonly LabelledFile[], options: PictureDataOptions): Promise<PictureData> {
  const { labels, spec, scale, signal } = options;
  const size = spec.height * spec.width * spec.channels;
  const pixels = new Uint8Array(files.length * size);
  const report = progressReporter(options.onProgress, {
    task: 'reading pictures',
    unit: 'examples',
    total: files.length,
  });
  for (const [at, { file, name }] of files.entries()) {
    throwIfCancelled(signal, 'reading pictures');
    pixels.set(await picturePixels(file, name, spec), at * size);
    report(at + 1);
  }
  const all = arrayDataset({
    name: 'pictures',
    inputs: [{ data: pixels, shape: [spec.height, spec.width, spec.channels], ...scale }],
    targets: Int32Array.from(files, ({ label }) => label),
    target: { kind: 'classes', labels },
  });
  const drawn = drawHeldOut(files, options.heldOut, createRng(options.seed).fork('held out'));
  const others = files.flatMap((_, at) => (drawn.has(at) ? [] : [at]));
  const heldOutFiles = [...drawn].sort((a, b) => a - b);
  return { train: subset(all, others), heldOut: subset(all, heldOutFiles), heldOutFiles };
}

/** The same share of every class, at least one, and never the last one of a class. */
export function drawHeldOut(files: readonly LabelledFile[], share: number, rng: Rng): Set<number> {
  const classes = new Map<number, number[]>();
  for (const [at, { label }] of files.entries()) classes.set(label, [...(classes.get(label) ?? []), at]);
  const drawn = new Set<number>();
  for (const [label, members] of classes) {
    const count = Math.min(members.length - 1, Math.max(1, Math.round(members.length * share)));
    const order = rng.fork(label).permutation(members.length);
    for (const place of order.subarray(0, count)) drawn.add(members[place] ?? 0);
  }
  if (drawn.size > 0) return drawn;
  throw new GraftError({
    code: 'bad-input',
    what: 'Every class has one picture, so none can be held back to test on.',
    expected: 'At least one class with two pictures was expected.',
    remedy: 'Add pictures.',
  });
}
