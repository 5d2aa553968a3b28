import type { H5Tree } from './h5-tree.js';

/** What the thread that reads HDF5 files says to each that it was sent; before the first, once, that it is ready. */
export type ThreadAnswer = { readonly tree: H5Tree } | { readonly problem: string };
