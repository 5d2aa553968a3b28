import { GraftError } from '@graft-ml/core';
import { recipe, recipes, type Recipe } from '@graft-ml/recipes';
import type { OwnModel } from './own-model.js';
import type { SourcePlan } from './source-model.js';

/** A recipe and the source that it is run on. */
export interface PlannedRecipe<S> {
  readonly recipe: Recipe;
  readonly source: S;
}

/**
 * The recipe that was asked for, with the cut that was. A graph is cut as it is read, so there the cut goes to the source.
 *
 * @param name such as `frozen`, `frozen@conv2` or `frozen@conv2+ema`
 * @param cut what `--cut` says
 * @throws GraftError `not-found` with near names; `bad-input` for a recipe that would train a source of which nothing can be
 *   trained, or two cuts of a graph
 */
export function planRecipe<S extends SourcePlan | undefined>(
  name: string,
  cut: string | undefined,
  source: S,
): PlannedRecipe<S> {
  const [base = '', ...changes] = name.split('+');
  const named = (plain: string): Recipe => recipe([plain, ...changes].join('+'));
  if (!isCutAsRead(source)) {
    const found = named(cut === undefined ? base : `${base}@${cut}`);
    assertKeeps(found, source);
    return { recipe: found, source };
  }
  const [plain = '', ...cuts] = base.split('@');
  const found = named(plain);
  assertKeeps(found, source);
  if (source.format === 'onnx' && changes.includes('cutmix')) {
    throw new GraftError({
      code: 'bad-input',
      what: `"+cutmix" pastes pictures into each other while it trains, and the features of ${source.path} are computed before.`,
      remedy: 'Use +mixup, which works on features, or --augment.',
    });
  }
  const [at, ...more] = [...cuts, ...(cut === undefined ? [] : [cut])];
  if (more.length > 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `${source.path} was to be cut after ${[at, ...more].map((each) => `"${each}"`).join(' and ')}.`,
      expected: 'Graphs are cut at one place.',
    });
  }
  return { recipe: found, source: at === undefined ? source : { ...source, at } };
}

/** Whether a source is cut as it is read, and not by the recipe. */
export function isCutAsRead<S extends SourcePlan>(source: S | undefined): source is S & OwnModel {
  return source?.kind === 'own' && (source.format === 'graph' || source.format === 'onnx');
}

/** @throws GraftError `bad-input` for a recipe that trains what it transfers, on a source of which nothing can be trained */
function assertKeeps(chosen: Recipe, source: SourcePlan | undefined): void {
  if (source?.kind !== 'own' || !source.isFrozen || chosen.frozenBackbone === true) return;
  const able = recipes().filter(({ frozenBackbone }) => frozenBackbone === true);
  throw new GraftError({
    code: 'bad-input',
    what: `"${chosen.name}" trains the backbone, and nothing of ${source.path} can be trained.`,
    expected: 'Graph models and ONNX files are frozen: a head is trained on their features.',
    remedy: `Use one of ${able.map((each) => each.name).join(', ')}.`,
  });
}
