export { fileStore } from './file-store.js';
export { makeFolder } from './make-folder.js';
export { storageError } from './storage-error.js';
export { writeAtomic } from './write-atomic.js';
