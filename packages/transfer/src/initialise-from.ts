import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  buildModel,
  didYouMean,
  GraftError,
  networkOf,
  type Layer,
  type Network,
  type NetworkWeight,
} from '@graft-ml/core';
import { commonSubsequence } from './common-subsequence.js';

export interface InitialiseOptions {
  /**
   * What source names are called in the target: a function of the source's weight name (`conv1/kernel`), or a table of
   * layer paths or weight names (`{ conv1: 'stem', 'fc/kernel': 'head/kernel' }`).
   */
  readonly rename?: ((name: string) => string) | Readonly<Record<string, string>>;
  /** Also match whole layers by kind, shapes and order where names do not match. Default true. */
  readonly byOrder?: boolean;
}

/** What became of every weight of the target. */
export interface InitialiseReport {
  readonly matched: readonly { readonly name: string; readonly from: string; readonly by: 'name' | 'order' }[];
  /** Weights that keep the target's own values, and why. */
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
  /** Names of source weights that nothing in the target took. */
  readonly unused: readonly string[];
}

/**
 * Give a model the weights of another pretrained model, where they fit: first by name and shape, then, for layers of
 * which no weight has a namesake, whole layers of the same kind and shapes in the same order (the longest such run
 * of pairs). Everything else keeps the target's values.
 *
 * @returns a new model and a report of what was matched, skipped and why; neither given model is changed
 * @throws GraftError `not-found` when `rename` names something that the source does not have, `bad-input` when two
 *   source weights end up with one name
 *
 * @example
 * ```ts
 * import { seedCnn } from '@graft-ml/zoo';
 * import { initialiseFrom } from '@graft-ml/transfer';
 * const { report } = initialiseFrom(seedCnn({ seed: 1, classes: 3 }), seedCnn({ seed: 2 }));
 * console.log(report.matched.length, report.skipped.map((each) => each.name)); // 6 ['head/kernel', 'head/bias']
 * ```
 */
export function initialiseFrom(
  target: LayersModel,
  source: LayersModel,
  options: InitialiseOptions = {},
): { readonly model: LayersModel; readonly report: InitialiseReport } {
  const from = networkOf(source);
  const renamed = renamedWeights(from, options.rename ?? {});
  const plan = matchWeights(networkOf(target), from, renamed, options.byOrder ?? true);
  const model = buildModel(networkOf(target), target.name);
  const fresh = new Map(networkOf(model).weights.map((weight) => [weight.name, weight]));
  for (const [name, { weight }] of plan.taken) fresh.get(name)?.variable.assign(weight.variable);
  return { model, report: reportOf(plan, from) };
}

interface Taken {
  readonly weight: NetworkWeight;
  readonly by: 'name' | 'order';
}

interface Plan {
  readonly taken: ReadonlyMap<string, Taken>;
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
}

/** Source weights by the name that they have in the target. */
function renamedWeights(source: Network, rename: NonNullable<InitialiseOptions['rename']>): Map<string, NetworkWeight> {
  const renamed = new Map<string, NetworkWeight>();
  const newName = typeof rename === 'function' ? rename : tableRename(source, rename);
  for (const weight of source.weights) {
    const name = newName(weight.name);
    const other = renamed.get(name);
    if (other !== undefined) {
      throw new GraftError({
        code: 'bad-input',
        what: `The source's weights "${other.name}" and "${weight.name}" would both be called "${name}".`,
        expected: 'A rename that keeps names apart was expected.',
      });
    }
    renamed.set(name, weight);
  }
  return renamed;
}

function tableRename(source: Network, table: Readonly<Record<string, string>>): (name: string) => string {
  const layerOf = (weight: string): string => weight.slice(0, weight.lastIndexOf('/'));
  const known = new Set(source.weights.flatMap((weight) => [weight.name, layerOf(weight.name)]));
  for (const key of Object.keys(table)) {
    if (known.has(key)) continue;
    throw new GraftError({
      code: 'not-found',
      what: `The source has no weights "${key}" to rename.`,
      remedy: didYouMean(key, [...known]),
    });
  }
  const renames = new Map(Object.entries(table));
  return (name) => {
    const layer = renames.get(layerOf(name));
    return renames.get(name) ?? (layer === undefined ? name : layer + name.slice(name.lastIndexOf('/')));
  };
}

function matchWeights(
  target: Network,
  source: Network,
  renamed: ReadonlyMap<string, NetworkWeight>,
  byOrder: boolean,
): Plan {
  const taken = new Map<string, Taken>();
  const misfits = new Map<string, string>();
  for (const weight of target.weights) {
    const namesake = renamed.get(weight.name);
    if (namesake === undefined) continue;
    if (sameShape(weight, namesake)) taken.set(weight.name, { weight: namesake, by: 'name' });
    else
      misfits.set(
        weight.name,
        `"${namesake.name}" of the source has shape ${shown(namesake)}, this one ${shown(weight)}`,
      );
  }
  if (byOrder) {
    const used = new Set([...taken.values()].map(({ weight }) => weight.layer));
    const named = new Set(target.weights.filter(({ name }) => renamed.has(name)).map(({ layer }) => layer));
    const names = new Set(target.weights.map(({ name }) => name));
    for (const [name, weight] of renamed) if (names.has(name)) used.add(weight.layer);
    const free = layersOf(target).filter(({ layer }) => !named.has(layer));
    const offered = layersOf(source).filter(({ layer }) => !used.has(layer));
    for (const [mine, theirs] of commonSubsequence(free, offered, (a, b) => a.signature === b.signature)) {
      for (const [index, weight] of mine.weights.entries()) {
        const other = theirs.weights[index];
        if (other !== undefined) taken.set(weight.name, { weight: other, by: 'order' });
      }
    }
  }
  const skipped = target.weights
    .filter(({ name }) => !taken.has(name))
    .map(({ name }) => ({
      name,
      why: misfits.get(name) ?? 'the source has no weight of this name, nor a free layer like it in order',
    }));
  return { taken, skipped };
}

interface LayerWeights {
  readonly layer: Layer;
  readonly weights: readonly NetworkWeight[];
  /** Class and shapes: layers with equal signatures can take each other's weights. */
  readonly signature: string;
}

function layersOf(network: Network): LayerWeights[] {
  const weights = new Map<Layer, NetworkWeight[]>();
  for (const weight of network.weights) weights.set(weight.layer, [...(weights.get(weight.layer) ?? []), weight]);
  return [...weights].map(([layer, own]) => ({
    layer,
    weights: own,
    signature: `${layer.getClassName()} ${own.map(shown).join(' ')}`,
  }));
}

function reportOf(plan: Plan, source: Network): InitialiseReport {
  const used = new Set([...plan.taken.values()].map(({ weight }) => weight.name));
  return {
    matched: [...plan.taken].map(([name, { weight, by }]) => ({ name, from: weight.name, by })),
    skipped: plan.skipped,
    unused: source.weights.map(({ name }) => name).filter((name) => !used.has(name)),
  };
}

function sameShape(a: NetworkWeight, b: NetworkWeight): boolean {
  return a.shape.length === b.shape.length && a.shape.every((size, axis) => size === b.shape[axis]);
}

function shown(weight: NetworkWeight): string {
  return `[${weight.shape.join(', ')}]`;
}
