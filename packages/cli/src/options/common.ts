import { Option, type Command } from 'commander';
import { positiveNumber, threads, wholeNumber } from './parse.js';

/** Options of every command that computes. */
export interface ListOptions {
  readonly json?: boolean;
}

export interface EngineOptions {
  readonly backend: string;
  readonly threads?: number | 'auto';
  readonly quiet?: boolean;
}

/** Options of every command that reads a data set by name. */
export interface DataOptions {
  readonly dataDir?: string;
  readonly offline?: boolean;
}

/** What commands on the files of weights take. */
export interface WeightCommandOptions extends ListOptions, DataOptions {
  readonly quiet?: boolean;
}

/** How long to train. What is left out is the seed experiment's. */
export interface BudgetOptions {
  readonly steps?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
}

/** Options of commands that may compute features of all examples first. */
export interface FeatureOptions {
  /** Megabytes (of 2²⁰ bytes). */
  readonly featureMemory?: number;
}

export function addEngineOptions(command: Command): Command {
  return command
    .option('--backend <name>', 'engine: wasm, webgpu, cuda, cpu, or auto (wasm, else cpu)', 'auto')
    .option('--threads <n>', 'threads of the wasm engine, or auto for one a processor (default: 1)', threads)
    .option('--quiet', 'no progress and no remarks');
}

export function addDataOptions(command: Command): Command {
  return command
    .option(
      '--data-dir <folder>',
      'folder of downloaded data sets (default: GRAFT_DATA_DIR, then the cache, then the web)',
    )
    .addOption(new Option('--offline', 'never use the network').env('GRAFT_OFFLINE'));
}

export function addBudgetOptions(command: Command): Command {
  return command
    .option('--steps <n>', 'training steps (default: 600 with up to 1,000 labels)', wholeNumber(1))
    .option('--epochs <n>', 'passes over the data, instead of --steps (default: 5 with more labels)', wholeNumber(1))
    .option('--batch-size <n>', 'examples per step (default: 32)', wholeNumber(1))
    .option('--learning-rate <x>', 'Adam’s learning rate (default: 0.001)', positiveNumber);
}

export function addFeatureOptions(command: Command): Command {
  return command.option(
    '--feature-memory <MB>',
    'most memory for the features of a frozen backbone; more go to the cache folder (default: 1024)',
    wholeNumber(0),
  );
}

/**
 * Refuse to run a command without these options. (commander's own `requiredOption` complains of a missing option before
 * it complains of an unknown one, and so hides that the missing one was only mistyped.)
 *
 * @param flags as they were declared, e.g. `--source <name>`
 */
export function requireOptions(command: Command, flags: readonly string[]): void {
  command.hook('preAction', () => {
    for (const option of command.options) {
      if (flags.includes(option.flags) && command.getOptionValue(option.attributeName()) === undefined) {
        command.error(`error: required option '${option.flags}' not specified`);
      }
    }
  });
}
