import { Option, type Command } from 'commander';
import type { CompareOptions } from '../jobs/compare-recipes.js';
import { addPixelRange } from './pixel-range.js';
import { fraction, labelCounts, nameList, rateList, seedList, wholeNumber } from './parse.js';

/** Options of the commands that compare; all but where the results go. */
export function addComparisonOptions(command: Command, defaults: Pick<CompareOptions, 'labels'>): Command {
  return addPixelRange(command)
    .addOption(
      new Option(
        '--source <names>',
        'sources, with commas between: data sets (mnist), models of the zoo (seed-cnn/mnist), models of your own (bundles and other TensorFlow.js folders, .zip, .keras, .h5, .onnx)',
      ).argParser(nameList),
    )
    .option('--target <name>', 'target data set (graft data list shows them) or a folder of pictures')
    .addOption(
      new Option('--recipes <names>', 'recipes, with commas between; graft recipes shows them')
        .argParser(nameList)
        .default(['scratch', 'frozen', 'fine-tune'], 'scratch,frozen,fine-tune'),
    )
    .addOption(
      new Option('--labels <counts>', 'labelled examples to train on, such as 100,1000,all')
        .argParser(labelCounts)
        .default(defaults.labels, defaults.labels.join()),
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
    .option(
      '--target-accuracy <fraction>',
      'count epochs until so many of 500 training examples beside the labelled ones are right, such as 0.7',
      fraction,
    )
    .option('--runs <folder>', 'keep each finished run there; the same command goes on after them')
    .option('--finished', 'run nothing: show what is in --runs already')
    .option('--json [file]', 'write the record as JSON to a file, or to stdout')
    .option('--report <file>', 'write a self-contained HTML report');
}
