export { cacheFolder } from './cache-folder.js';
export { fileSize, readChecked, sha256OfFile, type FilePromise } from './check-file.js';
export { download, type DownloadOptions } from './download.js';
export { fileStore } from './file-store.js';
export { makeFolder } from './make-folder.js';
export { dataFolder, findPinnedFile, type FindOptions, type FoundFile, type PinnedFile } from './pinned-file.js';
export { storageError } from './storage-error.js';
export { writeAtomic } from './write-atomic.js';
