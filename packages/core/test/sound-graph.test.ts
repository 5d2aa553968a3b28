import { beforeAll, describe, expect, it } from 'vitest';
import { cpu } from '@graft-ml/backend-cpu';
import { buildFromTopology, GraftError, useBackend } from '../src/index.js';

beforeAll(async () => {
  await useBackend(cpu());
});

const input = {
  class_name: 'InputLayer',
  name: 'x',
  config: { name: 'x', batch_input_shape: [null, 3] },
  inbound_nodes: [],
};
const dense = (name: string, inbound_nodes: unknown, units = 2): object => ({
  class_name: 'Dense',
  name,
  config: { name, units },
  inbound_nodes,
});
const model = (layers: readonly object[], output = 'b'): Record<string, unknown> => ({
  class_name: 'Model',
  config: { name: 'm', layers, input_layers: [['x', 0, 0]], output_layers: [[output, 0, 0]] },
});
const reads = (layer: string, call = 0): unknown => [[[layer, call, 0, {}]]];

async function refused(topology: Record<string, unknown>, mostWeightBytes = 1000): Promise<GraftError> {
  const thrown: unknown = await buildFromTopology(topology, 'x.json', { mostWeightBytes }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof GraftError) return thrown;
  throw new Error(`a GraftError was expected, not ${String(thrown)}`);
}

describe('buildFromTopology', () => {
  it('builds a graph in any order of its layers', async () => {
    const built = await buildFromTopology(model([dense('b', reads('a')), input, dense('a', reads('x'))]), 'x.json', {
      mostWeightBytes: 1000,
    });
    expect(built.layers.map(({ name }) => name)).toEqual(['x', 'a', 'b']);
  });

  // tfjs 4.22 waits forever for each of these.
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a circle', model([input, dense('a', reads('b')), dense('b', reads('a'))]), /"a" of x\.json reads call 0 of "b"/],
    ['a layer that is not there', model([input, dense('b', reads('y'))]), /reads call 0 of "y", which is never made/],
    ['a call that is not made', model([input, dense('b', reads('x', 3))]), /reads call 3 of "x"/],
    [
      'a call on nothing',
      model([input, dense('a', [[]]), dense('b', reads('a'))]),
      /"a" of x\.json is called on nothing/,
    ],
    ['a layer that is never called', model([input, dense('a', []), dense('b', reads('a'))]), /reads call 0 of "a"/],
    ['a place that is none', model([input, dense('b', [['xyz']])]), /"b" of x\.json reads "xyz", which is no place/],
    [
      'two layers of one name',
      model([input, dense('b', reads('x')), dense('b', reads('x'))]),
      /Two layers of x\.json are called "b"/,
    ],
    [
      'a layer without a name',
      model([input, { ...dense('b', reads('x')), name: undefined }]),
      /is called nothing and "b"/,
    ],
    ['a layer of two names', model([input, { ...dense('b', reads('x')), name: 'c' }]), /is called "c" and "b"/],
    [
      'calls in the names of TypeScript',
      model([input, { ...dense('b', []), inboundNodes: reads('y') }]),
      /"b" of x\.json reads call 0 of "y"/,
    ],
    [
      'a circle where a model has no business',
      model([
        input,
        {
          class_name: 'Dense',
          name: 'b',
          config: { name: 'b', units: 2, kernel_initializer: model([input, dense('a', reads('a'))], 'a') },
          inbound_nodes: reads('x'),
        },
      ]),
      /"a" of x\.json reads call 0 of "a"/,
    ],
  ])('refuses %s instead of waiting forever', async (_, topology, message) => {
    const error = await refused(topology);
    expect(error.code).toBe('corrupt');
    expect(error.message).toMatch(message);
  });

  it('allocates no more weights than it was allowed, also when two models are built at once', async () => {
    const large = model([input, dense('b', reads('x'), 1e9)]);
    const small = model([input, dense('b', reads('x'))]);
    const [error, built] = await Promise.all([
      refused(large, 32),
      buildFromTopology(small, 'y.json', { mostWeightBytes: 32 }),
    ]);
    expect(error.message).toMatch(/weight "kernel" of shape \[3, 1000000000\] in the layer "b".*At most 32 bytes/);
    expect(built.countParams()).toBe(8);
  });
});
