export { evaluate, type EvaluatedBatch, type EvaluateOptions, type Evaluation } from './evaluate.js';
export type {
  CheckpointEvent,
  EndEvent,
  EpochEvent,
  StartEvent,
  StepEvent,
  TrainEvent,
  ValidationEvent,
} from './events.js';
export { fit, type Training } from './fit.js';
export type {
  BestValidation,
  CheckpointOptions,
  EarlyStopping,
  FitOptions,
  StopReason,
  TrainResult,
} from './fit-options.js';
export {
  binaryCrossEntropy,
  crossEntropy,
  defaultLoss,
  meanAbsoluteError,
  meanSquaredError,
  type BinaryCrossEntropyLoss,
  type CrossEntropyLoss,
  type Loss,
  type MeanAbsoluteErrorLoss,
  type MeanSquaredErrorLoss,
} from './losses/loss.js';
export {
  adam,
  adamW,
  sgd,
  type AdamSpec,
  type AdamWSpec,
  type OptimizerSpec,
  type SgdSpec,
} from './optimizers/optimizer-spec.js';
export type { ParameterGroup } from './optimizers/parameter-group.js';
export {
  constantSchedule,
  cosineSchedule,
  exponentialSchedule,
  linearSchedule,
  scheduleFactor,
  stepSchedule,
  warmupSchedule,
  type Schedule,
  type SchedulePiece,
} from './schedules/schedule.js';
export type { Follower } from './loop/follower.js';
export type { StepView, Term } from './loop/term.js';
