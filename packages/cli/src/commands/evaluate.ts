import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { EvaluateOptions } from '../jobs/evaluate-model.js';
import { addDataOptions, addEngineOptions, requireOptions } from '../options/common.js';

export function addEvaluate(program: Command, context: Context): void {
  const command = program
    .command('evaluate')
    .summary('test a saved model on a data set')
    .description('test a saved model on a data set: accuracy, log loss, macro F1, each class, confusion matrix')
    .argument('<model>', 'a bundle: its folder, or one file (.zip); or the folder of any tfjs layers model')
    .option('--data <name>', 'data set; graft data list shows them')
    .option('--split <name>', 'which part of it: test or train', 'test')
    .option('--json', 'print the result as JSON');
  requireOptions(command, ['--data <name>']);
  addDataOptions(addEngineOptions(command))
    .addHelpText(
      'after',
      '\nExamples:\n  $ graft evaluate model/ --data fashion-mnist\n  $ graft evaluate model/ --data fashion-mnist --json',
    )
    .action(async (model: string, options: EvaluateOptions) => {
      const { evaluateModel } = await import('../jobs/evaluate-model.js');
      await evaluateModel(model, options, context.open(options));
    });
}
