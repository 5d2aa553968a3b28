import type {
  CurvePoint,
  DataRecord,
  EnvironmentRecord,
  ExperimentRecord,
  MistakeRecord,
  RunRecord,
} from '@graft-ml/core';
import { summarise, type Budget } from '@graft-ml/recipes';
import type { TestedCalibration } from './calibration.js';

/** `record.json`: what a run was and what came of it. Accuracies are fractions. */
export interface TrainingRecord {
  readonly format: 'graft-training';
  readonly formatVersion: 1;
  readonly recipe: string;
  readonly backbone: string;
  readonly data: DataRecord;
  /** Number of labelled training examples. */
  readonly labels: number;
  readonly seed: number;
  readonly budget: Budget;
  readonly testAccuracy: number;
  /** Wilson's interval of it, with 95 % confidence. */
  readonly testAccuracyInterval: { readonly low: number; readonly high: number };
  readonly testLoss: number;
  /** Rows: true class; columns: predicted class; in the order of `data.labels`. */
  readonly confusion: readonly (readonly number[])[];
  /** The worst of them, without their pictures. */
  readonly mistakes: readonly (Omit<MistakeRecord, 'image'> & { readonly name?: string })[];
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
