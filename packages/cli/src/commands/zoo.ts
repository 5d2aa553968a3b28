import type { Command } from 'commander';
import type { Context } from '../context.js';
import { addDataOptions, type ListOptions, type WeightCommandOptions } from '../options/common.js';

export function addZoo(program: Command, context: Context): void {
  const zoo = program.command('zoo').description('models that can be a source');
  zoo
    .command('list')
    .description('list the architectures and pretrained models')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  $ graft zoo list')
    .action(async (options: ListOptions) => {
      const { listZoo } = await import('../jobs/list-zoo.js');
      listZoo(options, context.open({}));
    });
  zoo
    .command('show <name>')
    .description('say what is known of a model: cuts, stages, preprocessing, licence, files')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  $ graft zoo show mobilenet-v1-0.25-224')
    .action(async (name: string, options: ListOptions) => {
      const { showZooEntry } = await import('../jobs/show-zoo-entry.js');
      await showZooEntry(name, options, context.open({}));
    });
  addDataOptions(zoo.command('fetch <names...>'))
    .description('fetch the weights of models and check them; goes on where it stopped')
    .option('--json', 'print where the files are as JSON')
    .option('--quiet', 'no progress and no remarks')
    .addHelpText('after', '\nExample:\n  $ graft zoo fetch mobilenet-v1-0.25-224')
    .action(async (names: string[], options: WeightCommandOptions) => {
      const { fetchWeights } = await import('../jobs/fetch-weights.js');
      await fetchWeights(names, options, context.open(options));
    });
  addDataOptions(zoo.command('verify [names...]'))
    .description('check the sha256 of weights that are here, without the network (default: of every model)')
    .option('--json', 'print every file as JSON')
    .option('--quiet', 'no progress and no remarks')
    .addHelpText('after', '\nExample:\n  $ graft zoo verify')
    .action(async (names: string[], options: WeightCommandOptions) => {
      const { verifyZoo } = await import('../jobs/verify-zoo.js');
      context.exitCode = await verifyZoo(names, options, context.open(options));
    });
}
