import * as tf from '@tensorflow/tfjs-core';
import { cpu } from '@graft-ml/backend-cpu';
import { wasm } from '@graft-ml/backend-wasm';
import { createRng, memoryStore, loadBundle, networkOf, saveBundle, useBackend, type Backend } from '@graft-ml/core';
import { stratifiedSubset } from '@graft-ml/datasets';
import { sketches } from '@graft-ml/datasets/sketches';
import { accuracy } from '@graft-ml/metrics';
import { recipes } from '@graft-ml/recipes';
import { comparisonTable } from '@graft-ml/report';
import { evaluate, fit } from '@graft-ml/train';
import { classificationHead, cut, withHead } from '@graft-ml/transfer';
import { seedCnn } from '@graft-ml/zoo';
import { describe, expect, it } from 'vitest';

it('runs on a page that is isolated, so that shared memory exists', () => {
  expect(globalThis.crossOriginIsolated).toBe(true);
  expect(new SharedArrayBuffer(8).byteLength).toBe(8);
});

it('loads every package that promises to run in browsers', () => {
  expect(recipes().map(({ name }) => name)).toContain('fine-tune');
  expect(comparisonTable).toBeTypeOf('function');
});

const { target } = sketches();

/** What the seed experiment does, in small: a few steps of the whole network. */
async function transfer(backend: Backend): Promise<{ losses: number[]; engine: string }> {
  const { engine } = await useBackend(backend);
  const train = stratifiedSubset(target.train, 8, createRng(1));
  const labels = train.target.kind === 'classes' ? train.target.labels : [];
  const source = seedCnn({ seed: 1 });
  const { model } = withHead(cut(source, 'pool1'), classificationHead({ labels }), { seed: 2 });
  const network = networkOf(model);
  const before = await evaluate(network, train, { metrics: [accuracy()] });
  await fit({ network, data: train, steps: 4, batchSize: 8, seed: 3 }).result();
  const after = await evaluate(network, train, { metrics: [accuracy()] });
  const store = memoryStore();
  await saveBundle(store, model);
  const loaded = await loadBundle(store);
  const again = await evaluate(networkOf(loaded.model), train, { metrics: [accuracy()] });
  for (const each of [source, model, loaded.model]) each.dispose();
  return { engine, losses: [before.loss, after.loss, again.loss] };
}

describe('transfer in a browser', () => {
  it('learns on WASM, and a saved bundle gives the same loss again', async () => {
    const { engine, losses } = await transfer(wasm());
    const [before = Number.NaN, after = Number.NaN, again = Number.NaN] = losses;
    expect(engine).toBe('wasm');
    expect(after).toBeLessThan(before);
    expect(again).toBe(after);
  });

  it('agrees with plain JavaScript', async () => {
    const onWasm = await transfer(wasm());
    const onCpu = await transfer(cpu());
    expect(tf.getBackend()).toBe('cpu');
    for (const [index, loss] of onWasm.losses.entries()) expect(loss).toBeCloseTo(onCpu.losses[index] ?? Number.NaN, 3);
  });
});
