import { GraftError, loadBundle, type LoadOptions, type Preprocessing, type Store } from '@graft-ml/core';
import { sourceModelOf, type SourceFacts, type SourceModel } from '../source-model.js';
import { readMetadata } from './metadata.js';

export interface ImportLayersOptions extends SourceFacts, LoadOptions {}

/**
 * Import a TensorFlow.js layers model from a folder with `model.json`: a Graft bundle, one of an old converter that wrote
 * no `format` key, one in many shards, or an export of Teachable Machine (nested Sequentials beside `metadata.json`).
 *
 * Labels and preprocessing come from `graft.json` or `metadata.json` where there is one; the facts given outweigh both.
 *
 * @throws GraftError as `loadBundle` does: `not-found`, `corrupt`, and `bad-input` for a layer that nobody registered or
 *   a shard outside the folder that `elsewhere` does not allow
 *
 * @example
 * ```ts
 * import { useBackend, memoryStore, saveBundle } from '@graft-ml/core';
 * import { cpu } from '@graft-ml/backend-cpu';
 * import { importLayersModel, seedCnn } from '@graft-ml/zoo';
 * await useBackend(cpu());
 * const store = memoryStore();
 * await saveBundle(store, seedCnn({ seed: 1 }));
 * const source = await importLayersModel(store, { labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] });
 * console.log(source.cuts.map((cut) => cut.name)); // flatten, conv2, pool1, conv1
 * ```
 */
export async function importLayersModel(store: Store, options: ImportLayersOptions = {}): Promise<SourceModel> {
  const { elsewhere, prepare, ...facts } = options;
  const { model, manifest } = await loadBundle(store, { elsewhere, prepare });
  const metadata = await readMetadata(store);
  const target = manifest?.target;
  const said = target === undefined ? undefined : target.kind === 'values' ? target.names : target.labels;
  const labels = facts.labels ?? said ?? metadata?.labels ?? [];
  const source = sourceModelOf(model, {
    ...facts,
    name: facts.name ?? manifest?.name ?? metadata?.modelName,
    labels,
    preprocessing: facts.preprocessing ?? manifest?.preprocessing ?? preprocessingOf(metadata?.range, model.inputs[0]),
  });
  const outputs = model.outputs[0]?.shape.at(-1);
  if (labels.length === 0 || labels.length === outputs) return source;
  throw new GraftError({
    code: 'bad-input',
    what: `The model in ${store.location} has ${outputs ?? 'no fixed number of'} outputs and ${labels.length} labels.`,
    expected: 'A label for each output was expected.',
  });
}

function preprocessingOf(
  range: readonly [number, number] | undefined,
  input: { readonly shape: readonly (number | null)[] } | undefined,
): Preprocessing | undefined {
  const inputShape = input?.shape.slice(1).filter((size) => size !== null) ?? [];
  return range === undefined || inputShape.length + 1 !== input?.shape.length ? undefined : { inputShape, range };
}
