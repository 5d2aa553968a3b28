import type { BestValidation, TrainResult } from './fit-options.js';

/** What a training says while it runs. Plain data; making one costs next to nothing. */
export type TrainEvent = StartEvent | StepEvent | EpochEvent | ValidationEvent | CheckpointEvent | EndEvent;

export interface StartEvent {
  readonly type: 'start';
  /** Steps in all, those before a resume included. */
  readonly steps: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Training examples. */
  readonly examples: number;
  /** Numbers that train. */
  readonly parameters: number;
  /** The step that training goes on from; 0 unless resumed. */
  readonly resumedFrom: number;
}

export interface StepEvent {
  readonly type: 'step';
  /** Counts from 1. */
  readonly step: number;
  /** Counts from 1. */
  readonly epoch: number;
  /** Mean over the batch, in training mode, before the step's update. */
  readonly loss: number;
  /** Fraction of the batch that is right, in training mode, before the step's update; only for classes. */
  readonly accuracy?: number;
  /** The optimizer's own learning rate times the schedule's factor; groups may differ from it. */
  readonly learningRate: number;
  readonly seconds: number;
  readonly examplesPerSecond: number;
}

export interface EpochEvent {
  readonly type: 'epoch';
  readonly epoch: number;
  readonly step: number;
  /** Mean of the epoch's step losses. */
  readonly trainLoss: number;
  /** Time in training steps so far. */
  readonly seconds: number;
}

export interface ValidationEvent {
  readonly type: 'validation';
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether this is the best so far. */
  readonly improved: boolean;
  readonly best: BestValidation;
}

export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly step: number;
  readonly name: string;
  /** The store's location. */
  readonly location: string;
}

export interface EndEvent {
  readonly type: 'end';
  readonly result: TrainResult;
}
