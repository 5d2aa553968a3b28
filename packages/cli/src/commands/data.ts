import type { Command } from 'commander';
import type { Context } from '../context.js';
import { addDataOptions, type DataOptions, type ListOptions } from '../options/common.js';

export function addData(program: Command, context: Context): void {
  const data = program.command('data').description('data sets that have a name');
  data
    .command('list')
    .description('list the data sets, with size, licence and homepage')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  $ graft data list')
    .action(async (options: ListOptions) => {
      const { listData } = await import('../jobs/list-data.js');
      listData(options, context.open({}));
    });
  data
    .command('show')
    .description('show what is known of a data set: classes, files with their sha256, licence, citation')
    .argument('<name>', 'data set')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  $ graft data show fashion-mnist')
    .action(async (name: string, options: ListOptions) => {
      const { showData } = await import('../jobs/data-files.js');
      showData(name, options, context.open({}));
    });
  for (const { verb, fetch, what } of [
    { verb: 'fetch', fetch: true, what: 'fetch the files of a data set that are not here, and check all of them' },
    { verb: 'verify', fetch: false, what: 'check the files of a data set that are here, by their sha256' },
  ]) {
    addDataOptions(
      data.command(verb).description(what).argument('<name>', 'data set').option('--json', 'print the result as JSON'),
    )
      .addHelpText('after', `\nExample:\n  $ graft data ${verb} fashion-mnist`)
      .action(async (name: string, options: DataOptions & ListOptions) => {
        const { checkData } = await import('../jobs/data-files.js');
        context.exitCode = await checkData(name, { ...options, fetch }, context.open({}));
      });
  }
}
