import { GraftError } from '@graft-ml/core';

/**
 * How the learning rate moves over training, as plain data. A schedule is a factor, a function of the step alone, that
 * multiplies every parameter group's own learning rate.
 */
export type Schedule =
  | { readonly kind: 'constant' }
  | { readonly kind: 'linear'; readonly to: number }
  | { readonly kind: 'cosine'; readonly to: number }
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  | { readonly kind: 'exponential'; readonly factor: number }
  | { readonly kind: 'warmup'; readonly steps: number; readonly next: Schedule };

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
 */
export function scheduleFactor(schedule: Schedule, step: number, total: number): number {
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
        : scheduleFactor(schedule.next, step - schedule.steps, Math.max(1, total - schedule.steps));
  }
}

/** Whether a step's factor depends on how many steps there are in all: such a run cannot be lengthened later. */
export function dependsOnTotal(schedule: Schedule): boolean {
  if (schedule.kind === 'warmup') return dependsOnTotal(schedule.next);
  return schedule.kind === 'linear' || schedule.kind === 'cosine';
}

/** @throws GraftError `bad-input` naming the number that makes no sense */
export function checkSchedule(schedule: Schedule): void {
  const refuse = (what: string, expected: string): never => {
    throw new GraftError({ code: 'bad-input', what: `The ${schedule.kind} schedule has ${what}.`, expected });
  };
  switch (schedule.kind) {
    case 'linear':
    case 'cosine':
      if (!(schedule.to >= 0)) refuse(`to = ${schedule.to}`, 'A factor of at least 0 was expected.');
      return;
    case 'step':
      if (!Number.isInteger(schedule.every) || schedule.every < 1)
        refuse(`every = ${schedule.every}`, 'A whole number of steps was expected.');
      if (!(schedule.factor > 0)) refuse(`factor = ${schedule.factor}`, 'A factor above 0 was expected.');
      return;
    case 'exponential':
      if (!(schedule.factor > 0)) refuse(`factor = ${schedule.factor}`, 'A factor above 0 was expected.');
      return;
    case 'warmup':
      if (!Number.isInteger(schedule.steps) || schedule.steps < 1)
        refuse(`steps = ${schedule.steps}`, 'A whole number of steps was expected.');
      checkSchedule(schedule.next);
      return;
    case 'constant':
      return;
  }
}
