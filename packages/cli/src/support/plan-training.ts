import { GraftError } from '@graft-ml/core';
import { dataEntry } from '@graft-ml/datasets';
import { usualPicture } from '@graft-ml/datasets/node';
import type { Recipe } from '@graft-ml/recipes';
import type { Session } from '../context.js';
import type { TrainOptions } from '../jobs/train-model.js';
import { chooseBackbone } from '../photos/choose-backbone.js';
import { atSize, usualSize } from '../photos/input-size.js';
import { listPhotos, loadPhotos } from '../photos/load-photos.js';
import { assertLabelCount } from './label-count.js';
import { inFormOf, loadNamed } from './named-data.js';
import { assertOwn } from './own-model.js';
import { planRecipe } from './plan-recipe.js';
import type { Source } from './source.js';
import { planSource, sourceModel, type SourcePlan } from './source-model.js';
import type { TrainingData } from './training-data.js';

/** Data and source, found but not loaded. */
export interface TrainingPlan {
  readonly recipe: Recipe;
  /** Load both; a backend must run. */
  load(): Promise<{ readonly data: TrainingData; readonly source: Source }>;
}

/**
 * Find out what `graft train` was asked to train, and on what, so that mistakes are told of at once.
 *
 * @param photos a folder of pictures; undefined for a data set with a name
 * @throws GraftError `bad-input` unless there is exactly one of the two, for a folder that cannot be trained on, or a recipe that
 *   the backbone does not allow; `not-found` with near names
 */
export async function planTraining(
  photos: string | undefined,
  options: TrainOptions,
  session: Session,
): Promise<TrainingPlan> {
  if (photos !== undefined && options.data !== undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `Both the pictures in ${photos} and --data ${options.data} were given.`,
      remedy: 'Leave one of them out.',
    });
  }
  return photos === undefined ? planNamed(options, session) : planPhotos(photos, options, session);
}

async function planNamed(options: TrainOptions, session: Session): Promise<TrainingPlan> {
  const { data: name, backbone } = options;
  if (name === undefined || backbone === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `There is nothing to train on: ${name === undefined ? 'neither a folder of pictures nor --data was given' : "required option '--backbone <name>' not specified"}.`,
      remedy: 'Give a folder of pictures (graft train photos/ --out model/), or --data and --backbone.',
    });
  }
  if (options.imageSize !== undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: '--image-size is for folders of pictures: the pictures of a named data set have one size.',
      remedy: 'Leave it out.',
    });
  }
  dataEntry(name);
  const found = await planSource(backbone);
  assertOwn(options.range, [found]);
  const { recipe, source: plan } = planRecipe(options.recipe ?? usualRecipe(found), options.cut, found);
  return {
    recipe,
    async load() {
      const data = await loadNamed(name, options, session);
      assertLabelCount(options.labels, data.train.size, name);
      const source = await sourceModel(plan, { ...options, measure: false }, session);
      return { data: { ...inFormOf(source, name, data), form: source.form, remarks: [] }, source };
    },
  };
}

async function planPhotos(photos: string, options: TrainOptions, session: Session): Promise<TrainingPlan> {
  const list = await listPhotos(photos, session);
  if (options.classWeights !== undefined && list.target.kind !== 'classes') {
    throw new GraftError({
      code: 'bad-input',
      what: `Class weights were asked for, and ${photos} has no classes: its labels are numbers with decimals.`,
      remedy: 'Leave --class-weights out.',
    });
  }
  const found = options.backbone === undefined ? undefined : await planSource(options.backbone);
  assertOwn(options.range, [found]);
  const { recipe, source: plan } = planRecipe(options.recipe ?? 'frozen', options.cut, found);
  return {
    recipe,
    async load() {
      const pictures = await usualPicture(list);
      const chosen = plan ?? (await planSource(await chooseBackbone(options, pictures, session)));
      const whole = await sourceModel(chosen, { ...options, measure: false }, session);
      const usual = whole.isFrozen === true ? undefined : usualSize(whole.form, pictures);
      const source = atSize(whole, options.imageSize ?? usual, session);
      const data = await loadPhotos(list, source.form, options, session);
      assertLabelCount(options.labels, data.train.size, data.name);
      return { data, source };
    },
  };
}

function usualRecipe(source: SourcePlan): string {
  return source.kind === 'own' && source.isFrozen ? 'frozen' : 'fine-tune';
}
