import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import * as layers from '@tensorflow/tfjs-layers';
import { cpu } from '@graft-ml/backend-cpu';
import { useBackend } from '@graft-ml/core';
import { seedCnn } from '@graft-ml/zoo';
import { commonSubsequence } from '../src/common-subsequence.js';
import { initialiseFrom } from '../src/index.js';
import { sequentialModel, stir, thrownBy, weightBytes } from './models.js';

beforeAll(async () => {
  await useBackend(cpu());
});

const net = (...units: [string, number][]): layers.LayersModel =>
  layers.sequential({
    layers: units.map(([name, size], index) =>
      layers.layers.dense({ units: size, name, ...(index === 0 ? { inputShape: [3] } : {}) }),
    ),
  });

describe('initialiseFrom', () => {
  it('takes what has the same name and shape, keeps the rest, and says why', async () => {
    const target = seedCnn({ seed: 1, inputShape: [10, 10, 1], classes: 3 });
    const source = seedCnn({ seed: 2, inputShape: [10, 10, 1] });
    const [mine, theirs] = [await weightBytes(target), await weightBytes(source)];
    const { model, report } = initialiseFrom(target, source);
    const result = await weightBytes(model);
    for (const name of ['conv1/kernel', 'conv2/kernel', 'conv2/bias', 'dense1/kernel'])
      expect(result[name], name).toEqual(theirs[name]);
    expect(result['head/kernel']).toEqual(mine['head/kernel']);
    expect(report.matched.map(({ name, from, by }) => [name, from, by])).toContainEqual([
      'conv1/kernel',
      'conv1/kernel',
      'name',
    ]);
    expect(report.matched).toHaveLength(6);
    expect(report.skipped).toEqual([
      { name: 'head/kernel', why: '"head/kernel" of the source has shape [128, 10], this one [128, 3]' },
      { name: 'head/bias', why: '"head/bias" of the source has shape [10], this one [3]' },
    ]);
    expect(report.unused).toEqual(['head/kernel', 'head/bias']);
    expect(await weightBytes(target)).toEqual(mine);
    expect(await weightBytes(source)).toEqual(theirs);
  });

  it('matches whole layers by kind, shapes and order where no name fits', async () => {
    const target = net(['a', 4], ['b', 4], ['c', 2]);
    const source = net(['x', 4], ['y', 4], ['z', 5]);
    stir(source);
    const { model, report } = initialiseFrom(target, source);
    const [result, theirs] = [await weightBytes(model), await weightBytes(source)];
    expect(result['a/kernel']).toEqual(theirs['x/kernel']);
    expect(result['b/bias']).toEqual(theirs['y/bias']);
    expect(report.matched.map(({ name, from, by }) => `${name} ${from} ${by}`)).toEqual([
      'a/kernel x/kernel order',
      'a/bias x/bias order',
      'b/kernel y/kernel order',
      'b/bias y/bias order',
    ]);
    expect(report.skipped.map(({ name }) => name)).toEqual(['c/kernel', 'c/bias']);
    expect(initialiseFrom(target, source, { byOrder: false }).report.matched).toEqual([]);
  });

  it('does not give a namesake of another shape away by order', () => {
    const { report } = initialiseFrom(net(['a', 4], ['q', 7]), net(['b', 4], ['a', 7]));
    // "a" is in both, with shapes that differ: neither is matched by order.
    expect(report.matched).toEqual([]);
    expect(report.skipped.map(({ name }) => name)).toEqual(['a/kernel', 'a/bias', 'q/kernel', 'q/bias']);
  });

  it.each([
    ['a table of layers', { x: 'a' }],
    ['a table of weights', { 'x/kernel': 'a/kernel', 'x/bias': 'a/bias' }],
    ['a function', (name: string) => name.replace(/^x/, 'a')],
  ])('renames by %s', async (_, rename) => {
    const source = net(['y', 4], ['x', 4]);
    const target = layers.sequential({ layers: [layers.layers.dense({ inputShape: [4], units: 4, name: 'a' })] });
    stir(source);
    const { model, report } = initialiseFrom(target, source, { rename });
    expect((await weightBytes(model))['a/kernel']).toEqual((await weightBytes(source))['x/kernel']);
    expect(report.matched[0]).toEqual({ name: 'a/kernel', from: 'x/kernel', by: 'name' });
  });

  it('copies BatchNorm statistics too', async () => {
    const [target, source] = [sequentialModel(), sequentialModel()];
    stir(source);
    expect(await weightBytes(initialiseFrom(target, source).model)).toEqual(await weightBytes(source));
  });

  it('refuses to rename what is not there, or two weights to one name', () => {
    const missing = thrownBy(() => initialiseFrom(net(['a', 4]), net(['dense1', 4]), { rename: { dense2: 'a' } }));
    expect(missing.code).toBe('not-found');
    expect(missing.remedy).toContain('dense1');
    expect(
      thrownBy(() => initialiseFrom(net(['a', 4]), net(['x', 4], ['y', 4]), { rename: { x: 'a', y: 'a' } })).code,
    ).toBe('bad-input');
  });
});

describe('commonSubsequence', () => {
  it('is a common subsequence, and as long as brute force finds', () => {
    const word = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 7 });
    const bruteForce = (a: string[], b: string[]): number => {
      const [head, ...rest] = a;
      if (head === undefined) return 0;
      const at = b.indexOf(head);
      return Math.max(bruteForce(rest, b), at < 0 ? 0 : 1 + bruteForce(rest, b.slice(at + 1)));
    };
    const isSubsequence = (part: string[], whole: string[]): boolean => {
      const left = [...part];
      for (const each of whole) if (left[0] === each) left.shift();
      return left.length === 0;
    };
    fc.assert(
      fc.property(word, word, (a, b) => {
        const pairs = commonSubsequence(a, b, (x, y) => x === y);
        const firsts = pairs.map(([x]) => x);
        expect(firsts).toEqual(pairs.map(([, y]) => y));
        expect(isSubsequence(firsts, a) && isSubsequence(firsts, b)).toBe(true);
        expect(pairs).toHaveLength(bruteForce(a, b));
      }),
    );
  });
});
