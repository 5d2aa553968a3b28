import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
export const DATA: string = resolve(repository, process.env['GRAFT_DATA_DIR'] ?? '../shared/data');
export const PHOTOS: string = join(DATA, 'hymenoptera_data');
export const BACKBONE: string = join(DATA, 'mobilenet_v1_0.25_224-layers');

/** Folders of real data that are not there. */
export const missing: readonly string[] = [PHOTOS, BACKBONE].filter((path) => !existsSync(path));

/** A folder as a user has one: two folders of 20 photos, and among them files that are no pictures. */
export async function photoFolder(folder: string): Promise<void> {
  for (const kind of ['ants', 'bees']) {
    await mkdir(join(folder, kind), { recursive: true });
    const names = (await readdir(join(PHOTOS, 'train', kind))).filter((name) => name.endsWith('.jpg')).sort();
    for (const name of names.slice(0, 20)) await cp(join(PHOTOS, 'train', kind, name), join(folder, kind, name));
  }
  await writeFile(join(folder, 'ants', 'broken.jpg'), 'This is no picture.');
  // The first bytes of an iPhone's photo.
  await writeFile(join(folder, 'bees', 'IMG_0001.HEIC'), Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'));
}
