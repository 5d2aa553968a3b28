/**
 * The record of a comparison: plain JSON, complete enough to draw the report from it alone and to run everything
 * again. Accuracies are fractions, not percentages.
 */
export interface ExperimentRecord {
  readonly format: 'graft-experiment';
  readonly formatVersion: 1;
  /** With several backbones: their names together, no accuracy. */
  readonly source: SourceRecord;
  /** The backbones, where there are several; rows and runs name theirs. */
  readonly backbones?: readonly SourceRecord[];
  readonly target: DataRecord;
  readonly rows: readonly ResultRow[];
  /** One entry for each recipe × labels × seed × backbone, in the order in which they ran. */
  readonly runs: readonly RunRecord[];
  /** How many planned runs are not in it, because it was written before they were finished; absent when none are. */
  readonly missingRuns?: number;
  /** The validation accuracy, a fraction, that the rows' `epochsToTarget` counts to. */
  readonly targetAccuracy?: number;
  /** What tuning tried; absent without tuning. */
  readonly trials?: readonly TrialRecord[];
  readonly environment: EnvironmentRecord;
}

export interface SourceRecord {
  readonly name: string;
  /** Null when the source model was not evaluated on its own task here. */
  readonly testAccuracy: number | null;
  /** sha256 of its weights and their names. */
  readonly fingerprint?: string;
}

export interface DataRecord {
  readonly name: string;
  /** sha256 fingerprint of the training examples. */
  readonly fingerprint: string;
  /** The same of the test examples. */
  readonly testFingerprint?: string;
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly labels: readonly string[];
}

/** One line of the comparison table: a recipe at a label count, over all seeds. */
export interface ResultRow {
  readonly recipe: string;
  /** Which backbone, where a comparison has several. */
  readonly backbone?: string;
  /** Number of labelled training examples. */
  readonly labels: number;
  readonly seeds: readonly number[];
  readonly testAccuracy: { readonly mean: number; readonly sd: number; readonly values: readonly number[] };
  /** Mean wall time of a run's training, feature extraction included, evaluation not. */
  readonly trainSeconds: number;
  readonly trainableParameters: number;
  /** True when the mean is below that of `scratch` at the same label count by more than the noise between seeds. */
  readonly negativeTransfer: boolean;
  /** Where it was found out: what the runs' own numbers say about why transfer did harm, in a sentence. */
  readonly likelyCause?: string;
  /** Ends of the 95 % interval of the mean accuracy; absent with a single seed. */
  readonly interval?: { readonly low: number; readonly high: number };
  /** Mean difference to `scratch` over the seeds that both ran, with its 95 % interval; absent where there is none. */
  readonly gain?: {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
    /** The same interval by bootstrap over the seeds, which assumes no normal distribution. */
    readonly bootstrap?: { readonly low: number; readonly high: number };
  };
  /** The most bytes of tensors that a run's training held at any time. */
  readonly peakBytes?: number;
  /** Over the runs that reached the target accuracy; how many did, and of how many. Absent where nothing was watched. */
  readonly epochsToTarget?: { readonly mean: number; readonly reached: number; readonly of: number };
  /** What tuning chose; absent without tuning. */
  readonly settings?: Readonly<Record<string, number>>;
}

/** A run on a part of the labelled examples, judged on the rest of them, to choose a recipe's numbers. */
export interface TrialRecord {
  readonly recipe: string;
  readonly backbone?: string;
  readonly labels: number;
  readonly seed: number;
  readonly settings: Readonly<Record<string, number>>;
  readonly validationAccuracy: number;
  readonly validationLoss: number;
  readonly trainSeconds: number;
}

export interface RunRecord {
  readonly recipe: string;
  readonly backbone?: string;
  readonly labels: number;
  readonly seed: number;
  readonly testAccuracy: number;
  readonly testLoss: number;
  readonly trainSeconds: number;
  readonly steps: number;
  readonly trainableParameters: number;
  readonly totalParameters: number;
  /** Points of the learning curve, in step order. */
  readonly curve: readonly CurvePoint[];
  /** Rows: true class; columns: predicted class; in the order of `target.labels`. */
  readonly confusion: readonly (readonly number[])[];
  readonly mistakes: readonly MistakeRecord[];
  /** The most bytes of tensors that training held at any time. */
  readonly peakBytes?: number;
  /** The recipe's numbers, the learning rate among them, where they were chosen by tuning. */
  readonly settings?: Readonly<Record<string, number>>;
}

export interface CurvePoint {
  readonly step: number;
  readonly epoch: number;
  readonly trainLoss: number;
  readonly trainAccuracy?: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
}

/** A test example that the model got wrong with confidence. */
export interface MistakeRecord {
  readonly index: number;
  readonly truth: string;
  readonly predicted: string;
  /** The probability of the wrong class. */
  readonly confidence: number;
  /** The picture as 8-bit pixels, row by row, channels last; absent for data that are no pictures. */
  readonly image?: {
    readonly width: number;
    readonly height: number;
    readonly channels: 1 | 3;
    readonly base64: string;
  };
}

export interface EnvironmentRecord {
  readonly graft: string;
  readonly tfjs: string;
  readonly backend: string;
  readonly backendDetails: Readonly<Record<string, string | number | boolean>>;
  readonly runtime: string;
  readonly platform: string;
  readonly startedAt: string;
  readonly seconds: number;
}
