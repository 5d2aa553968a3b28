import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { ListOptions } from '../options/common.js';

export function addData(program: Command, context: Context): void {
  program
    .command('data')
    .description('data sets that have a name')
    .command('list')
    .description('list the data sets, with size, licence and homepage')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  $ graft data list')
    .action(async (options: ListOptions) => {
      const { listData } = await import('../jobs/list-data.js');
      listData(options, context.open({}));
    });
}
