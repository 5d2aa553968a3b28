import { Option, type Command } from 'commander';
import type { Context } from '../context.js';
import type { ExportOptions } from '../jobs/export-model.js';
import { addEngineOptions, requireOptions } from '../options/common.js';
import { EXPORT_FORMATS } from '../support/export-formats.js';

export function addExport(program: Command, context: Context): void {
  const command = program
    .command('export')
    .summary('write a saved model for other programs, or as a web page')
    .description(
      'write a saved model for other programs (ONNX, Keras, safetensors, TensorFlow.js), or as a web page that works without a connection',
    )
    .argument('<model>', 'a bundle: its folder, or one file (.zip)')
    .addOption(
      new Option('--to <format>', 'what to write (default: what the ending of --out says)').choices([
        ...EXPORT_FORMATS.keys(),
      ]),
    )
    .option('--web', 'write a web page, the same as --to web')
    .option('--out <path>', 'the file to write; for tfjs and web a folder')
    .option('--json', 'print what was written as JSON');
  requireOptions(command, ['--out <path>']);
  addEngineOptions(command)
    .addHelpText(
      'after',
      `
Formats:
${[...EXPORT_FORMATS].map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

Examples:
  $ graft export model/ --out model.onnx
  $ graft export model/ --out model.keras
  $ graft export model/ --web --out site/
  $ graft export model.zip --to tfjs --out public/model`,
    )
    .action(async (model: string, options: ExportOptions) => {
      const { exportModel } = await import('../jobs/export-model.js');
      await exportModel(model, options, context.open(options));
    });
}
