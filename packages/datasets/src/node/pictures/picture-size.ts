import { MAX_PIXELS } from '../../images/picture-spec.js';
import { importSharp } from './import-sharp.js';
import type { PictureList } from './picture-list.js';

/** How many files are looked at. */
const SAMPLE = 32;

/**
 * How large the pictures of a list usually are: the median of the shorter sides in pixels, of a few files spread over
 * the list. Only their beginnings are read.
 *
 * @returns undefined when none of them can be read
 */
export async function usualSide(list: PictureList): Promise<number | undefined> {
  const sharp = await importSharp();
  const sides: number[] = [];
  const step = Math.max(1, Math.floor(list.items.length / SAMPLE));
  for (let at = 0; at < list.items.length; at += step) {
    const path = list.items[at]?.path;
    if (path === undefined) continue;
    const facts = await sharp(path, { limitInputPixels: MAX_PIXELS })
      .metadata()
      .catch(() => undefined);
    if (facts !== undefined) sides.push(Math.min(facts.width, facts.height));
  }
  sides.sort((a, b) => a - b);
  return sides[Math.floor(sides.length / 2)];
}
