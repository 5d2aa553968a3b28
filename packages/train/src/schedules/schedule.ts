import { checkNumber } from '../check-number.js';

/**
 * How the learning rate moves over training, as plain data. A schedule is a factor, a function of the step (and, for a plateau, of
 * the losses before it), that multiplies every parameter group's own learning rate.
 */
export type Schedule =
  | { readonly kind: 'constant' }
  | { readonly kind: 'linear'; readonly to: number }
  | { readonly kind: 'cosine'; readonly to: number }
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  | { readonly kind: 'exponential'; readonly factor: number }
  | { readonly kind: 'warmup'; readonly steps: number; readonly next: Schedule }
  | { readonly kind: 'pieces'; readonly pieces: readonly SchedulePiece[] }
  | { readonly kind: 'plateau'; readonly factor: number; readonly patience: number; readonly threshold: number };

/** One part of a schedule: from where the part before it ends until a fraction of the training. */
export interface SchedulePiece {
  /** Fraction of all steps at which it ends, above that of the part before; after the last part its end's factor stays. */
  readonly until: number;
  /** The factor at its beginning. */
  readonly from: number;
  /** The factor at its end. */
  readonly to: number;
  readonly curve: 'linear' | 'cosine';
}

/** The learning rate stays as it is. */
export function constantSchedule(): Schedule {
  return { kind: 'constant' };
}

/** A straight line from 1 at the first step to `to` (default 0) after the last. */
export function linearSchedule(to = 0): Schedule {
  return { kind: 'linear', to };
}

/** Half a cosine from 1 at the first step to `to` (default 0) after the last (Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983, eq. 5). */
export function cosineSchedule(to = 0): Schedule {
  return { kind: 'cosine', to };
}

/** Multiplied by `factor` after each `every` steps. */
export function stepSchedule(options: { readonly every: number; readonly factor: number }): Schedule {
  return { kind: 'step', every: options.every, factor: options.factor };
}

/** Multiplied by `factor` after each step. */
export function exponentialSchedule(factor: number): Schedule {
  return { kind: 'exponential', factor };
}

/**
 * A straight rise over the first `steps` steps (1/steps, 2/steps, … 1), then another schedule over what is left.
 *
 * @example
 * ```ts
 * import { cosineSchedule, scheduleFactor, warmupSchedule } from '@graft-ml/train';
 * const schedule = warmupSchedule(10, cosineSchedule());
 * console.log(scheduleFactor(schedule, 0, 100)); // 0.1
 * ```
 */
export function warmupSchedule(steps: number, next: Schedule = constantSchedule()): Schedule {
  return { kind: 'warmup', steps, next };
}

/**
 * The factor for a step.
 *
 * @param step counts from 0
 * @param total how many steps the whole training takes
 * @param losses those so far that a plateau is seen in; other schedules do not look at them
 */
export function scheduleFactor(schedule: Schedule, step: number, total: number, losses: Iterable<number> = []): number {
  const way = Math.min(1, Math.max(0, step / Math.max(1, total)));
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'linear':
      return 1 + (schedule.to - 1) * way;
    case 'cosine':
      return schedule.to + ((1 - schedule.to) * (1 + Math.cos(Math.PI * way))) / 2;
    case 'step':
      return schedule.factor ** Math.floor(step / schedule.every);
    case 'exponential':
      return schedule.factor ** step;
    case 'warmup':
      return step < schedule.steps
        ? (step + 1) / schedule.steps
        : scheduleFactor(schedule.next, step - schedule.steps, Math.max(1, total - schedule.steps), losses);
    case 'pieces':
      return piecesFactor(schedule.pieces, way);
    case 'plateau':
      return plateauFactor(schedule, losses);
  }
}

function piecesFactor(pieces: readonly SchedulePiece[], way: number): number {
  const at = pieces.findIndex(({ until }) => way < until);
  const piece = pieces.at(at);
  if (piece === undefined) return 1;
  const begin = at === 0 ? 0 : (pieces.at(at - 1)?.until ?? 0);
  // Past the last end, its factor stays.
  const part = at < 0 ? 1 : (way - begin) / (piece.until - begin);
  const bent = piece.curve === 'cosine' ? (1 - Math.cos(Math.PI * part)) / 2 : part;
  return piece.from + (piece.to - piece.from) * bent;
}

/** PyTorch's `ReduceLROnPlateau`, from the beginning. */
function plateauFactor(schedule: Schedule & { readonly kind: 'plateau' }, losses: Iterable<number>): number {
  let [best, worse, factor] = [Infinity, 0, 1];
  for (const loss of losses) {
    worse++;
    if (loss < best * (1 - schedule.threshold)) [best, worse] = [loss, 0];
    if (worse > schedule.patience) [worse, factor] = [0, factor * schedule.factor];
  }
  return factor;
}

/** Whether a step's factor depends on how many steps there are in all: such a run cannot be lengthened later. */
export function dependsOnTotal(schedule: Schedule): boolean {
  if (schedule.kind === 'warmup') return dependsOnTotal(schedule.next);
  return ['linear', 'cosine', 'pieces', 'plateau'].includes(schedule.kind);
}

/** @throws GraftError `bad-input` naming the number that makes no sense */
export function checkSchedule(schedule: Schedule): void {
  const has = (name: string): string => `The ${schedule.kind} schedule has ${name} =`;
  if (schedule.kind === 'warmup') {
    checkNumber(has('steps'), schedule.steps, 'above 0 and whole');
    checkSchedule(schedule.next);
  }
  if (schedule.kind === 'step') checkNumber(has('every'), schedule.every, 'above 0 and whole');
  if ('factor' in schedule) checkNumber(has('factor'), schedule.factor, 'above 0');
  if ('to' in schedule) checkNumber(has('to'), schedule.to, 'of at least 0');
  if (schedule.kind !== 'pieces') return;
  let end = 0;
  for (const { until, from, to } of schedule.pieces) {
    for (const factor of [from, to]) checkNumber(has('a factor'), factor, 'of at least 0');
    checkNumber(has('a piece whose length'), until - end, 'above 0');
    end = until;
  }
}
