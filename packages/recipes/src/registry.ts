import { didYouMean, GraftError } from '@graft-ml/core';
import { modified } from './modifiers.js';
import type { Recipe } from './recipe.js';
import { ia3At, loraAt, residualAt } from './recipes/adapters.js';
import { cosine } from './recipes/cosine.js';
import { delta } from './recipes/delta.js';
import { deltaAttention } from './recipes/delta-attention.js';
import { selfDistil, slimDistil, slimHint } from './recipes/distil.js';
import { fineTune, fineTuneAt } from './recipes/fine-tune.js';
import { frozen, frozenAt } from './recipes/frozen.js';
import { gradual } from './recipes/gradual.js';
import { l2Sp } from './recipes/l2-sp.js';
import { layerDecay } from './recipes/layer-decay.js';
import { linearProbe } from './recipes/linear-probe.js';
import { lpFt } from './recipes/lp-ft.js';
import { mlpHead } from './recipes/mlp-head.js';
import { nearestAt } from './recipes/nearest.js';
import { biasOnly, normOnly } from './recipes/only-some-weights.js';
import { scratch } from './recipes/scratch.js';
import { seedLayer2 } from './recipes/seed-layer2.js';
import { slim } from './recipes/slim.js';
import { classMeanAt, logisticAt, logisticCvAt, logisticFlatAt, ridgeAt } from './recipes/solved-heads.js';
import { greedySoupRecipe, soup } from './recipes/soup.js';
import { wiseFt } from './recipes/wise-ft.js';
import { surgical, surgicalAt } from './recipes/surgical.js';

const RECIPES: readonly Recipe[] = [
  scratch,
  frozen,
  linearProbe,
  mlpHead,
  cosine,
  fineTune,
  lpFt,
  layerDecay,
  gradual,
  surgical,
  biasOnly,
  normOnly,
  l2Sp,
  delta,
  deltaAttention,
  wiseFt,
  soup,
  greedySoupRecipe,
  selfDistil,
  slim,
  slimDistil,
  slimHint,
  loraAt(),
  ia3At(),
  residualAt(),
  logisticAt(),
  logisticCvAt(),
  logisticFlatAt(),
  ridgeAt(),
  classMeanAt(),
  nearestAt(),
  seedLayer2,
];

/** Recipes that take a cut: `frozen@dense1`. */
const WITH_CUT: ReadonlyMap<string, (at: string) => Recipe> = new Map([
  ['frozen', frozenAt],
  ['fine-tune', fineTuneAt],
  ['surgical', surgicalAt],
  ['lora', loraAt],
  ['ia3', ia3At],
  ['residual', residualAt],
  ['logistic', logisticAt],
  ['logistic-cv', logisticCvAt],
  ['logistic-flat', logisticFlatAt],
  ['ridge', ridgeAt],
  ['class-mean', classMeanAt],
  ['knn', nearestAt],
]);

/** Every recipe, baseline first. */
export function recipes(): readonly Recipe[] {
  return RECIPES;
}

/**
 * The recipe of a name. `frozen@dense1` and `fine-tune@conv2` cut at the named layer, `surgical@conv1` trains it;
 * `fine-tune+cosine+ema` changes how a recipe trains (see `modifiers`).
 *
 * @throws GraftError `not-found` with near names
 *
 * @example
 * ```ts
 * import { recipe } from '@graft-ml/recipes';
 * console.log(recipe('frozen@dense1').name); // frozen@dense1
 * ```
 */
export function recipe(name: string): Recipe {
  const [base = '', ...changes] = name.split('+');
  return changes.reduce(modified, plainRecipe(base));
}

function plainRecipe(name: string): Recipe {
  const at = name.indexOf('@');
  const withCut = at > 0 ? WITH_CUT.get(name.slice(0, at)) : undefined;
  if (withCut !== undefined && at < name.length - 1) return withCut(name.slice(at + 1));
  const found = RECIPES.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new GraftError({
    code: 'not-found',
    what: `There is no recipe "${name}".`,
    remedy: didYouMean(name, [
      ...RECIPES.map((each) => each.name),
      ...[...WITH_CUT.keys()].map((each) => `${each}@<layer>`),
    ]),
  });
}
