import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { ListOptions } from '../options/common.js';

export function addRecipes(program: Command, context: Context): void {
  program
    .command('recipes')
    .description('list the recipes: whole ways of transferring')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  $ graft recipes')
    .action(async (options: ListOptions) => {
      const { listRecipes } = await import('../jobs/list-recipes.js');
      listRecipes(options, context.open({}));
    });
}
