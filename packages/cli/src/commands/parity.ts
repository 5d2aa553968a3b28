import type { Command } from 'commander';
import type { Context } from '../context.js';
import type { ParityCommandOptions } from '../jobs/compare-engines.js';
import { nameList, wholeNumber } from '../options/parse.js';

export function addParity(program: Command, context: Context): void {
  program
    .command('parity')
    .summary('train the same networks on every engine and compare them')
    .description(
      'train the same small networks from the same seed on every engine found here, and say how far losses and weights are from cpu',
    )
    .option('--steps <n>', 'training steps', wholeNumber(1), 5)
    .option('--backends <names>', 'only these, with commas between, such as wasm,webgpu', nameList)
    .option('--browser', 'the engines of a browser too: webgl and webgpu, in a Chromium that is found here')
    .option('--software', 'graphics by SwiftShader on the CPU, not by the graphics card')
    .option('--json', 'print the result as JSON')
    .option('--markdown', 'print the result as Markdown')
    .option('--quiet', 'no progress and no remarks')
    .addHelpText(
      'after',
      `
Ends with 1 when losses differ by more than 1e-5 or weights by more than 1e-4, both relative, or a training fails.
An engine that is not there is listed and fails nothing, unless --backends names it.

Examples:
  $ graft parity
  $ graft parity --browser --markdown
  $ graft parity --backends wasm,webgpu --steps 20 --json`,
    )
    .action(async (options: ParityCommandOptions) => {
      const { compareEngines } = await import('../jobs/compare-engines.js');
      context.exitCode = await compareEngines(options, context.open(options));
    });
}
