/** One file of a data set: where it may be fetched, and how to know it. */
export interface DatasetFile {
  readonly split: 'train' | 'test';
  readonly role: 'images' | 'labels';
  readonly name: string;
  /** The same bytes at several places, best first. */
  readonly urls: readonly string[];
  readonly bytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** What is known of a data set before any of it is loaded. */
export interface DatasetEntry {
  readonly name: string;
  readonly summary: string;
  /** True when it is drawn by this package, without files. */
  readonly embedded: boolean;
  /** Empty when embedded. */
  readonly files: readonly DatasetFile[];
  /** One example's shape, e.g. [28, 28, 1]. */
  readonly inputShape: readonly number[];
  /** What the values of a batch lie in. */
  readonly range: readonly [number, number];
  readonly examples: { readonly train: number; readonly test: number };
  /** What class 0, 1, … is called. */
  readonly labels: readonly string[];
  readonly licence: string;
  readonly citation: string;
  readonly homepage: string;
}
