import { join } from 'node:path';
import { filesBelow, readTree } from './find-files.js';

/** What files of pictures are called. HEIC is among them to be told of, though it cannot be read. */
const PICTURE = /\.(jpe?g|jpe|jfif|png|webp|gif|avif|tiff?|svg|bmp|heic|heif)$/i;

/** Whether a file is a picture, by its name. */
export function isPictureName(name: string): boolean {
  return PICTURE.test(name);
}

/**
 * The files in a folder, and in those within it, that are pictures by their names; symbolic links are followed.
 *
 * @returns paths that begin with `folder`, in alphabetical order, files before folders
 * @throws GraftError `not-found` when it is no folder
 */
export async function findPictures(folder: string): Promise<string[]> {
  return [...filesBelow(await readTree(folder))].filter(isPictureName).map((name) => join(folder, name));
}
