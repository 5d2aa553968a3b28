import { Option, type Command } from 'commander';
import type { Context } from '../context.js';
import type { QuickstartOptions } from '../jobs/run-quickstart.js';
import { addEngineOptions } from '../options/common.js';
import { labelCount, nameList, seedList, wholeNumber } from '../options/parse.js';

export function addQuickstart(program: Command, context: Context): void {
  const command = program
    .command('quickstart')
    .summary('the whole job in under a minute, offline')
    .description(
      'the whole job in under a minute, on data that are drawn here: train a source, transfer it, compare, report',
    )
    .option('--out <folder>', 'folder for the report and the model', 'graft-quickstart')
    .addOption(
      new Option('--recipes <names>', 'recipes, with commas between; graft recipes shows them')
        .argParser(nameList)
        .default(['scratch', 'frozen', 'fine-tune'], 'scratch,frozen,fine-tune'),
    )
    .option('--labels <n>', 'labelled target examples', labelCount, 100)
    .addOption(
      new Option('--seeds <n or list>', 'number of repetitions, or the seeds themselves, such as 1,5,9')
        .argParser(seedList)
        .default([0, 1, 2], '3'),
    )
    .option('--source-steps <n>', 'training steps of the source', wholeNumber(1), 300)
    .option('--steps <n>', 'training steps of each run', wholeNumber(1), 150)
    .option('--json', 'print the record as JSON');
  addEngineOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  $ graft quickstart\n  $ graft quickstart --seeds 1 --steps 50 --out /tmp/first-look',
    )
    .action(async (options: QuickstartOptions) => {
      const { runQuickstart } = await import('../jobs/run-quickstart.js');
      await runQuickstart(options, context.open(options));
    });
}
