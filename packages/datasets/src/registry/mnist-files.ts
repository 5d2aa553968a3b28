import type { DatasetFile } from './entry.js';

/** Size and sha256 of one of the four files that MNIST and its relatives come in. */
export interface FileFact {
  readonly bytes: number;
  readonly sha256: string;
}

export interface MnistFileFacts {
  readonly trainImages: FileFact;
  readonly trainLabels: FileFact;
  readonly testImages: FileFact;
  readonly testLabels: FileFact;
}

/** The four gzipped IDX files under their usual names. */
export function mnistFiles(mirrors: readonly string[], facts: MnistFileFacts): DatasetFile[] {
  const file = (split: DatasetFile['split'], role: DatasetFile['role'], name: string, fact: FileFact): DatasetFile => ({
    split,
    role,
    name,
    urls: mirrors.map((mirror) => mirror + name),
    ...fact,
  });
  return [
    file('train', 'images', 'train-images-idx3-ubyte.gz', facts.trainImages),
    file('train', 'labels', 'train-labels-idx1-ubyte.gz', facts.trainLabels),
    file('test', 'images', 't10k-images-idx3-ubyte.gz', facts.testImages),
    file('test', 'labels', 't10k-labels-idx1-ubyte.gz', facts.testLabels),
  ];
}
