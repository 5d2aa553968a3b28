import type { TargetSpec } from '@graft-ml/core';
import { findDuplicates, type Duplicate } from '../../inspect/find-duplicates.js';
import type { CheckedPicture } from './check-pictures.js';

/** A test picture that the training part has too: what is measured on it is not worth much. */
export interface PictureLeak {
  readonly kind: Duplicate['kind'];
  readonly train: string;
  readonly test: string;
  /** Whether the two copies are of different classes, so that one of them is wrong. */
  readonly disagree: boolean;
}

export function findLeaks(
  target: TargetSpec,
  train: readonly CheckedPicture[],
  test: readonly CheckedPicture[],
): PictureLeak[] {
  const signatures = (pictures: readonly CheckedPicture[]): CheckedPicture['signature'][] =>
    pictures.map(({ signature }) => signature);
  return findDuplicates(signatures(train), signatures(test)).flatMap(({ first, second, kind }) => {
    const [known, leaked] = [train[first]?.item, test[second]?.item];
    if (known === undefined || leaked === undefined) return [];
    const disagree = target.kind === 'classes' && known.target[0] !== leaked.target[0];
    return [{ kind, train: known.name, test: leaked.name, disagree }];
  });
}
