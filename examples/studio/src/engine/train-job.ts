import {
  GraftError,
  networkOf,
  pixelScaleOf,
  type CurvePoint,
  type Preprocessing,
  type Progress,
} from '@graft-ml/core';
import type { ActiveBackend } from '@graft-ml/core';
import { ConfusionMatrix } from '@graft-ml/metrics';
import { recipe, type RecipeOutcome } from '@graft-ml/recipes';
import { evaluate } from '@graft-ml/train';
import type { JobContext } from '@graft-ml/train/worker';
import { preprocessingOf } from '@graft-ml/zoo';
import { backboneNamed } from './backbones.js';
import { pictureData, type LabelledFile } from './picture-data.js';

export interface TrainInput {
  /** A pretrained entry of the zoo. */
  readonly backbone: string;
  readonly recipe: string;
  readonly labels: readonly string[];
  readonly files: readonly LabelledFile[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly heldOut: number;
  readonly seed: number;
}

/** What came of a training, for the page. The model itself stays in the worker. */
export interface TrainSummary {
  readonly labels: readonly string[];
  readonly trained: number;
  /** Fraction of the held-out pictures that it names rightly. */
  readonly accuracy: number;
  readonly loss: number;
  /** Rows: what it is; columns: what was said. */
  readonly confusion: readonly (readonly number[])[];
  readonly heldOut: readonly HeldOutAnswer[];
  readonly curve: readonly CurvePoint[];
  readonly steps: number;
  readonly seconds: number;
  readonly trainableParameters: number;
  readonly totalParameters: number;
}

export interface HeldOutAnswer {
  /** Which of the files. */
  readonly file: number;
  readonly truth: number;
  readonly predicted: number;
  /** Of the predicted class, in 0 … 1. */
  readonly confidence: number;
}

/** A trained model with what is needed to use and to save it. */
export interface TrainedModel {
  readonly outcome: RecipeOutcome;
  readonly labels: readonly string[];
  readonly preprocessing: Preprocessing;
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** Train on files, and test on those held back. */
export async function trainOnFiles(
  input: TrainInput,
  engine: ActiveBackend,
  context: JobContext,
): Promise<{ readonly summary: TrainSummary; readonly trained: TrainedModel }> {
  const { labels, seed, epochs, batchSize, learningRate } = input;
  const { signal, onEvent, onProgress } = context;
  const { source, entry } = await backboneNamed(input.backbone, { signal, onProgress, onNotKept: notKept(onProgress) });
  const preprocessing = preprocessingOf(entry);
  const data = await pictureData(input.files, {
    ...input,
    spec: pixelSpec(entry.inputShape),
    scale: pixelScaleOf(entry),
    signal,
    onProgress,
  });
  const outcome = await recipe(input.recipe).run({
    source: source.model,
    defaultCut: entry.cuts.find(({ name }) => name === entry.defaultCut)?.path ?? entry.defaultCut,
    train: data.train,
    validation: data.heldOut,
    seed,
    budget: { epochs, batchSize: Math.min(batchSize, data.train.size), learningRate },
    signal,
    onEvent,
    onProgress,
  });
  try {
    const tested = await evaluate(networkOf(outcome.model), data.heldOut, { signal });
    const classes = labels.length;
    const truths = data.heldOut.classes ?? new Int32Array();
    const confusion = new ConfusionMatrix(classes);
    confusion.update(tested.outputs, truths, classes);
    const heldOut = data.heldOutFiles.map((file, at): HeldOutAnswer => {
      const row = tested.outputs.subarray(at * classes, (at + 1) * classes);
      const predicted = row.indexOf(Math.max(...row));
      return { file, truth: truths[at] ?? 0, predicted, confidence: row[predicted] ?? 0 };
    });
    return {
      summary: {
        labels,
        trained: data.train.size,
        accuracy: tested.metrics['accuracy'] ?? Number.NaN,
        loss: tested.loss,
        confusion: confusion.counts,
        heldOut,
        curve: outcome.result.history,
        steps: outcome.result.steps,
        seconds: outcome.trainSeconds,
        trainableParameters: outcome.trainableParameters,
        totalParameters: outcome.totalParameters,
      },
      trained: {
        outcome,
        labels,
        preprocessing,
        provenance: {
          source: input.backbone,
          recipe: input.recipe,
          seed,
          budget: { epochs, batchSize, learningRate },
          data: await data.train.fingerprint(),
          heldOutAccuracy: tested.metrics['accuracy'],
          engine: { name: engine.name, ...engine.details },
        },
      },
    };
  } catch (thrown) {
    outcome.model.dispose();
    throw thrown;
  }
}

function pixelSpec(shape: readonly number[]): { height: number; width: number; channels: 1 | 3 } {
  const [height = 1, width = 1, channels] = shape;
  if (channels === 1 || channels === 3) return { height, width, channels };
  throw new GraftError({
    code: 'bad-input',
    what: `A backbone for inputs of shape [${shape.join(', ')}] takes no pictures.`,
  });
}

/** Said as progress, which the page shows. */
function notKept(onProgress: (progress: Progress) => void): (why: string) => void {
  return (why) => onProgress({ task: why, done: 0, unit: 'bytes' });
}
