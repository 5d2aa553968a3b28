import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { LearnCurveOptions } from '../jobs/plot-learn-curve.js';
import { addBudgetOptions, addDataOptions, addEngineOptions, addFeatureOptions } from '../options/common.js';
import { addComparisonOptions } from '../options/comparison.js';

export function addLearnCurve(program: Command, context: Context): void {
  const command = program
    .command('learn-curve')
    .summary('plot accuracy by the number of labels')
    .description('plot the test accuracy of recipes by the number of labelled examples, with intervals over seeds')
    .option('--from <file>', 'plot the record that compare or learn-curve wrote with --json; nothing is run');
  addComparisonOptions(command, { labels: [20, 50, 100, 200, 500, 1000] });
  addDataOptions(addFeatureOptions(addBudgetOptions(addEngineOptions(command))))
    .addHelpText(
      'after',
      `
Examples:
  $ graft learn-curve --source mnist --target fashion-mnist --recipes scratch,logistic,fine-tune
  $ graft learn-curve --source mnist --target fashion-mnist --labels 10,30,100,300 --seeds 5 --runs runs/ --report out.html
  $ graft learn-curve --from out.json --report out.html`,
    )
    .action(async (options: LearnCurveOptions) => {
      const { plotLearnCurve } = await import('../jobs/plot-learn-curve.js');
      await plotLearnCurve(options, context.open(options));
    });
}
