export { fileStore } from './file-store.js';
export { storageError, writeAtomic } from './write-atomic.js';
