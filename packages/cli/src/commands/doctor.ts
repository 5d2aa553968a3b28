import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { DoctorOptions } from '../jobs/examine-machine.js';

export function addDoctor(program: Command, context: Context): void {
  program
    .command('doctor')
    .summary('what runs here, and what to do about what does not')
    .description('look at engines, versions, graphics cards, threads, copies of TensorFlow.js and the cache folder')
    .option('--browser', 'look at the engines of a browser too, in a Chromium that is found here')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'no progress and no remarks')
    .addHelpText(
      'after',
      '\nEnds with 1 when something is wrong that keeps Graft from working.\n\nExamples:\n  $ graft doctor\n  $ graft doctor --browser --json',
    )
    .action(async (options: DoctorOptions) => {
      const { examineMachine } = await import('../jobs/examine-machine.js');
      context.exitCode = await examineMachine(options, context.open(options));
    });
}
