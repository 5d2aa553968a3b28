import { Option, type Command } from 'commander';
import type { Context } from '../context.js';
import type { CompareOptions } from '../jobs/compare-recipes.js';
import {
  addBudgetOptions,
  addDataOptions,
  addEngineOptions,
  addFeatureOptions,
  requireOptions,
} from '../options/common.js';
import { labelCounts, nameList, rateList, seedList, wholeNumber } from '../options/parse.js';

export function addCompare(program: Command, context: Context): void {
  const command = program
    .command('compare')
    .summary('run recipes and say which transfer helped')
    .description('run recipes × label counts × seeds on a target task and say which transfer helped, and which did not')
    .option('--source <name>', 'source: a data set (mnist), a model of the zoo (seed-cnn/mnist) or a bundle’s folder')
    .option('--target <name>', 'target data set; graft data list shows them')
    .addOption(
      new Option('--recipes <names>', 'recipes, with commas between; graft recipes shows them')
        .argParser(nameList)
        .default(['scratch', 'frozen', 'fine-tune'], 'scratch,frozen,fine-tune'),
    )
    .addOption(
      new Option('--labels <counts>', 'labelled examples to train on, such as 100,1000,all')
        .argParser(labelCounts)
        .default([100, 1000], '100,1000'),
    )
    .addOption(
      new Option('--seeds <n or list>', 'number of repetitions, or the seeds themselves, such as 1,5,9')
        .argParser(seedList)
        .default([0, 1, 2], '3'),
    )
    .option('--cut <layer>', 'where frozen cuts (default: the source’s own choice)')
    .option('--train-source', 'train the source here, even where the zoo has its weights')
    .option('--source-steps <n>', 'training steps of a source that is trained here', wholeNumber(1))
    .addOption(
      new Option(
        '--tune [rates]',
        'choose each recipe’s learning rate and own numbers by validation on a fifth of the labelled examples',
      )
        .argParser(rateList)
        .preset('0.0003,0.001,0.003'),
    )
    .option('--runs <folder>', 'keep each finished run there; the same command goes on after them')
    .option('--json [file]', 'write the record as JSON to a file, or to stdout')
    .option('--report <file>', 'write a self-contained HTML report');
  requireOptions(command, ['--source <name>', '--target <name>']);
  addDataOptions(addFeatureOptions(addBudgetOptions(addEngineOptions(command))))
    .addHelpText(
      'after',
      `
Examples:
  $ graft compare --source mnist --target fashion-mnist \\
      --recipes scratch,frozen,fine-tune,seed-layer2 --labels 100,1000 --seeds 3 --json out.json --report out.html
  $ graft compare --source mnist --target fashion-mnist --labels all --seeds 1
  $ graft compare --source mnist --target fashion-mnist --recipes scratch,lp-ft,l2-sp --tune --runs runs/
  $ graft compare --source sketches-source --target sketches-target --recipes scratch,frozen@conv2 --labels 50 --json`,
    )
    .action(async (options: CompareOptions) => {
      const { compareRecipes } = await import('../jobs/compare-recipes.js');
      await compareRecipes(options, context.open(options));
    });
}
