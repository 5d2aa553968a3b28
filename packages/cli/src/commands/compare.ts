import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { CompareOptions } from '../jobs/compare-recipes.js';
import {
  addBudgetOptions,
  addDataOptions,
  addEngineOptions,
  addFeatureOptions,
  requireOptions,
} from '../options/common.js';
import { addComparisonOptions } from '../options/comparison.js';

export function addCompare(program: Command, context: Context): void {
  const command = program
    .command('compare')
    .summary('run recipes and say which transfer helped')
    .description(
      'run recipes × label counts × seeds × backbones on a target task and say which transfer helped, and which did not',
    );
  addComparisonOptions(command, { labels: [100, 1000] });
  requireOptions(command, ['--source <names>', '--target <name>']);
  addDataOptions(addFeatureOptions(addBudgetOptions(addEngineOptions(command))))
    .addHelpText(
      'after',
      `
Examples:
  $ graft compare --source mnist --target fashion-mnist \\
      --recipes scratch,frozen,fine-tune,seed-layer2 --labels 100,1000 --seeds 3 --json out.json --report out.html
  $ graft compare --source mnist --target fashion-mnist --labels all --seeds 1
  $ graft compare --source mnist --target fashion-mnist --recipes scratch,lp-ft,l2-sp --tune --runs runs/
  $ graft compare --source mnist --target fashion-mnist --recipes scratch,lp-ft,l2-sp --tune --runs runs/ --finished
  $ graft compare --source mobilenet-v1-0.25-224 --target photos/ --recipes scratch,frozen,logistic --labels all
  $ graft compare --source sketches-source --target sketches-target --recipes scratch,frozen@conv2 --labels 50 --json`,
    )
    .action(async (options: CompareOptions) => {
      const { compareRecipes } = await import('../jobs/compare-recipes.js');
      await compareRecipes(options, context.open(options));
    });
}
