import { GraftError, type TargetSpec } from '@graft-ml/core';

/** The layers that turn features into the target's outputs. Plain data; `withHead` builds them. */
export interface Head {
  /** What the outputs mean; decides their number and the activation. */
  readonly target: TargetSpec;
  /** Units of the hidden dense relu layers, from the features to the outputs. */
  readonly hidden: readonly number[];
  /** Fraction in [0, 1) of the head's features that dropout drops while training; 0 for no dropout layers. */
  readonly dropout: number;
}

export interface HeadShape {
  /** Units of hidden dense relu layers. Default none. */
  readonly hidden?: readonly number[];
  /** Dropout rate in [0, 1), before the output layer and after every hidden one. Default 0. */
  readonly dropout?: number;
}

type Labels = { readonly labels: readonly string[] } | { readonly classes: number };

/**
 * A head that gives one of several classes: softmax, [B, classes].
 *
 * @param options the labels in output order, or how many classes there are (labelled `0`, `1`, …)
 * @throws GraftError `bad-input` for fewer than two classes, repeated labels, or bad hidden sizes or rates
 */
export function classificationHead(options: Labels & HeadShape): Head {
  const labels = namesOf(options, 2, 'classes');
  return { target: { kind: 'classes', labels }, ...shapeOf(options) };
}

/**
 * A head that gives labels which may occur together: sigmoid, [B, labels].
 *
 * @throws GraftError `bad-input` for no labels, repeated labels, or bad hidden sizes or rates
 */
export function multiLabelHead(options: Labels & HeadShape): Head {
  const labels = namesOf(options, 1, 'labels');
  return { target: { kind: 'multi-label', labels }, ...shapeOf(options) };
}

/**
 * A head that gives values: linear, [B, outputs].
 *
 * @param options the outputs' names, or how many there are (named `value0`, …)
 * @throws GraftError `bad-input` for no outputs, repeated names, or bad hidden sizes or rates
 */
export function regressionHead(
  options: ({ readonly names: readonly string[] } | { readonly outputs: number }) & HeadShape,
): Head {
  const names =
    'names' in options
      ? namesOf({ labels: options.names }, 1, 'outputs')
      : namesOf({ classes: options.outputs }, 1, 'outputs').map((name) => `value${name}`);
  return { target: { kind: 'values', names }, ...shapeOf(options) };
}

/** A head for a data set's own target. */
export function headFor(target: TargetSpec, shape: HeadShape = {}): Head {
  if (target.kind === 'classes') return classificationHead({ labels: target.labels, ...shape });
  if (target.kind === 'multi-label') return multiLabelHead({ labels: target.labels, ...shape });
  return regressionHead({ names: target.names, ...shape });
}

/** How many outputs a head has. */
export function headUnits(head: Head): number {
  return head.target.kind === 'values' ? head.target.names.length : head.target.labels.length;
}

/** What a head's output layer ends in. */
export function headActivation(head: Head): 'softmax' | 'sigmoid' | 'linear' {
  if (head.target.kind === 'classes') return 'softmax';
  return head.target.kind === 'multi-label' ? 'sigmoid' : 'linear';
}

function namesOf(options: Labels, fewest: number, what: string): readonly string[] {
  const count = 'labels' in options ? options.labels.length : options.classes;
  if (!Number.isSafeInteger(count) || count < fewest || count > 1_000_000) {
    throw new GraftError({
      code: 'bad-input',
      what: `A head was asked for ${count} ${what}.`,
      expected: `A whole number of at least ${fewest} was expected.`,
    });
  }
  if (!('labels' in options)) return Array.from({ length: count }, (_, index) => String(index));
  const seen = new Set<string>();
  for (const label of options.labels) {
    if (seen.has(label)) {
      throw new GraftError({
        code: 'bad-input',
        what: `The head's ${what} hold "${label}" twice.`,
        expected: 'Different names were expected.',
      });
    }
    seen.add(label);
  }
  return [...options.labels];
}

function shapeOf({ hidden = [], dropout = 0 }: HeadShape): Pick<Head, 'hidden' | 'dropout'> {
  const wrong = hidden.find((units) => !Number.isSafeInteger(units) || units < 1);
  if (wrong !== undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `A hidden layer of the head was asked for ${wrong} units.`,
      expected: 'A whole number of at least 1 was expected.',
    });
  }
  if (!(dropout >= 0 && dropout < 1)) {
    throw new GraftError({
      code: 'bad-input',
      what: `The head's dropout rate is ${dropout}.`,
      expected: 'A rate of at least 0 and below 1 was expected.',
    });
  }
  return { hidden: [...hidden], dropout };
}
