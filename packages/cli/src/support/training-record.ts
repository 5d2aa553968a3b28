import type {
  CurvePoint,
  DataRecord,
  EnvironmentRecord,
  ExperimentRecord,
  MistakeRecord,
  RunRecord,
} from '@graft-ml/core';
import type { Augmentation } from '@graft-ml/datasets/augment';
import { summarise, type Budget } from '@graft-ml/recipes';
import type { ValueScores } from '@graft-ml/report';
import type { TestedCalibration } from './calibration.js';

/** `record.json`: what a run was, whatever its targets are. */
export interface TrainingFacts {
  readonly format: 'graft-training';
  readonly formatVersion: 1;
  readonly recipe: string;
  readonly backbone: string;
  readonly data: DataRecord;
  /** Number of labelled training examples. */
  readonly labels: number;
  readonly seed: number;
  readonly budget: Budget;
  /** How the pictures were changed at random, and how many views of each there were. */
  readonly augmentation?: { readonly changes: Augmentation; readonly views: number };
  readonly classWeights?: readonly number[];
  /** One example's shape without the batch. */
  readonly inputShape: readonly number[];
  readonly trainSeconds: number;
  readonly steps: number;
  readonly trainableParameters: number;
  readonly totalParameters: number;
  /** With --calibrate. */
  readonly calibration?: TestedCalibration;
  readonly curve: readonly CurvePoint[];
  /** What should be known of the data before the figures are believed. */
  readonly remarks: readonly string[];
  /** Files that were left out, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly environment: EnvironmentRecord;
}

/** The record of a run on classes. Accuracies are fractions. */
export interface TrainingRecord extends TrainingFacts {
  readonly testAccuracy: number;
  /** Wilson's interval of it, with 95 % confidence. */
  readonly testAccuracyInterval: { readonly low: number; readonly high: number };
  readonly testLoss: number;
  /** Rows: true class; columns: predicted class; in the order of `data.labels`. */
  readonly confusion: readonly (readonly number[])[];
  /** The worst of them, without their pictures. */
  readonly mistakes: readonly (Omit<MistakeRecord, 'image'> & { readonly name?: string })[];
}

/** The record of a run on values. Errors are in the values' own unit; R² is a fraction. */
export interface ValuesRecord extends TrainingFacts {
  readonly scores: ValueScores;
  /** The test examples that were told worst. */
  readonly worst: readonly { readonly name: string; readonly truth: number; readonly told: number }[];
}

/** The run as a comparison of one recipe, from which the report is drawn. */
export function asExperiment(record: TrainingRecord, run: RunRecord): ExperimentRecord {
  return {
    format: 'graft-experiment',
    formatVersion: 1,
    source: { name: record.backbone, testAccuracy: null },
    target: record.data,
    rows: summarise([run], record.data.testExamples),
    runs: [run],
    environment: record.environment,
  };
}
