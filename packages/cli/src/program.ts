import { Command } from 'commander';
import { addCompare } from './commands/compare.js';
import { addData } from './commands/data.js';
import { addDoctor } from './commands/doctor.js';
import { addEvaluate } from './commands/evaluate.js';
import { addExport } from './commands/export.js';
import { addFindRate } from './commands/find-rate.js';
import { addLearnCurve } from './commands/learn-curve.js';
import { addParity } from './commands/parity.js';
import { addPredict } from './commands/predict.js';
import { addQuickstart } from './commands/quickstart.js';
import { addRecipes } from './commands/recipes.js';
import { addTrain } from './commands/train.js';
import { addZoo } from './commands/zoo.js';
import type { Context } from './context.js';
import { graftVersion } from './version.js';

/** The command tree. Nothing here loads TensorFlow.js: a command does, once it runs. */
export function createProgram(context: Context): Command {
  const program = new Command('graft')
    .description(
      'Transfer learning: cut a trained model, graft a new head, adapt it to your data, and see whether it helped.',
    )
    .version(graftVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .showHelpAfterError('Run it with --help for its options and examples.')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      `
Start here:
  $ graft quickstart

Exit codes: 0 done, 1 failed, 2 bad input, 130 cancelled.
Environment: GRAFT_DATA_DIR, a folder of downloaded data sets and models; GRAFT_OFFLINE=1 keeps off the network;
GRAFT_DEBUG=1 prints stacks.`,
    );
  addQuickstart(program, context);
  addCompare(program, context);
  addLearnCurve(program, context);
  addFindRate(program, context);
  addTrain(program, context);
  addEvaluate(program, context);
  addPredict(program, context);
  addExport(program, context);
  addRecipes(program, context);
  addData(program, context);
  addZoo(program, context);
  addParity(program, context);
  addDoctor(program, context);
  return program;
}
