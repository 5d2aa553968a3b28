import type { DataRecord, EnvironmentRecord, PixelScale } from '@graft-ml/core';

/** How well values are told: errors in the values' own unit, R² as a fraction. */
export interface ValueScores {
  /** The share of the test values' variance that the model explains. */
  readonly r2: number;
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
}

/** A test example, its value, and what the model said. */
export interface ToldValue {
  readonly name: string;
  readonly truth: number;
  readonly told: number;
}

/** What the model card and the report of a model that tells one value are written from, with how bytes become numbers. */
export interface ValuesFacts extends PixelScale {
  /** What the model is called. */
  readonly name: string;
  /** What the value is called. */
  readonly value: string;
  /** The model that was adapted, with its licence where one is known. */
  readonly source: { readonly name: string; readonly licence?: string };
  /** The run that made the model. */
  readonly run: {
    readonly recipe: string;
    readonly data: DataRecord;
    readonly labels: number;
    readonly seed: number;
    readonly steps: number;
    readonly trainSeconds: number;
    readonly trainableParameters: number;
    readonly totalParameters: number;
    /** What should be known of the data before the figures are believed: whole sentences. */
    readonly remarks: readonly string[];
  };
  readonly scores: ValueScores;
  /** One example's shape without the batch. */
  readonly inputShape: readonly number[];
  readonly environment: EnvironmentRecord;
}
