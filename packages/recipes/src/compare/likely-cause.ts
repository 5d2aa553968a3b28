import type { RunRecord } from '@graft-ml/core';
import { average } from './negative-transfer.js';

/** A training accuracy from which on the training examples count as learnt. */
const LEARNT = 0.99;
/** A lead in training accuracy that is no accident. */
const MARGIN = 0.03;

/**
 * What the runs themselves say about why a recipe did worse than scratch, in a sentence. Evidence, not proof:
 *
 * - the rate was too high, when the training loss rose again in the last part of the training;
 * - the cut was too late, or the model too narrow, when the recipe learnt its training examples clearly less well than scratch
 *   did, with fewer weights: what was kept from the source, or is left to train, cannot tell the classes apart;
 * - too few labels, when both learnt their training examples, and the recipe's came out less general.
 *
 * @returns undefined when the curves show none of these
 */
export function likelyCause(recipe: readonly RunRecord[], scratch: readonly RunRecord[]): string | undefined {
  const rise = average(recipe.map(lateRise));
  if (rise > 1.5) {
    return `likely a learning rate that is too high: the training loss ended ${rise.toFixed(1)} times above its lowest`;
  }
  const [own, its] = [trainAccuracy(recipe), trainAccuracy(scratch)];
  const fewer = (recipe[0]?.trainableParameters ?? 0) < (scratch[0]?.trainableParameters ?? 0);
  if (fewer && own < its - MARGIN) {
    return `likely a cut that is too late, or too few weights that train: only ${percent(own)} of the training examples were learnt, and ${percent(its)} from scratch`;
  }
  if (own >= LEARNT && its >= LEARNT) {
    return `likely too few labels: all training examples were learnt (${percent(own)}), as they were from scratch, and the source’s features carried less over to new ones`;
  }
  return undefined;
}

/** The mean training loss of the last tenth of a curve, against the lowest tenth. */
function lateRise({ curve }: RunRecord): number {
  const size = Math.max(1, Math.floor(curve.length / 10));
  if (curve.length < 10) return 1;
  const means = Array.from({ length: curve.length - size + 1 }, (_, from) =>
    average(curve.slice(from, from + size).map((point) => point.trainLoss)),
  );
  // Losses near 0 vary by many times without meaning: a hundredth of a nat is as good as none.
  return Math.max(0.01, means.at(-1) ?? 0) / Math.max(0.01, Math.min(...means));
}

/** Over the last tenth of the curves. */
function trainAccuracy(runs: readonly RunRecord[]): number {
  return average(
    runs.map(({ curve }) =>
      average(curve.slice(-Math.max(1, Math.floor(curve.length / 10))).flatMap((point) => point.trainAccuracy ?? [])),
    ),
  );
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(0)} %`;
}
