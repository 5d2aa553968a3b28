import { useBackend, type Backend } from '@graft-ml/core';
import { opCases } from '../conformance/all-cases.js';
import { checkGradients } from '../conformance/directional.js';
import { differentiableNetworks } from '../conformance/networks.js';
import { checkOpCase } from '../conformance/op-case.js';
import { bundleChecks } from './bundle-checks.js';
import type { Check } from './check.js';
import { layerChecks } from './layer-checks.js';
import { netChecks } from './net-checks.js';
import { recipeChecks } from './recipe-checks.js';
import { tensorChecks } from './tensor-checks.js';

export interface ConformanceOptions {
  /** Random plans for each operation. Default 60. */
  readonly runs?: number;
  /**
   * `same`: NaN and infinities end up where they do on the cpu backend. `loud`: where the cpu backend gives one, this one
   * gives any of them, and it may give more: shading languages let a driver compute as if there were none. Default `same`.
   */
  readonly nonFinite?: 'same' | 'loud';
}

/**
 * Everything that a backend must do: operations, gradients, networks, recipes, layers with a state, bundles, and giving
 * memory back. The reference is the cpu backend.
 */
export function conformance(backend: Backend, options: ConformanceOptions = {}): readonly Check[] {
  const { runs = 60, nonFinite = 'same' } = options;
  return [
    ...opCases.map((op) => ({
      name: `operation ${op.name}`,
      run: () => checkOpCase(backend, op, { runs, loud: op.nonFinite === true && nonFinite === 'loud' }),
    })),
    ...differentiableNetworks.map((network) => ({
      name: `gradients of ${network.name} agree with central differences`,
      async run() {
        await useBackend(backend);
        await checkGradients(network);
      },
    })),
    ...netChecks(backend),
    ...recipeChecks(backend),
    ...layerChecks(backend),
    ...bundleChecks(backend),
    ...tensorChecks(backend),
  ];
}
