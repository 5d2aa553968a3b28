import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { buildModel, isNoise, networkOf, predict, useBackend, type Network } from '@graft-ml/core';
import { classificationHead, cut, freeze, splitTrunk, withHead } from '../src/index.js';
import { apply, expectClose, numbers, present, reference, stir } from './models.js';

const L = layers.layers;
const WIDTH = 3;

/** A step of building a graph: a layer on one or two of the tensors that there are so far. */
interface Step {
  readonly op: 'dense' | 'norm' | 'dropout' | 'relu' | 'add' | 'join' | 'shared' | 'nested';
  readonly a: number;
  readonly b: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  op: fc.constantFrom('dense', 'norm', 'dropout', 'relu', 'add', 'join', 'shared', 'nested'),
  a: fc.nat(20),
  b: fc.nat(20),
});
const graph = fc.record({
  inputs: fc.integer({ min: 1, max: 2 }),
  steps: fc.array(step, { minLength: 2, maxLength: 8 }),
  outputs: fc.integer({ min: 1, max: 2 }),
  frozen: fc.array(fc.boolean(), { minLength: 24, maxLength: 24 }),
});

/** Every tensor is [batch, 3], so that any two fit together. */
function build({
  inputs,
  steps,
  outputs,
}: {
  inputs: number;
  steps: readonly Step[];
  outputs: number;
}): layers.LayersModel {
  const fed = Array.from({ length: inputs }, (_, index) => layers.input({ shape: [WIDTH], name: `in${index}` }));
  // Every input is read, or tfjs would not take the graph.
  const tensors = fed.length === 1 ? [...fed] : [apply(L.add({ name: 'inputs' }), fed), ...fed];
  const shared = L.dense({ units: WIDTH, activation: 'tanh', name: 'shared' });
  const pick = (index: number): layers.SymbolicTensor => present(tensors[index % tensors.length]);
  for (const [index, { op, a, b }] of steps.entries()) {
    const name = `${op}${index}`;
    const dense = (): layers.layers.Layer => L.dense({ units: WIDTH, activation: 'tanh', name });
    // Never one tensor twice: tfjs's own predict, the reference here, then disposes of it too early.
    const pair = [...new Set([pick(a), pick(b), pick(a + 1)])].slice(0, 2);
    // Later steps build on the newest tensor, so that graphs are deep, not only wide.
    const x = a % 2 === 0 ? present(tensors.at(-1)) : pick(a);
    if (op === 'dense' || pair.length < 2) tensors.push(apply(dense(), x));
    else if (op === 'norm') tensors.push(apply(L.batchNormalization({ name }), x));
    else if (op === 'dropout') tensors.push(apply(L.dropout({ rate: 0.5, name }), x));
    else if (op === 'relu') tensors.push(apply(L.activation({ activation: 'relu', name }), x));
    else if (op === 'add') tensors.push(apply(L.add({ name }), pair));
    else if (op === 'join') tensors.push(apply(dense(), apply(L.concatenate({ name: `${name}_both` }), pair)));
    else if (op === 'shared') tensors.push(apply(shared, x));
    else {
      const inner = [L.dense({ inputShape: [WIDTH], units: WIDTH, name: 'fc' }), L.batchNormalization({ name: 'bn' })];
      tensors.push(apply(layers.sequential({ name, layers: inner }), x));
    }
  }
  const first = present(tensors[0]);
  const ends = tensors
    .slice(-outputs)
    .map((end, index) =>
      apply(L.dense({ units: 2, name: `end${index}` }), apply(L.add({ name: `last${index}` }), [end, first])),
    );
  return layers.model({ inputs: fed, outputs: ends });
}

const valuesFor = (network: Network): tf.Tensor[] =>
  network.inputs.map((_, seed) => tf.randomUniform([2, WIDTH], -1, 1, 'float32', seed + 1));

beforeAll(async () => {
  await useBackend(cpu());
});

describe('on random graphs', () => {
  it('a network, its trunk and tail, and a rebuilt model all predict what tfjs predicts', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (shape) => {
        const model = build(shape);
        stir(model);
        const network = networkOf(model);
        const x = valuesFor(network);
        const wanted = await reference(model, x);
        expectClose(await numbers(predict(network, x)), wanted);
        const copy = buildModel(network, 'copy');
        expectClose(await numbers(predict(networkOf(copy), x)), wanted);
        expect(
          networkOf(copy)
            .weights.map((weight) => weight.name)
            .sort(),
        ).toEqual(network.weights.map((weight) => weight.name).sort());
        const chosen = network.nodes.filter((_, index) => shape.frozen[index] === true).map((node) => node.path);
        const frozen = chosen.length === 0 ? new Set<string>() : freeze(network, { paths: chosen }).frozen;
        const { trunk, tail } = splitTrunk(network, frozen);
        const features = trunk === undefined ? x : predict(trunk, x);
        expectClose(await numbers(predict(tail, features)), wanted);
      }),
      { numRuns: 40 },
    );
  });

  it('the trunk holds frozen weights only, and is as large as its rules allow', () => {
    fc.assert(
      fc.property(graph, (shape) => {
        const network = networkOf(build(shape));
        const chosen = network.nodes.filter((_, index) => shape.frozen[index] === true).map((node) => node.path);
        const frozen = chosen.length === 0 ? new Set<string>() : freeze(network, { paths: chosen }).frozen;
        const { trunk } = splitTrunk(network, frozen);
        const inside = new Set(trunk?.nodes.map((node) => node.path) ?? []);
        for (const weight of trunk?.weights ?? []) expect(frozen.has(weight.name)).toBe(true);
        if (trunk === undefined) return;
        const given = new Set([
          ...network.inputs,
          ...network.nodes.filter((node) => inside.has(node.path)).flatMap((node) => node.outputs),
        ]);
        for (const node of network.nodes) {
          if (inside.has(node.path)) continue;
          const reasons = [
            node.weights.some((name) => !frozen.has(name)),
            node.inputs.some((slot) => !given.has(slot)),
            node.outputs.some((slot) => network.outputs.includes(slot)),
            isNoise(node),
          ];
          expect(reasons, `${node.path} could be in the trunk`).toContain(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('any cut can be given a head, and leaves no tensors behind when it predicts', async () => {
    await fc.assert(
      fc.asyncProperty(graph, fc.nat(20), async (shape, at) => {
        const model = build(shape);
        stir(model);
        const network = networkOf(model);
        const { path } = present(network.nodes[at % network.nodes.length]);
        const grafted = withHead(cut(model, path), classificationHead({ classes: 2 }), { seed: 1 });
        const x = valuesFor(grafted.network);
        const before = tf.memory().numTensors;
        const found = await numbers(predict(grafted.network, x));
        expect(tf.memory().numTensors).toBe(before);
        expectClose(found, await reference(grafted.model, x));
        expect(grafted.headPaths).toHaveLength(1);
      }),
      { numRuns: 30 },
    );
  });
});
