import type { Rng } from '@graft-ml/core';
import { findDuplicates } from '../../inspect/find-duplicates.js';
import type { CheckedPicture } from './check-pictures.js';
import type { PictureList } from './picture-list.js';

/**
 * Draw test pictures: the same share of every class, at least one where a class has two. A test picture that the training
 * pictures have too goes back to them, so that copies are on one side.
 *
 * @param fraction in (0, 1)
 */
export function splitPictures(
  list: PictureList,
  pictures: readonly CheckedPicture[],
  fraction: number,
  rng: Rng,
): { readonly train: CheckedPicture[]; readonly test: CheckedPicture[] } {
  const strata = new Map<number, CheckedPicture[]>();
  for (const picture of pictures) {
    const stratum = list.target.kind === 'classes' ? (picture.item.target[0] ?? 0) : 0;
    const members = strata.get(stratum);
    if (members === undefined) strata.set(stratum, [picture]);
    else members.push(picture);
  }
  const drawn = new Set<CheckedPicture>();
  for (const [stratum, members] of strata) {
    const count = Math.min(members.length - 1, Math.max(1, Math.round(members.length * fraction)));
    const order = rng.fork('test').fork(stratum).permutation(members.length);
    for (const at of order.subarray(0, count)) {
      const member = members[at];
      if (member !== undefined) drawn.add(member);
    }
  }
  const train = pictures.filter((picture) => !drawn.has(picture));
  const test = pictures.filter((picture) => drawn.has(picture));
  const copies = new Set(
    findDuplicates(
      train.map(({ signature }) => signature),
      test.map(({ signature }) => signature),
    ).map(({ second }) => second),
  );
  return {
    train: [...train, ...test.filter((_, at) => copies.has(at))],
    test: test.filter((_, at) => !copies.has(at)),
  };
}
