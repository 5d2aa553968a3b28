import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { PredictOptions } from '../jobs/predict-images.js';
import { addEngineOptions } from '../options/common.js';
import { wholeNumber } from '../options/parse.js';

export function addPredict(program: Command, context: Context): void {
  const command = program
    .command('predict')
    .description('say what pictures show, with a saved model')
    .argument('<model>', 'folder of a bundle')
    .argument('<images...>', 'PNG, JPEG, WebP, GIF, TIFF or AVIF files')
    .option('--top <n>', 'how many labels to print for each picture', wholeNumber(1), 1)
    .option('--json', 'print the result as JSON');
  addEngineOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  $ graft predict model/ image.png\n  $ graft predict model/ *.png --top 3 --json',
    )
    .action(async (model: string, images: string[], options: PredictOptions) => {
      const { predictImages } = await import('../jobs/predict-images.js');
      context.exitCode = await predictImages(model, images, options, context.open(options));
    });
}
