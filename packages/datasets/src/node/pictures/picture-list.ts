import type { TargetSpec } from '@graft-ml/core';

export type Split = 'train' | 'validation' | 'test';

/** A picture file and what it shows. */
export interface PictureItem {
  /** Where the file is. */
  readonly path: string;
  /** What messages call it: its path within the data set, with `/`. */
  readonly name: string;
  /** The part that it was put into; undefined when the data set has no parts. */
  readonly split: Split | undefined;
  /** The number of its class alone, or its values. */
  readonly target: readonly number[];
}

/** A file that is left out, and why. */
export interface SkippedFile {
  readonly name: string;
  readonly reason: string;
}

/** A data set of pictures before any of it is opened. */
export interface PictureList {
  readonly name: string;
  readonly target: TargetSpec;
  readonly items: readonly PictureItem[];
  /** Files that are no pictures by their name. */
  readonly ignored: readonly SkippedFile[];
}
