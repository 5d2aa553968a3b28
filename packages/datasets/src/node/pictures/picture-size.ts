import { MAX_PIXELS } from '../../images/picture-spec.js';
import { importSharp } from './import-sharp.js';
import type { PictureList } from './picture-list.js';

/** How many files are looked at. */
const SAMPLE = 32;

/** What the pictures of a list usually are. */
export interface UsualPicture {
  /** The median of the shorter sides, in pixels. */
  readonly side: number;
  /** Whether none of them has colours, by their headers. */
  readonly grey: boolean;
}

/**
 * How large the pictures of a list usually are: a few files spread over the list are asked. Only their beginnings are read.
 *
 * @returns undefined when none of them can be read
 */
export async function usualPicture(list: PictureList): Promise<UsualPicture | undefined> {
  const sharp = await importSharp();
  const sides: number[] = [];
  let grey = true;
  const step = Math.max(1, Math.floor(list.items.length / SAMPLE));
  for (let at = 0; at < list.items.length; at += step) {
    const path = list.items[at]?.path;
    if (path === undefined) continue;
    const facts = await sharp(path, { limitInputPixels: MAX_PIXELS })
      .metadata()
      .catch(() => undefined);
    if (facts === undefined) continue;
    sides.push(Math.min(facts.width, facts.height));
    grey &&= facts.space === 'b-w' || facts.space === 'grey16';
  }
  sides.sort((a, b) => a - b);
  const side = sides[Math.floor(sides.length / 2)];
  return side === undefined ? undefined : { side, grey };
}
