import * as tf from '@tensorflow/tfjs-core';
import { GraftError, pixelScaleOf, throwIfCancelled, withScope } from '@graft-ml/core';
import { readImage, type ReadImageOptions } from '@graft-ml/datasets/node';
import type { Session } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { pictureFiles } from '../photos/picture-files.js';
import { predictionCsv, predictionText, readOutputs, type Prediction } from '../photos/prediction.js';
import { outputsOf, type SavedModel } from '../support/saved-model.js';
import { describeError } from '../terminal/describe-error.js';
import { toJson } from '../terminal/format.js';
import type { Terminal } from '../terminal/terminal.js';
import type { PredictOptions } from './predict.js';

/** How many pictures are decoded and go through the model together. */
const AT_A_TIME = 16;

/**
 * Say what pictures show. A file that cannot be read is told of, and the others are still done.
 *
 * @param model what messages call it
 * @returns the exit code
 */
export async function predictImages(
  saved: SavedModel,
  model: string,
  named: readonly string[],
  options: PredictOptions,
  { terminal, signal }: Session,
): Promise<number> {
  const form = pictureForm(saved, model);
  const files = await pictureFiles(named, process.stdin);
  const csv = options.csv === true ? predictionCsv(saved.target) : undefined;
  if (csv !== undefined) terminal.result(csv.header);
  const results: Prediction[] = [];
  for (let from = 0; from < files.length; from += AT_A_TIME) {
    throwIfCancelled(signal, `predicting, after ${from} of ${files.length} pictures`);
    terminal.progress({ task: 'predicting', done: from, total: files.length, unit: 'examples' });
    for (const result of await predictSome(files.slice(from, from + AT_A_TIME), saved, form, options.top, terminal)) {
      results.push(result);
      if (csv !== undefined) for (const line of csv.lines(result)) terminal.result(line);
      else if (options.json !== true && !('error' in result)) terminal.result(predictionText(result.file, result));
    }
  }
  if (options.json === true) terminal.result(toJson(results));
  return results.some((result) => 'error' in result) ? EXIT.failed : EXIT.done;
}

/** Decode some files side by side, and send those that can be read through the model at once. */
function predictSome(
  files: readonly string[],
  saved: SavedModel,
  form: ReadImageOptions,
  top: number,
  terminal: Terminal,
): Promise<Prediction[]> {
  return withScope(async (scope) => {
    const read = await Promise.all(files.map((file) => readOne(file, form)));
    const images = read.flatMap((each) => ('image' in each ? [scope.own(each.image)] : []));
    const output = images.length === 0 ? undefined : await outputsOf(saved, scope.own(tf.concat(images)));
    const values = output === undefined ? [] : Array.from(await scope.own(output).data());
    const width = values.length / Math.max(1, images.length);
    let row = 0;
    return read.map((each): Prediction => {
      if ('image' in each) {
        const outputs = values.slice(row * width, (row + 1) * width);
        row++;
        return { file: each.file, ...readOutputs(outputs, saved.target, top) };
      }
      terminal.warn(describeError(each.error).lines.join('\n'));
      return { file: each.file, error: each.error.message };
    });
  });
}

type ReadFile =
  | { readonly file: string; readonly image: tf.Tensor }
  | { readonly file: string; readonly error: GraftError };

async function readOne(file: string, form: ReadImageOptions): Promise<ReadFile> {
  try {
    return { file, image: await readImage(file, form) };
  } catch (error) {
    if (!(error instanceof GraftError) || error.code === 'internal' || error.code === 'unavailable') throw error;
    return { file, error };
  }
}

/** @throws GraftError `bad-input` for a model that takes no pictures */
function pictureForm({ preprocessing }: SavedModel, folder: string): ReadImageOptions {
  const [height = 1, width = 1, channels] = preprocessing.inputShape;
  if (preprocessing.inputShape.length === 3 && (channels === 1 || channels === 3)) {
    return { height, width, channels, ...pixelScaleOf(preprocessing) };
  }
  throw new GraftError({
    code: 'bad-input',
    what: `The model in ${folder} takes inputs of shape [${preprocessing.inputShape.join(', ')}].`,
    expected: 'A model of pictures, [height, width, 1 or 3], was expected.',
  });
}
