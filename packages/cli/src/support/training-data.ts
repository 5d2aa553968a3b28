import type { Dataset } from '@graft-ml/datasets';
import type { SkippedFile } from '@graft-ml/datasets/node';
import type { InputForm } from './input-form.js';

/** What a model is trained and tested on, wherever it comes from. */
export interface TrainingData {
  readonly name: string;
  readonly train: Dataset;
  readonly validation?: Dataset;
  readonly test: Dataset;
  readonly form: InputForm;
  /** What should be known before the figures are believed: whole sentences. */
  readonly remarks: readonly string[];
  /** What the test examples are called, where they have names. */
  readonly testNames?: readonly string[];
  readonly skipped?: readonly SkippedFile[];
}
