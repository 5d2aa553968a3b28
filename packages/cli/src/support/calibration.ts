import { createRng, networkOf } from '@graft-ml/core';
import { splitDataset, type Dataset } from '@graft-ml/datasets';
import { expectedCalibrationError } from '@graft-ml/metrics/calibration';
import { calibrated, type Calibration, type RecipeOutcome } from '@graft-ml/recipes';
import { evaluate } from '@graft-ml/train';
import type { Session } from '../context.js';
import { percent } from '../terminal/format.js';
import type { Terminal } from '../terminal/terminal.js';
import type { TrainingData } from './training-data.js';

/** How much of the labelled examples is held out where the data bring no validation set. */
const HELD_OUT = 0.2;

/** What calibration found, and how it did on the test data, which it never saw. */
export interface TestedCalibration extends Calibration {
  /** Expected calibration errors on the test data, 0 … 1. */
  readonly testErrorBefore: number;
  readonly testErrorAfter: number;
}

/** The examples to train on and those to calibrate by: the data's own validation set, or a fifth of the labelled examples. */
export function heldOut(
  { validation }: TrainingData,
  labelled: Dataset,
  seed: number,
  terminal: Terminal,
): { readonly train: Dataset; readonly validation: Dataset } {
  if (validation !== undefined) return { train: labelled, validation };
  const [train, rest] = splitDataset(labelled, 1 - HELD_OUT, createRng(seed).fork('calibration'));
  terminal.note(`calibration: ${rest.size} of ${labelled.size} labelled examples are held out for it`);
  return { train, validation: rest };
}

/** The outcome with a calibrated model in place of its own. @throws as `calibrated` */
export async function calibratedOutcome(
  outcome: RecipeOutcome,
  validation: Dataset,
  test: Dataset,
  batchSize: number | undefined,
  { terminal, signal }: Session,
): Promise<{ readonly outcome: RecipeOutcome; readonly calibration: TestedCalibration }> {
  const { model, calibration } = await calibrated(outcome.model, validation, { signal, batchSize });
  const errorOf = async (of: RecipeOutcome['model']): Promise<number> => {
    const metric = expectedCalibrationError();
    const onProgress = terminal.progress.bind(terminal);
    await evaluate(networkOf(of), test, { metrics: [metric], signal, batchSize, onProgress });
    return metric.result();
  };
  const testErrorBefore = await errorOf(outcome.model);
  const testErrorAfter = await errorOf(model);
  outcome.model.dispose();
  return { outcome: { ...outcome, model }, calibration: { ...calibration, testErrorBefore, testErrorAfter } };
}

/** `calibration: temperature 1.73, by 200 examples; expected calibration error on the test data 8.1 % → 2.3 %` */
export function calibrationText({ temperature, examples, testErrorBefore, testErrorAfter }: TestedCalibration): string {
  return `calibration: temperature ${temperature.toFixed(2)}, by ${examples} examples; expected calibration error on the test data ${percent(testErrorBefore)} → ${percent(testErrorAfter)}`;
}
