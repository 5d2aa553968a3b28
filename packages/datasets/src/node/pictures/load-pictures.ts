import {
  GraftError,
  pixelScaleKey,
  pixelScaleOf,
  sha256OfText,
  type OnProgress,
  type PixelScale,
} from '@graft-ml/core';
import type { Rng } from '@graft-ml/core';
import type { Dataset } from '../../dataset.js';
import { pictureDataset } from '../../images/picture-dataset.js';
import { PixelCache } from '../../images/pixel-cache.js';
import { pictureBytes, type PictureSpec } from '../../images/picture-spec.js';
import { checkPictures, decodeItem, type CheckedPicture } from './check-pictures.js';
import { findLeaks, type PictureLeak } from './find-leaks.js';
import type { PictureList, SkippedFile, Split } from './picture-list.js';
import { splitPictures } from './split-pictures.js';

/** Bytes are scaled as `range` (default [0, 1]), `mean`, `std` and `order` say. */
export interface LoadPicturesOptions extends PictureSpec, Partial<PixelScale> {
  /** What share of the pictures to test on when the list has no test part, in (0, 1); default 0.2. */
  readonly testFraction?: number;
  /** Draws which ones those are. */
  readonly rng: Rng;
  /** How many bytes of decoded pictures may be kept between batches; default 128 MiB, which is 891 of 224 × 224. */
  readonly cacheBytes?: number;
  /** How many pictures are decoded at a time; default 4. */
  readonly concurrency?: number;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LoadedPictures {
  readonly train: Dataset;
  /** Present when the list has both a validation and a test part. */
  readonly validation?: Dataset;
  readonly test: Dataset;
  /** Where the test pictures come from. */
  readonly testFrom: 'test' | 'validation' | 'split';
  /** Files that cannot be read, and files that are no pictures. */
  readonly skipped: readonly SkippedFile[];
  /** Test pictures that the training part has too, by the list's own parts. */
  readonly leaks: readonly PictureLeak[];
  /** What each example of a part is called. */
  readonly names: { readonly train: readonly string[]; readonly test: readonly string[] };
}

const CACHE_BYTES = 2 ** 27;
const TEST_FRACTION = 0.2;

/**
 * Open the pictures of a list: every one is read and decoded once to find those that cannot be, which are listed and left
 * out, and those that occur twice. What is in memory afterwards is a cache of decoded pictures up to `cacheBytes`; the
 * others are decoded again when a batch is gathered.
 *
 * Without a test part, some pictures of every class are drawn for it; copies of a picture stay on one side. A validation
 * part without a test part is tested on.
 *
 * @throws GraftError `bad-input` when no training or test pictures are left, or a class has none; `unavailable` when sharp
 *   is not installed; `cancelled`
 */
export async function loadPictures(list: PictureList, options: LoadPicturesOptions): Promise<LoadedPictures> {
  const spec: PictureSpec = {
    height: options.height,
    width: options.width,
    channels: options.channels,
    ...(options.fit === undefined ? {} : { fit: options.fit }),
  };
  pictureBytes(spec);
  const concurrency = options.concurrency ?? 4;
  const cache = new PixelCache(options.cacheBytes ?? CACHE_BYTES);
  const { pictures, skipped } = await checkPictures(list, spec, { ...options, concurrency, cache });
  const of = (split: Split | undefined): CheckedPicture[] => pictures.filter(({ item }) => item.split === split);
  const has = (split: Split): boolean => list.items.some((item) => item.split === split);
  const parts = has('train')
    ? { train: of('train'), test: of(has('test') ? 'test' : 'validation') }
    : splitPictures(list, pictures, options.testFraction ?? TEST_FRACTION, options.rng);
  const validation = has('validation') && has('test') ? of('validation') : undefined;
  const testFrom = has('test') ? 'test' : has('validation') ? 'validation' : 'split';
  const part = (name: string, members: readonly CheckedPicture[]): Dataset =>
    datasetOf(list, `${list.name}/${name}`, members, { spec, concurrency, cache, scale: pixelScaleOf(options) });
  assertEveryClass(list, parts.train, skipped);
  if (parts.test.length === 0) throw nothingToTest(list);
  return {
    train: part('train', parts.train),
    ...(validation === undefined || validation.length === 0 ? {} : { validation: part('validation', validation) }),
    test: part('test', parts.test),
    testFrom,
    skipped: [...list.ignored, ...skipped],
    leaks: testFrom === 'split' ? [] : findLeaks(list.target, parts.train, parts.test),
    names: { train: parts.train.map(({ item }) => item.name), test: parts.test.map(({ item }) => item.name) },
  };
}

function datasetOf(
  list: PictureList,
  name: string,
  members: readonly CheckedPicture[],
  how: {
    readonly spec: PictureSpec;
    readonly scale: PixelScale;
    readonly concurrency: number;
    readonly cache: PixelCache;
  },
): Dataset {
  const targets = members.flatMap(({ item }) => item.target);
  return pictureDataset({
    name,
    ...how,
    ...how.scale,
    target: list.target,
    targets: list.target.kind === 'classes' ? Int32Array.from(targets) : Float32Array.from(targets),
    decode: async (index) => {
      const member = members[index];
      if (member === undefined) throw new GraftError({ code: 'internal', what: `"${name}" has no example ${index}.` });
      return decodeItem(member.item, how.spec, how.cache);
    },
    fingerprint: () =>
      sha256OfText(
        JSON.stringify([
          'pictures 1',
          how.spec,
          pixelScaleKey(how.scale),
          list.target,
          members.map(({ item, signature }) => [signature.sha256, item.target]),
        ]),
      ),
  });
}

function assertEveryClass(list: PictureList, train: readonly CheckedPicture[], skipped: readonly SkippedFile[]): void {
  if (list.target.kind !== 'classes') {
    if (train.length > 0) return;
    throw new GraftError({ code: 'bad-input', what: `"${list.name}" has no pictures that can be read.` });
  }
  const present = new Set(train.map(({ item }) => item.target[0]));
  const absent = list.target.labels.find((_, id) => !present.has(id));
  if (absent === undefined) return;
  const [first] = skipped;
  throw new GraftError({
    code: 'bad-input',
    what: `The class "${absent}" of "${list.name}" has no training pictures that can be read.`,
    ...(first === undefined
      ? {}
      : { expected: `${skipped.length} files cannot be read; the first is ${first.name}: ${first.reason}.` }),
    remedy: 'Add pictures to it, or take its folder away.',
  });
}

function nothingToTest(list: PictureList): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `"${list.name}" has no pictures left to test on.`,
    expected: 'At least one was expected, and at least two in every class when the test pictures are drawn here.',
    remedy: 'Add pictures.',
  });
}
