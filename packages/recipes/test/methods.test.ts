import { cpu } from '@graft-ml/backend-cpu';
import { loadBundle, memoryStore, networkOf, parameterCount, saveBundle, useBackend } from '@graft-ml/core';
import { arrayDataset, type Dataset } from '@graft-ml/datasets';
import { evaluate, type TrainEvent } from '@graft-ml/train';
import { cut } from '@graft-ml/transfer';
import { joinBackbones } from '@graft-ml/transfer/heads';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { calibrated, distil, followHint, hintLayers, recipe, slimModel, type RecipeTask } from '../src/index.js';
import { sourceModel, stripes, task, weightsOf } from './toys.js';

const RATE = 0.01;
const steps = (count: number): Pick<RecipeTask, 'budget'> => ({
  budget: { steps: count, batchSize: 24, learningRate: RATE },
});

beforeAll(async () => {
  await useBackend(cpu());
});

describe('heads', () => {
  it.each(['cosine', 'mlp-head'])('%s learns its examples, on a backbone that stays as it is', async (name) => {
    const source = sourceModel();
    const before = await weightsOf(source);
    const { model, frozen } = await recipe(name).run({ ...task(source), ...steps(150) });
    const { metrics } = await evaluate(networkOf(model), stripes('train', 24, 1));
    expect(metrics['accuracy']).toBeGreaterThan(0.8);
    const after = await weightsOf(model);
    for (const path of ['conv1/kernel', 'dense1/kernel', 'dense1/bias']) {
      expect(frozen).toContain(path);
      expect(after.get(path)).toEqual(before.get(path));
    }
  });

  it('knn votes among the labelled examples: with k = 1 each finds itself', async () => {
    const source = sourceModel();
    const tensors = tf.memory().numTensors;
    const { model, trainableParameters, totalParameters } = await recipe('knn').run({
      ...task(source),
      settings: { k: 1 },
    });
    const { metrics, outputs } = await evaluate(networkOf(model), stripes('train', 24, 1));
    expect(metrics['accuracy']).toBe(1);
    expect(outputs[0]).toBeCloseTo(Math.round(outputs[0] ?? 9), 5);
    expect(trainableParameters).toBe(0);
    // Beside the backbone, eight features and three classes of each of 24 examples.
    expect(totalParameters).toBe(3 * 9 + 3 + 48 * 8 + 8 + 24 * (8 + 3));
    const store = memoryStore();
    await saveBundle(store, model);
    const loaded = await loadBundle(store);
    expect((await evaluate(networkOf(loaded.model), stripes('train', 24, 1))).outputs).toEqual(outputs);
    for (const each of [model, loaded.model]) each.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
    const joined = await recipe('knn@conv1@dense1').run({ ...task(source), settings: { k: 3 } });
    expect((await evaluate(networkOf(joined.model), stripes('train', 24, 1))).metrics['accuracy']).toBeGreaterThan(0.6);
  });

  it('knn and cosine refuse values', async () => {
    const train = sums();
    await expect(recipe('knn').run({ ...task(sourceModel()), train })).rejects.toThrow(/vote for classes/);
    await expect(recipe('cosine').run({ ...task(sourceModel()), train })).rejects.toThrow(/tells classes apart/);
  });
});

/** Values far from 0 and of a large spread: the first pixel and the last, in units of their own. */
function sums(size = 24): Dataset {
  const data = Float32Array.from({ length: size * 36 }, (_, at) => ((at * 7919) % 101) / 101);
  const targets = Float32Array.from({ length: size * 2 }, (_, at) => {
    const row = Math.floor(at / 2) * 36;
    return at % 2 === 0 ? 5000 + 800 * (data[row] ?? 0) : -2 + 0.01 * (data[row + 35] ?? 0);
  });
  return arrayDataset({
    name: 'sums',
    inputs: [{ data, shape: [6, 6, 1] }],
    targets,
    target: { kind: 'values', names: ['large', 'small'] },
  });
}

