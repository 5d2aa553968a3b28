import { GraftError, predict, throwIfCancelled, withScope, type TargetSpec } from '@graft-ml/core';
import { readImage } from '@graft-ml/datasets/node';
import type { Session } from '../context.js';
import type { EngineOptions } from '../options/common.js';
import { EXIT } from '../exit-codes.js';
import { savedModel, type SavedModel } from '../support/saved-model.js';
import { startBackend } from '../support/start-backend.js';
import { describeError } from '../terminal/describe-error.js';
import { percent, toJson } from '../terminal/format.js';
import type { Terminal } from '../terminal/terminal.js';

export interface PredictOptions extends EngineOptions {
  readonly top: number;
  readonly json?: boolean;
}

/** What is said of one file: the best labels (`confidence` is a fraction) or values, or why there is nothing to say. */
export type Prediction =
  | { readonly file: string; readonly predictions: readonly { readonly label: string; readonly confidence: number }[] }
  | { readonly file: string; readonly values: readonly { readonly name: string; readonly value: number }[] }
  | { readonly file: string; readonly error: string };

/** `graft predict`. A file that cannot be read is told of, and the others are still done. @returns the exit code */
export async function predictImages(
  folder: string,
  files: readonly string[],
  options: PredictOptions,
  session: Session,
): Promise<number> {
  const { terminal, signal } = session;
  await startBackend(options.backend, session);
  const saved = await savedModel(folder, session);
  const channels = imageChannels(saved, folder);
  const results: Prediction[] = [];
  for (const [index, file] of files.entries()) {
    throwIfCancelled(signal, `predicting, after ${index} of ${files.length} pictures`);
    terminal.progress({ task: 'predicting', done: index, total: files.length, unit: 'examples' });
    const result = await predictOne(file, saved, channels, options.top, terminal);
    results.push(result);
    if (options.json !== true && !('error' in result)) terminal.result(describe(result));
  }
  saved.model.dispose();
  if (options.json === true) terminal.result(toJson(results));
  return results.some((result) => 'error' in result) ? EXIT.failed : EXIT.done;
}

async function predictOne(
  file: string,
  saved: SavedModel,
  channels: 1 | 3,
  top: number,
  terminal: Terminal,
): Promise<Prediction> {
  const [height = 1, width = 1] = saved.preprocessing.inputShape;
  try {
    return await withScope(async (scope) => {
      const image = scope.own(await readImage(file, { height, width, channels, range: saved.preprocessing.range }));
      const [output] = predict(saved.network, [image]).map((tensor) => scope.own(tensor));
      return { file, ...readOutputs(Array.from((await output?.data()) ?? []), saved.target, top) };
    });
  } catch (thrown) {
    if (!(thrown instanceof GraftError) || thrown.code === 'internal' || thrown.code === 'unavailable') throw thrown;
    terminal.warn(describeError(thrown).lines.join('\n'));
    return { file, error: thrown.message };
  }
}

type Outputs =
  | { readonly predictions: readonly { readonly label: string; readonly confidence: number }[] }
  | { readonly values: readonly { readonly name: string; readonly value: number }[] };

function readOutputs(outputs: readonly number[], target: TargetSpec, top: number): Outputs {
  if (target.kind === 'values') {
    return { values: outputs.map((value, index) => ({ name: target.names[index] ?? String(index), value })) };
  }
  const predictions = outputs
    .map((confidence, index) => ({ label: target.labels[index] ?? String(index), confidence }))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, top);
  return { predictions };
}

function imageChannels({ preprocessing }: SavedModel, folder: string): 1 | 3 {
  const [, , channels] = preprocessing.inputShape;
  if (preprocessing.inputShape.length === 3 && (channels === 1 || channels === 3)) return channels;
  throw new GraftError({
    code: 'bad-input',
    what: `The model in ${folder} takes inputs of shape [${preprocessing.inputShape.join(', ')}].`,
    expected: 'A model of pictures, [height, width, 1 or 3], was expected.',
  });
}

function describe(prediction: Exclude<Prediction, { readonly error: string }>): string {
  const said =
    'values' in prediction
      ? prediction.values.map(({ name, value }) => `${name} ${value.toPrecision(5)}`)
      : prediction.predictions.map(({ label, confidence }) => `${label} ${percent(confidence)}`);
  return `${prediction.file}: ${said.join(', ')}`;
}
