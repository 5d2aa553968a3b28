import { GraftError } from '@graft-ml/core';
import { arrayDataset } from '../array-dataset.js';
import type { Dataset } from '../dataset.js';
import { gunzip, isGzip } from './gunzip.js';
import { parseIdx, type IdxArray } from './parse-idx.js';

export interface IdxDatasetOptions {
  readonly name: string;
  /** An IDX file of uint8 [N,H,W] or [N,H,W,C], gzipped or not. */
  readonly images: Uint8Array;
  /** An IDX file of uint8 [N], gzipped or not. */
  readonly labels: Uint8Array;
  /** What class 0, 1, … is called. */
  readonly labelNames: readonly string[];
  /** The files' names, for messages. */
  readonly imagesFrom?: string;
  readonly labelsFrom?: string;
  /** What bytes 0…255 become, [low, high]; default [0, 1]. */
  readonly range?: readonly [number, number];
}

/**
 * The dataset of a pair of IDX files, as MNIST and its relatives come. Pictures have shape [H,W,1] or [H,W,C].
 *
 * @throws GraftError `corrupt` for files that are damaged or of another type; `bad-input` when the two have different
 *   counts or a label has no name
 */
export function idxDataset(options: IdxDatasetOptions): Dataset {
  const { name, labelNames } = options;
  const imagesFrom = options.imagesFrom ?? `${name} images`;
  const labelsFrom = options.labelsFrom ?? `${name} labels`;
  const images = unpack(options.images, imagesFrom);
  const labels = unpack(options.labels, labelsFrom);
  const [count = 0, height = 0, width = 0, channels = 1] = images.shape;
  if (images.shape.length < 3 || images.shape.length > 4)
    throw wrongShape(imagesFrom, images, '[N, H, W] or [N, H, W, C]');
  if (labels.shape.length !== 1) throw wrongShape(labelsFrom, labels, '[N]');
  if (labels.data.length !== count) {
    throw new GraftError({
      code: 'bad-input',
      what: `${imagesFrom} holds ${count} pictures and ${labelsFrom} ${labels.data.length} labels.`,
      expected: 'Equally many were expected.',
      remedy: 'Take both files from the same set.',
    });
  }
  const wrong = labels.data.findIndex((label) => label >= labelNames.length);
  if (wrong >= 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `${labelsFrom}: example ${wrong} has label ${labels.data[wrong]}.`,
      expected: `The ${labelNames.length} label names allow 0 to ${labelNames.length - 1}.`,
    });
  }
  return arrayDataset({
    name,
    inputs: [
      {
        data: images.data,
        shape: [height, width, channels],
        ...(options.range === undefined ? {} : { range: options.range }),
      },
    ],
    targets: Int32Array.from(labels.data),
    target: { kind: 'classes', labels: labelNames },
  });
}

function unpack(bytes: Uint8Array, from: string): IdxArray {
  const array = parseIdx(isGzip(bytes) ? gunzip(bytes, from) : bytes, from);
  if (array.data instanceof Uint8Array) return array;
  throw new GraftError({
    code: 'corrupt',
    what: `${from} does not hold bytes.`,
    expected: 'IDX type 08 (uint8) was expected.',
  });
}

function wrongShape(from: string, array: IdxArray, expected: string): GraftError {
  return new GraftError({
    code: 'corrupt',
    what: `${from} holds an array of shape [${array.shape.join(', ')}].`,
    expected: `${expected} was expected.`,
  });
}