describe('regression', () => {
  it('standardises its targets and takes that back in the output layer: at the start the model gives about the mean', async () => {
    const train = sums();
    // So small a rate that nothing is learnt: outputs are the mean, within a few standard deviations.
    const still = { steps: 1, batchSize: 24, learningRate: 1e-9 };
    const { model } = await recipe('linear-probe').run({ ...task(sourceModel()), train, budget: still });
    const { outputs } = await evaluate(networkOf(model), train);
    const all = await train.batch(Int32Array.from({ length: 24 }, (_, at) => at));
    const values = await all.targets.data();
    for (const [column, sign] of [0, 1].entries()) {
      const own = Array.from({ length: 24 }, (_, row) => values[row * 2 + column] ?? 0);
      const mean = own.reduce((sum, value) => sum + value, 0) / 24;
      const sd = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 24);
      for (let row = 0; row < 24; row++)
        expect(Math.abs((outputs[row * 2 + column] ?? 0) - mean) / sd, `value ${sign}`).toBeLessThan(5);
    }
  });

  it('learns large and small values alike', async () => {
    const train = sums();
    const { model } = await recipe('fine-tune').run({
      ...task(sourceModel()),
      train,
      budget: { steps: 80, batchSize: 24, learningRate: 0.03 },
    });
    const { outputs } = await evaluate(networkOf(model), train);
    const batch = await train.batch(Int32Array.from({ length: 24 }, (_, at) => at));
    const values = await batch.targets.data();
    for (const [column, range] of [800, 0.01].entries()) {
      const error = Array.from({ length: 24 }, (_, row) =>
        Math.abs((outputs[row * 2 + column] ?? 0) - (values[row * 2 + column] ?? 0)),
      ).reduce((sum, value) => sum + value / 24, 0);
      expect(error / range).toBeLessThan(0.2);
    }
  });
});

describe('mixed and weighed examples', () => {
  const losses = async (name: string, change: Partial<RecipeTask> = {}): Promise<TrainEvent[]> => {
    const seen: TrainEvent[] = [];
    const onEvent = (event: TrainEvent): void => void (event.type === 'step' && seen.push(event));
    (await recipe(name).run({ ...task(sourceModel()), ...steps(12), onEvent, ...change })).model.dispose();
    return seen;
  };

  it.each(['fine-tune+mixup', 'frozen+mixup', 'frozen+cutmix'])(
    '%s trains on mixtures, which have no one class',
    async (name) => {
      const seen = await losses(name);
      expect(seen).toHaveLength(12);
      for (const event of seen) if (event.type === 'step') expect(event.accuracy).toBeUndefined();
      const plain = await losses(name.split('+')[0] ?? '');
      expect(plain.every((event) => event.type === 'step' && event.accuracy !== undefined)).toBe(true);
    },
  );

  it('+cutmix pastes before frozen layers, and keeps their bytes', async () => {
    const source = sourceModel();
    const before = await weightsOf(source);
    const { model } = await recipe('frozen+cutmix').run(task(source));
    const after = await weightsOf(model);
    for (const name of ['conv1/kernel', 'conv1/bias']) expect(after.get(name)).toEqual(before.get(name));
  });

  it('+balanced weighs classes by how rare they are: by hand, the first loss', async () => {
    const all = stripes('train', 60, 1);
    const classes = all.classes ?? new Int32Array(0);
    // All of class 0, and one of each other.
    const chosen = [...classes.keys()].filter(
      (at) => classes[at] === 0 || at === classes.indexOf(1) || at === classes.indexOf(2),
    );
    const train: Dataset = {
      ...all,
      size: chosen.length,
      classes: Int32Array.from(chosen, (at) => classes[at] ?? 0),
      batch: (indices) => all.batch(Array.from(indices, (index) => chosen[index] ?? 0)),
    };
    const change = { train, budget: { steps: 1, batchSize: train.size, learningRate: 1e-9 } };
    const { model } = await recipe('fine-tune').run({ ...task(sourceModel()), ...change });
    const { outputs } = await evaluate(networkOf(model), train);
    const byClass = [0, 1, 2].map((id) => {
      const own = chosen.flatMap((_, at) => (train.classes?.[at] === id ? [-Math.log(outputs[at * 3 + id] ?? 0)] : []));
      return own.reduce((sum, value) => sum + value, 0) / own.length;
    });
    const [step] = await losses('fine-tune+balanced', change);
    const wanted = byClass.reduce((sum, value) => sum + value, 0) / 3;
    expect(step?.type === 'step' ? step.loss : 0).toBeCloseTo(wanted, 4);
    await expect(recipe('fine-tune+balanced').run({ ...task(sourceModel()), train: sums() })).rejects.toThrow(
      /weighs classes/,
    );
  });

  it('+plateau lowers the rate of a training that stands still; +smooth and +balanced add to one another', async () => {
    const seen = await losses('fine-tune+plateau', { budget: { steps: 20, batchSize: 24, learningRate: 1e-9 } });
    const rates = seen.map((event) => (event.type === 'step' ? event.learningRate / 1e-9 : 0));
    expect(rates[6]).toBeCloseTo(1, 9);
    expect(rates[19]).toBeLessThanOrEqual(0.26);
    const both = await losses('fine-tune+smooth+balanced');
    const one = await losses('fine-tune+balanced');
    expect(both[0]).not.toEqual(one[0]);
  });

  it('are refused for recipes that do not train', () => {
    expect(() => recipe('logistic+cosine')).toThrow(/"logistic" solves for its head/);
    expect(() => recipe('knn+mixup')).toThrow(/Leave the modifier out/);
  });
});

