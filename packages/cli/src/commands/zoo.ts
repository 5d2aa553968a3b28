import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { ListOptions } from '../options/common.js';

export function addZoo(program: Command, context: Context): void {
  program
    .command('zoo')
    .description('models that can be a source')
    .command('list')
    .description('list the architectures and pretrained models, with their cuts')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  $ graft zoo list')
    .action(async (options: ListOptions) => {
      const { listZoo } = await import('../jobs/list-zoo.js');
      listZoo(options, context.open({}));
    });
}
