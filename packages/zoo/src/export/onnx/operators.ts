import type { NetworkNode, Slot } from '@graft-ml/core';
import { clipped } from './activations.js';
import { batchNormalization, conv2d, dense, depthwiseConv2d } from './convolution-operators.js';
import { LayerSettings } from './layer-settings.js';
import type { OnnxGraph } from './onnx-graph.js';
import { activated, ends, type Operator } from './operator.js';
import { paddingOf } from './padding.js';

/** Every layer that can be exported, by tfjs's class name. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  BatchNormalization: batchNormalization,
  Dense: dense,
  Activation(node, graph) {
    const settings = new LayerSettings(node);
    elementwise(node, graph, (x, channelAxis) => activated(graph, node, settings, () => x, channelAxis));
  },
  Softmax(node, graph) {
    const settings = new LayerSettings(node);
    const axis = settings.number('axis', -1);
    const rank = graph.shape(ends(node).input).length;
    if (axis !== -1 && axis !== rank - 1) throw settings.refuse(`has the axis ${axis}`, 'The last axis was expected.');
    elementwise(node, graph, (x, channelAxis) => graph.add('Softmax', node.path, [x], { axis: { int: channelAxis } }));
  },
  ReLU(node, graph) {
    const most = new LayerSettings(node).number('maxValue', Infinity);
    elementwise(node, graph, (x) =>
      most === Infinity ? graph.add('Relu', node.path, [x]) : clipped(graph, x, node.path, most),
    );
  },
  LeakyReLU(node, graph) {
    const alpha = new LayerSettings(node).number('alpha', 0.3);
    elementwise(node, graph, (x) => graph.add('LeakyRelu', node.path, [x], { alpha: { float: alpha } }));
  },
  ELU(node, graph) {
    const alpha = new LayerSettings(node).number('alpha', 1);
    elementwise(node, graph, (x) => graph.add('Elu', node.path, [x], { alpha: { float: alpha } }));
  },
  Rescaling(node, graph) {
    const settings = new LayerSettings(node);
    elementwise(node, graph, (x) => {
      const scaled = graph.add('Mul', `${node.path}/scaled`, [x, graph.scalar(settings.number('scale', 1))]);
      return graph.add('Add', node.path, [scaled, graph.scalar(settings.number('offset', 0))]);
    });
  },
  Add: merging('Add'),
  Multiply: merging('Mul'),
  Maximum: merging('Max'),
  Minimum: merging('Min'),
  Concatenate(node, graph) {
    const rank = graph.shape(node.inputs[0] ?? -1).length;
    const axis = (new LayerSettings(node).number('axis', -1) + rank) % rank;
    const inputs = node.inputs.map((slot) => graph.tensor(slot, 'first'));
    // Axes of a picture are counted in its own layout: the last one is the first after the batch there.
    const moved = rank === 4 ? ([0, 2, 3, 1][axis] ?? axis) : axis;
    graph.give(node.outputs[0], graph.add('Concat', node.path, inputs, { axis: { int: moved } }), 'first');
  },
  ZeroPadding2D(node, graph) {
    const { input, output } = ends(node);
    const sides = zeroPadding(node);
    const pads = graph.constant(`${node.path}/pads`, [8], BigInt64Array.from(sides, BigInt));
    graph.give(output, graph.add('Pad', node.path, [graph.tensor(input, 'first'), pads]), 'first');
  },
  MaxPooling2D: pooling('MaxPool'),
  AveragePooling2D: pooling('AveragePool'),
  GlobalMaxPooling2D: globalPooling('GlobalMaxPool'),
  GlobalAveragePooling2D: globalPooling('GlobalAveragePool'),
  Flatten(node, graph) {
    const { input, output } = ends(node);
    // Without pixels, or with one channel, both layouts hold the numbers in one order.
    const [, height, width, channels] = graph.shape(input);
    const isSame = (height === 1 && width === 1) || channels === 1;
    const x = graph.tensor(input, isSame ? graph.layoutOf(input) : 'last');
    graph.give(output, graph.add('Flatten', node.path, [x], { axis: { int: 1 } }), 'last');
  },
  Reshape(node, graph) {
    const { input, output } = ends(node);
    const sizes = graph.shape(output).slice(1);
    if (sizes.includes(null)) {
      throw new LayerSettings(node).refuse(
        'gives a shape that is open',
        'Sizes that are fixed, but for the batch, were expected.',
      );
    }
    // 0 keeps the batch's size.
    const shape = BigInt64Array.from([0, ...sizes.map((size) => size ?? 0)], BigInt);
    const held = graph.constant(`${node.path}/shape`, [shape.length], shape);
    graph.give(output, graph.add('Reshape', node.path, [graph.tensor(input, 'last'), held]), 'last');
  },
};

/** What leaves the layout as it is. @param make gives the name of its result */
function elementwise(node: NetworkNode, graph: OnnxGraph, make: (x: string, channelAxis: number) => string): void {
  const { input, output } = ends(node);
  const rank = graph.shape(input).length;
  const layout = graph.layoutOf(input);
  const channelAxis = rank === 4 && layout === 'first' ? 1 : rank - 1;
  graph.give(output, make(graph.tensor(input, layout), channelAxis), layout);
}

/** Elementwise operators of two tensors, one after the other; sizes of 1 are repeated. */
function merging(operator: string): Operator {
  return (node, graph) => {
    const [first = -1, ...others] = node.inputs;
    const rank = graph.shape(first).length;
    if (others.some((slot) => graph.shape(slot).length !== rank)) {
      throw new LayerSettings(node).refuse('joins tensors of different ranks', 'Tensors of one rank were expected.');
    }
    const layout = node.inputs.some((slot: Slot) => graph.layoutOf(slot) === 'first') ? 'first' : 'last';
    const joined = others.reduce(
      (left, slot, index) =>
        graph.add(operator, index === others.length - 1 ? node.path : `${node.path}/${index}`, [
          left,
          graph.tensor(slot, layout),
        ]),
      graph.tensor(first, layout),
    );
    graph.give(node.outputs[0], joined, layout);
  };
}

/** Padding does not count: neither as a maximum nor in a mean. */
function pooling(operator: string): Operator {
  return (node, graph) => {
    const { input, output } = ends(node);
    const settings = new LayerSettings(node);
    const window = settings.pair('poolSize', 2);
    const strides = settings.pair('strides', 2);
    const attributes = { kernel_shape: window, strides, ...paddingOf(settings, graph.shape(input), window, strides) };
    graph.give(output, graph.add(operator, node.path, [graph.tensor(input, 'first')], attributes), 'first');
  };
}

function globalPooling(operator: string): Operator {
  return (node, graph) => {
    const { input, output } = ends(node);
    const pooled = graph.add(operator, `${node.path}/map`, [graph.tensor(input, 'first')]);
    graph.give(output, graph.add('Flatten', node.path, [pooled], { axis: { int: 1 } }), 'last');
  };
}

/** Zeros before and after each axis of [B, C, H, W]: all befores first. */
function zeroPadding(node: NetworkNode): number[] {
  const settings = new LayerSettings(node);
  const sides = settings.raw('padding');
  if (!isSides(sides)) {
    throw settings.refuse(`has the padding ${JSON.stringify(sides)}`, 'Two pairs of numbers were expected.');
  }
  const [[top, bottom], [left, right]] = sides;
  return [0, 0, top, left, 0, 0, bottom, right];
}

type Sides = readonly [readonly [number, number], readonly [number, number]];

function isSides(value: unknown): value is Sides {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((side) => Number.isSafeInteger(side)))
  );
}
