import { beforeAll, describe, expect, it } from 'vitest';
import { wasm } from '@graft-ml/backend-wasm';
import { networkOf, useBackend, type Network } from '@graft-ml/core';
import { zooEntries, zooEntry } from '../src/index.js';

describe.each(zooEntries().map((entry) => entry.name))('the entry %s', (name) => {
  const entry = zooEntry(name);
  let network: Network;
  beforeAll(async () => {
    await useBackend(wasm());
    network = networkOf(entry.create({ seed: 1, classes: Math.max(2, entry.labels.length) }));
  });

  it('has its cuts where it says, with the shapes that it says', () => {
    for (const cut of entry.cuts) {
      const node = network.nodes.find((each) => each.path === cut.path);
      expect(network.slots.get(node?.outputs[0] ?? -1)?.shape, cut.name).toEqual([null, ...cut.shape]);
    }
    expect(entry.cuts.map((cut) => cut.name)).toContain(entry.defaultCut);
  });

  it('has stages that hold every layer with weights once, in order', () => {
    if (entry.stages === undefined) return;
    const staged = entry.stages.flatMap(({ paths }) => paths);
    const weighty = network.nodes.filter(({ weights }) => weights.length > 0).map(({ path }) => path);
    expect(staged.filter((path) => weighty.includes(path))).toEqual(weighty);
    expect(network.nodes.map(({ path }) => path)).toEqual(expect.arrayContaining(staged));
  });

  it('has as many labels as its weights have outputs', () => {
    if (entry.sourceTask === undefined) return;
    expect(network.slots.get(network.outputs[0] ?? -1)?.shape).toEqual([null, entry.labels.length]);
    expect(new Set(entry.labels).size).toBe(entry.labels.length);
  });
});
