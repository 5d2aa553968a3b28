import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the small net's result is, below the folder of runs. */
const FOLDER = 'small-cnn';

/**
 * The section on the small net: the command, and what it came to where its result is among the runs.
 *
 * @param {string} runs
 */
export async function smallNetSection(runs) {
  const text = await readFile(join(runs, FOLDER, 'result.json'), 'utf8').catch(() => undefined);
  const result = text === undefined ? undefined : JSON.parse(text);
  const percent = (/** @type {number} */ fraction) => `${(100 * fraction).toFixed(2)} %`;
  return [
    '## A small net on Fashion-MNIST',
    `\`node packages/zoo/scripts/train-small-cnn-fashion-mnist.mjs .results/${FOLDER}\` trains \`small-cnn\`, 80,106 parameters, from scratch on 55,000 training images; 5,000 are held out to choose by. It goes on from its checkpoint when it was stopped.`,
    result?.testAccuracy === undefined
      ? `Aimed at: 92.5 %. Not finished yet${result === undefined ? '' : `; on the held-out images it has ${percent(result.validationAccuracy)}`}.`
      : [
          `Aimed at: 92.5 %. ${result.testAccuracy >= 0.925 ? 'Reached' : 'Not reached'}: ${percent(result.testAccuracy)} of the test images, looked at once; ${percent(result.validationAccuracy)} of the held-out ones.`,
          `${result.epochs} epochs in batches of ${result.batchSize}, ${result.optimizer}, label smoothing ${result.labelSmoothing}, augmentation ${JSON.stringify(result.augmentation)}, seed ${result.seed}; ${(result.seconds / 60).toFixed(0)} minutes on ${result.backend} with ${result.backendDetails.threads} threads${result.backendDetails.relaxedSimd ? ' and relaxed SIMD (Node 24)' : ''}, on a machine that may have done other work too.`,
          `Data: training images \`${result.data.train}\`, test images \`${result.data.test}\`.`,
        ].join(' '),
  ].join('\n\n');
}
