import type { H5Tree } from './h5-tree.js';

/** What the thread that reads HDF5 files says: once that it is ready, and then an answer to each file that it was sent. */
export type ThreadAnswer = { readonly ready: true } | { readonly tree: H5Tree } | { readonly problem: string };
