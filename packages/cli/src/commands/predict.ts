import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { PredictOptions } from '../jobs/predict.js';
import { addEngineOptions } from '../options/common.js';
import { wholeNumber } from '../options/parse.js';

export function addPredict(program: Command, context: Context): void {
  const command = program
    .command('predict')
    .description('say what pictures show, or tell a column of a table, with a saved model')
    .argument('<model>', 'a bundle: its folder, or one file (.zip)')
    .argument(
      '<inputs...>',
      'PNG, JPEG, WebP, GIF, TIFF or AVIF files, folders of them, or - for a list on stdin; for a model of a table, CSV files, or - for one on stdin',
    )
    .option('--top <n>', 'how many labels to print for each', wholeNumber(1), 1)
    .option('--json', 'print the result as JSON')
    .option('--csv', 'print the result as CSV; of a table, its rows with what was told');
  addEngineOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  $ graft predict model/ image.png\n  $ graft predict model.zip photos/ --top 3 --json\n  $ find . -name "*.jpg" | graft predict model/ - --csv\n  $ graft predict prices/ houses.csv --csv > told.csv',
    )
    .action(async (model: string, inputs: string[], options: PredictOptions) => {
      const { predictWith } = await import('../jobs/predict.js');
      context.exitCode = await predictWith(model, inputs, options, context.open(options));
    });
}