describe('narrow students', () => {
  it('have the source’s layers at a share of its width, by hand', () => {
    const { model, network } = slimModel(task(sourceModel({ norm: true })), 0.5, 'half');
    const shapes = Object.fromEntries(network.weights.map(({ name, shape }) => [name, shape]));
    // 3 · 0.5 rounds to 2 filters: 4·4·2 features.
    expect(shapes['conv1/kernel']).toEqual([3, 3, 1, 2]);
    expect(shapes['norm/gamma']).toEqual([2]);
    expect(shapes['dense1/kernel']).toEqual([32, 4]);
    expect(shapes['head/kernel']).toEqual([4, 3]);
    model.dispose();
  });

  it('hint: only the layers up to the guided one move, Adam’s first step by the learning rate', async () => {
    const source = sourceModel();
    const student = slimModel(task(source), 0.5, 'student');
    const layersOf = hintLayers(networkOf(source), student.network);
    expect(layersOf).toEqual({ teacher: 'conv1', student: 'conv1' });
    const before = await weightsOf(student.model);
    await followHint({ ...task(source), ...steps(1) }, networkOf(source), student.model, layersOf);
    for (const [name, values] of await weightsOf(student.model)) {
      const moved = values.map((value, at) => Math.abs(value - (before.get(name)?.[at] ?? 0)));
      expect(Math.max(...moved), name).toBeCloseTo(name.startsWith('conv1') ? RATE : 0, 6);
    }
  });

  it('hint: what the teacher’s features leave unexplained falls', async () => {
    const source = sourceModel();
    const student = slimModel(task(source), 0.5, 'student');
    const both = { teacher: 'conv1', student: 'conv1' };
    const { history } = await followHint({ ...task(source), ...steps(60) }, networkOf(source), student.model, both);
    expect(history.at(-1)?.trainLoss).toBeLessThan((history[0]?.trainLoss ?? 0) / 2);
    const other = { teacher: 'conv1', student: 'dense1' };
    const wrong = followHint({ ...task(source), ...steps(1) }, networkOf(source), student.model, other);
    await expect(wrong).rejects.toThrow(/student’s layer gives features \[4\], and the teacher’s \[4, 4, 3\]/);
  });

  it('keep the teacher’s outputs in a store, and do not ask it again', async () => {
    const store = memoryStore();
    const source = sourceModel();
    const teacher = (await recipe('fine-tune').run({ ...task(source), ...steps(20) })).model;
    const taught = distil({ name: 'kept', teacher, student: (given) => slimModel(given, 0.5, 's').model, store });
    const first = await taught.run({ ...task(source), ...steps(4) });
    const read: string[] = [];
    const onProgress = ({ task: doing }: { readonly task: string }): void => void read.push(doing);
    const second = await taught.run({ ...task(source), ...steps(4), onProgress });
    expect(await weightsOf(second.model)).toEqual(await weightsOf(first.model));
    expect(read.some((doing) => doing.startsWith('checking stored features'))).toBe(true);
    expect(read.some((doing) => doing.startsWith('extracting'))).toBe(false);
  });

  it('refuse a teacher who did not see the examples that they are given', async () => {
    await expect(recipe('distil+mixup').run({ ...task(sourceModel()), ...steps(40) })).rejects.toThrow(
      /teacher did not see/,
    );
  });
});

describe('DELTA with attention', () => {
  it('is held at the source’s features by a strong pull, after its probe', async () => {
    const moved = async (strength: number): Promise<number> => {
      const source = sourceModel();
      const before = await weightsOf(source);
      const { model } = await recipe('delta-attention').run({ ...task(source), ...steps(60), settings: { strength } });
      const after = await weightsOf(model);
      return Math.max(
        ...(after.get('dense1/kernel') ?? []).map((value, at) =>
          Math.abs(value - (before.get('dense1/kernel')?.[at] ?? 0)),
        ),
      );
    };
    expect(await moved(1000)).toBeLessThan((await moved(0)) / 2);
  });
});

