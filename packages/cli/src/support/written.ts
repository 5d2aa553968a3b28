import type { EnvironmentRecord, OnProgress } from '@graft-ml/core';
import type { RecipeOutcome } from '@graft-ml/recipes';
import type { Source } from './source.js';
import type { TrainingData } from './training-data.js';
import type { TrainingFacts } from './training-record.js';

/** What is made of a trained model beside its bundle. */
export interface Written {
  /** Texts by the names of their files; `record.json` is among them. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines for people. */
  readonly summary: readonly string[];
  /** What the bundle says of how well the model does. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** Tests a trained model, once, and writes down what came of it. */
export type Write = (
  facts: Omit<TrainingFacts, 'environment'>,
  outcome: RecipeOutcome,
  data: TrainingData,
  source: Source,
  testing: { readonly batchSize?: number; readonly signal: AbortSignal; readonly onProgress: OnProgress },
  environment: () => EnvironmentRecord,
) => Promise<Written>;
