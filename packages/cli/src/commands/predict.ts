import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { PredictOptions } from '../jobs/predict-images.js';
import { addEngineOptions } from '../options/common.js';
import { wholeNumber } from '../options/parse.js';

export function addPredict(program: Command, context: Context): void {
  const command = program
    .command('predict')
    .description('say what pictures show, with a saved model')
    .argument('<model>', 'a bundle: its folder, or one file (.zip)')
    .argument('<pictures...>', 'PNG, JPEG, WebP, GIF, TIFF or AVIF files, folders of them, or - for a list on stdin')
    .option('--top <n>', 'how many labels to print for each picture', wholeNumber(1), 1)
    .option('--json', 'print the result as JSON')
    .option('--csv', 'print the result as CSV');
  addEngineOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  $ graft predict model/ image.png\n  $ graft predict model.zip photos/ --top 3 --json\n  $ find . -name "*.jpg" | graft predict model/ - --csv',
    )
    .action(async (model: string, pictures: string[], options: PredictOptions) => {
      const { predictImages } = await import('../jobs/predict-images.js');
      context.exitCode = await predictImages(model, pictures, options, context.open(options));
    });
}