describe('several sources', () => {
  it('are one source when joined: any recipe adapts them', async () => {
    const [a, b] = [sourceModel(), sourceModel()];
    const joined = joinBackbones([cut(a, 'dense1'), cut(b, 'conv1')]);
    const top = layers.layers.dense({ units: 4, activation: 'softmax', name: 'old' }).apply(joined.outputs);
    if (!(top instanceof layers.SymbolicTensor)) throw new Error('no tensor');
    const source = layers.model({ inputs: joined.inputs, outputs: top, name: 'two' });
    const { model, trainableParameters } = await recipe('logistic').run(task(source));
    expect(trainableParameters).toBe((8 + 3) * 3 + 3);
    const { model: tuned } = await recipe('fine-tune').run(task(source));
    expect(parameterCount(networkOf(tuned).weights)).toBe(parameterCount(networkOf(model).weights));
  });
});

describe('calibration', () => {
  it('lowers the loss of a model that is too sure of itself, leaves what it predicts, and is in the bundle', async () => {
    const { model } = await recipe('fine-tune').run({ ...task(sourceModel()), ...steps(60) });
    const validation = stripes('noise', 60, 5);
    const blurred: Dataset = {
      ...validation,
      // A third of the labels are wrong, so that being sure is being wrong.
      classes: (validation.classes ?? new Int32Array(0)).map((id, at) => (at % 3 === 0 ? (id + 1) % 3 : id)),
      batch: async (indices) => {
        const batch = await validation.batch(indices);
        const ids = Array.from(await batch.targets.data(), (id, row) =>
          (indices[row] ?? 0) % 3 === 0 ? (id + 1) % 3 : id,
        );
        batch.targets.dispose();
        return { ...batch, targets: tf.tensor1d(ids, 'int32') };
      },
    };
    const tensors = tf.memory().numTensors;
    const { model: cool, calibration } = await calibrated(model, blurred);
    expect(tf.memory().numTensors).toBe(tensors + networkOf(cool).weights.length);
    expect(calibration.temperature).toBeGreaterThan(1);
    const [before, after] = [await evaluate(networkOf(model), blurred), await evaluate(networkOf(cool), blurred)];
    expect(calibration.lossBefore).toBeCloseTo(before.loss, 3);
    expect(calibration.lossAfter).toBeCloseTo(after.loss, 3);
    expect(after.loss).toBeLessThan(before.loss);
    expect(after.metrics).toEqual(before.metrics);
    expect(calibration.errorAfter).toBeLessThan(calibration.errorBefore ?? 0);
    const store = memoryStore();
    await saveBundle(store, cool);
    const loaded = networkOf((await loadBundle(store)).model);
    expect((await evaluate(loaded, blurred)).loss).toBe(after.loss);
  });

  it('refuses values, and heads that vote', async () => {
    const { model } = await recipe('knn').run(task(sourceModel()));
    await expect(calibrated(model, stripes('validation', 12, 2))).rejects.toThrow(/cannot be divided/);
    await expect(calibrated(model, sums())).rejects.toThrow(/values as targets/);
  });
});

describe('recipes say before training what they cannot do', () => {
  const run = (name: string, change: Partial<RecipeTask>): Promise<unknown> =>
    recipe(name).run({ ...task(sourceModel()), ...change });
  const untouched = { onEvent: () => expect.unreachable('training had begun') };

  it.each([
    ['lora@nothing*', {}, 'not-found', /matches no layer/],
    ['distil', { settings: { temperature: 0 } }, 'bad-input', /temperature of distillation is 0/],
    ['hint', { settings: { temperature: -1 } }, 'bad-input', /temperature of distillation is -1/],
    [
      'gradual',
      { budget: { epochs: 2, batchSize: 8, learningRate: 0.01 } },
      'bad-input',
      /3 stages, and the budget is 2 epochs/,
    ],
    ['cosine', { settings: { scale: 0 } }, 'bad-input', /scale of the cosine head is 0/],
    ['norm-only', {}, 'bad-input', /has none/],
  ])('%s', async (name, change, code, message) => {
    const tensors = tf.memory().numTensors;
    const source = sourceModel();
    const own = tf.memory().numTensors - tensors;
    source.dispose();
    const found = run(name, { ...change, ...untouched });
    await expect(found).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    // What is left is the source that the run was given.
    expect(tf.memory().numTensors).toBe(tensors + own);
  });

  it('gradual unfreezes when every stage has an epoch', async () => {
    const outcome = await recipe('gradual').run({
      ...task(sourceModel()),
      budget: { epochs: 3, batchSize: 8, learningRate: 0.01 },
    });
    expect(outcome.result.steps).toBe(9);
  });
});
