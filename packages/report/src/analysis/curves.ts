import type { CurvePoint, RunRecord } from '@graft-ml/core';

/** A quantity that is followed over training. */
export type CurveMetric = 'trainLoss' | 'trainAccuracy' | 'validationLoss' | 'validationAccuracy';

/** In the order in which they are offered. */
export const CURVE_METRICS: readonly CurveMetric[] = [
  'validationAccuracy',
  'validationLoss',
  'trainAccuracy',
  'trainLoss',
];

export const CURVE_NAMES: Readonly<Record<CurveMetric, string>> = {
  trainLoss: 'Training loss',
  trainAccuracy: 'Training accuracy',
  validationLoss: 'Validation loss',
  validationAccuracy: 'Validation accuracy',
};

/** The curve of a recipe over its seeds; all arrays run along `steps`. */
export interface Curve {
  readonly steps: readonly number[];
  readonly mean: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export function isAccuracy(metric: CurveMetric): boolean {
  return metric === 'trainAccuracy' || metric === 'validationAccuracy';
}

/** The metrics that at least one run followed. */
export function metricsIn(runs: readonly RunRecord[]): CurveMetric[] {
  return CURVE_METRICS.filter((metric) =>
    runs.some((run) => run.curve.some((point) => valueOf(point, metric) !== null)),
  );
}

/** Mean, lowest and highest over runs at every step that any of them reported; steps ascending. */
export function curveOver(runs: readonly RunRecord[], metric: CurveMetric): Curve {
  const atStep = new Map<number, number[]>();
  for (const run of runs) {
    for (const point of run.curve) {
      const value = valueOf(point, metric);
      if (value === null) continue;
      const values = atStep.get(point.step);
      if (values) values.push(value);
      else atStep.set(point.step, [value]);
    }
  }
  const steps = [...atStep.keys()].sort((a, b) => a - b);
  const values = steps.map((step) => atStep.get(step) ?? []);
  return {
    steps,
    mean: values.map((each) => each.reduce((all, one) => all + one, 0) / each.length),
    low: values.map((each) => Math.min(...each)),
    high: values.map((each) => Math.max(...each)),
  };
}

/** The last value of a curve, or NaN when there is none. */
export function lastOf(curve: Curve): number {
  return curve.mean.at(-1) ?? Number.NaN;
}

function valueOf(point: CurvePoint, metric: CurveMetric): number | null {
  const value = point[metric];
  // A record read back from JSON has null where a number was NaN or infinite.
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
