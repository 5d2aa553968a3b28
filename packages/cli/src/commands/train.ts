import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { TrainOptions } from '../jobs/train-model.js';
import {
  addBudgetOptions,
  addDataOptions,
  addEngineOptions,
  addFeatureOptions,
  requireOptions,
} from '../options/common.js';
import { addPixelRange } from '../options/pixel-range.js';
import { augmentation, AUGMENTATIONS } from '../options/augmentation.js';
import { classWeights, labelCount, nameList, wholeNumber } from '../options/parse.js';

export function addTrain(program: Command, context: Context): void {
  const command = program
    .command('train')
    .summary('adapt a source model and save it')
    .description('adapt a source model to pictures or a data set, test it, and save it with a report and a model card')
    .argument(
      '[photos]',
      'folder of pictures, with a folder for each class (photos/ants, photos/bees); a CSV of path,label; or, with --target, a table (CSV)',
    )
    .option('--target <column>', 'of a table: the column to tell, from its other columns')
    .option('--without <columns>', 'of a table: columns to leave out, with commas between', nameList)
    .option('--data <name>', 'a data set that has a name, instead of pictures; graft data list shows them')
    .option(
      '--backbone <name>',
      'source: a model of the zoo (seed-cnn/mnist), a model of your own (a bundle or another TensorFlow.js folder, .zip, .keras, .h5, .onnx) or a data set (default for pictures: the best one here)',
    )
    .option('--recipe <name>', 'recipe; graft recipes shows them (default: frozen for pictures, else fine-tune)')
    .option('--out <folder>', 'folder for the bundle, its record, report and model card')
    .option(
      '--augment <changes>',
      `also train on views of the pictures that are changed at random: ${AUGMENTATIONS}`,
      augmentation,
    )
    .option('--views <n>', 'with --augment: how many views of each picture, itself among them', wholeNumber(2), 4)
    .option(
      '--image-size <pixels>',
      'side of the square that pictures are brought to (default: by their size)',
      wholeNumber(16),
    )
    .option('--class-weights <how>', 'balanced: every class counts the same, however few examples it has', classWeights)
    .option('--labels <n>', 'labelled examples to train on, or all', labelCount, 'all')
    .option('--source-steps <n>', 'training steps of a source that is trained here', wholeNumber(1))
    .option(
      '--cut <layer>',
      'where the recipe cuts, the same as --recipe <name>@<layer>; of a graph model or an ONNX file, the node',
    )
    .option('--seed <n>', 'fixes new weights, the order of examples and noise', wholeNumber(0), 0)
    .option('--checkpoint-every <steps>', 'how often to save what --resume starts from', wholeNumber(1), 200)
    .option(
      '--calibrate',
      'make confidences true: divide the logits by a temperature found on examples held out for that',
    )
    .option('--resume', 'go on from the checkpoint that an interrupted run left in --out')
    .option('--restart', 'start anew although there is such a checkpoint')
    .option('--json', 'print the run’s record as JSON');
  requireOptions(command, ['--out <folder>']);
  addPixelRange(command);
  addDataOptions(addFeatureOptions(addBudgetOptions(addEngineOptions(command))))
    .addHelpText(
      'after',
      `
Examples:
  $ graft train photos/ --out model/
  $ graft train photos/ --backbone mine.keras --range -1,1 --out model/
  $ graft train photos/ --augment light --class-weights balanced --out model/
  $ graft train ages.csv --out model/     # path,age: pictures and a number to tell
  $ graft train houses.csv --target price --out model/
  $ graft train --data fashion-mnist --backbone seed-cnn/mnist --recipe fine-tune --out model/
  $ graft train photos/ --recipe lp-ft --calibrate --out model/
  $ graft train --data fashion-mnist --backbone seed-cnn/mnist --recipe frozen@conv2 --labels 1000 --out model/
  $ graft train --data fashion-mnist --backbone seed-cnn/mnist --out model/ --resume    # after Ctrl-C`,
    )
    .action(async (photos: string | undefined, options: TrainOptions) => {
      if (photos !== undefined && options.target !== undefined) {
        const { trainTable } = await import('../jobs/train-table.js');
        await trainTable(photos, options.target, options, context.open(options));
        return;
      }
      const { trainModel } = await import('../jobs/train-model.js');
      await trainModel(photos, options, context.open(options));
    });
}
