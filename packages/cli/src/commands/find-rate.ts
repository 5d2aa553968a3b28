import { Option, type Command } from 'commander';
import type { Context } from '../context.js';
import type { FindRateOptions } from '../jobs/find-rate.js';
import { addDataOptions, addEngineOptions, requireOptions } from '../options/common.js';
import { addPixelRange } from '../options/pixel-range.js';
import { labelCount, positiveNumber, wholeNumber } from '../options/parse.js';

export function addFindRate(program: Command, context: Context): void {
  const command = program
    .command('find-rate')
    .summary('find a learning rate, with its plot')
    .description(
      'learning-rate range test: train a few steps at rising rates and plot where the loss falls and where it blows up',
    )
    .option('--data <name>', 'data set to train on; graft data list shows them')
    .option('--backbone <name>', 'source: a model of the zoo (seed-cnn/mnist), a model of your own or a data set')
    .addOption(
      new Option('--train <what>', 'what trains: everything, the new head on frozen features, or fresh weights')
        .choices(['all', 'head', 'scratch'])
        .default('all'),
    )
    .option('--labels <n>', 'labelled examples to train on, or all', labelCount, 'all')
    .option('--from <rate>', 'lowest rate', positiveNumber, 1e-6)
    .option('--to <rate>', 'highest rate', positiveNumber, 1)
    .option('--steps <n>', 'training steps', wholeNumber(2), 100)
    .option('--batch-size <n>', 'examples per step', wholeNumber(1), 32)
    .option('--seed <n>', 'fixes new weights and the order of examples', wholeNumber(0), 0)
    .option('--source-steps <n>', 'training steps of a source that is trained here', wholeNumber(1))
    .option('--json', 'print the points and the suggested rate as JSON')
    .option('--report <file>', 'write the plot as an HTML file');
  addPixelRange(command);
  requireOptions(command, ['--data <name>', '--backbone <name>']);
  addDataOptions(addEngineOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  $ graft find-rate --data fashion-mnist --backbone seed-cnn/mnist
  $ graft find-rate --data fashion-mnist --backbone seed-cnn/mnist --train head --labels 1000 --report rates.html
  $ graft find-rate --data sketches-target --backbone sketches-source --json`,
    )
    .action(async (options: FindRateOptions) => {
      const { findRate } = await import('../jobs/find-rate.js');
      await findRate(options, context.open(options));
    });
}
