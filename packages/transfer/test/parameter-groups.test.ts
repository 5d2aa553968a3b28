import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { cpu } from '@graft-ml/backend-cpu';
import { networkOf, useBackend, type Network } from '@graft-ml/core';
import { DEFAULT_GROUP, parameterGroups, type GroupSpec } from '../src/index.js';
import { sequentialModel, sharedModel, thrownBy } from './models.js';

let network: Network;

beforeAll(async () => {
  await useBackend(cpu());
  network = networkOf(sequentialModel());
});

describe('parameterGroups', () => {
  it('puts what no selector means into a last group, default', () => {
    const groups = parameterGroups(network, [
      { name: 'slow', select: 'conv1', multiplier: 0.1 },
      { name: 'head', select: 'head', learningRate: 0.01, weightDecay: 0.001 },
    ]);
    expect(groups).toEqual([
      { name: 'slow', multiplier: 0.1, weights: ['conv1/kernel', 'conv1/bias'] },
      { name: 'head', learningRate: 0.01, weightDecay: 0.001, weights: ['head/kernel', 'head/bias'] },
      { name: DEFAULT_GROUP, weights: ['bn1/gamma', 'bn1/beta', 'conv2/kernel', 'conv2/bias'] },
    ]);
  });

  it('has no default group when everything is meant, and only that one when nothing is', () => {
    expect(parameterGroups(network, [{ name: 'everything', select: 'all' }]).map((group) => group.name)).toEqual([
      'everything',
    ]);
    expect(parameterGroups(network, []).map((group) => group.name)).toEqual([DEFAULT_GROUP]);
  });

  it('has every trainable weight in exactly one group, for any parting of the layers', () => {
    const withWeights = ['conv1', 'bn1', 'conv2', 'head'];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }), (owners) => {
        const specs = [0, 1, 2].flatMap((owner): GroupSpec[] => {
          const paths = withWeights.filter((_, index) => owners[index] === owner);
          // Group 2 is left to the default.
          return owner === 2 || paths.length === 0 ? [] : [{ name: `group${owner}`, select: { paths } }];
        });
        const all = parameterGroups(network, specs).flatMap((group) => group.weights);
        expect([...all].sort()).toEqual(
          network.weights
            .filter((weight) => !weight.statistic)
            .map((weight) => weight.name)
            .sort(),
        );
      }),
    );
  });

  it('sees through shared layers: two calls are one set of weights', () => {
    const error = thrownBy(() =>
      parameterGroups(networkOf(sharedModel()), [
        { name: 'a', select: { paths: ['encode'] } },
        { name: 'b', select: { paths: ['encode#2'] } },
      ]),
    );
    expect(error.message).toContain('"encode/kernel" is in the groups "a" and "b"');
  });

  it.each<[string, GroupSpec[], RegExp]>([
    [
      'overlapping selectors',
      [
        { name: 'a', select: 'conv*' },
        { name: 'b', select: /2$/ },
      ],
      /"conv2\/kernel" is in the groups "a" and "b"/,
    ],
    [
      'a name twice',
      [
        { name: 'a', select: 'conv1' },
        { name: 'a', select: 'conv2' },
      ],
      /two groups "a"/,
    ],
    ['the reserved name', [{ name: 'default', select: 'conv1' }], /kept for/],
    ['layers without weights', [{ name: 'a', select: 'pool1' }], /no trainable weights/],
    ['a negative rate', [{ name: 'a', select: 'conv1', learningRate: -1 }], /learningRate/],
    ['an infinite multiplier', [{ name: 'a', select: 'conv1', multiplier: Number.POSITIVE_INFINITY }], /multiplier/],
    ['a decay of NaN', [{ name: 'a', select: 'conv1', weightDecay: Number.NaN }], /weightDecay/],
    ['a rate and a multiplier', [{ name: 'a', select: 'conv1', learningRate: 1, multiplier: 1 }], /both/],
  ])('refuses %s', (_, specs, message) => {
    const error = thrownBy(() => parameterGroups(network, specs));
    expect(error.code).toBe('bad-input');
    expect(error.message).toMatch(message);
  });

  it('says not-found for a selector that matches nothing', () => {
    expect(thrownBy(() => parameterGroups(network, [{ name: 'a', select: 'conv7' }])).code).toBe('not-found');
  });
});
