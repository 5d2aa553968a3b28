import { GraftError, type NetworkNode } from '@graft-ml/core';
import { LayerSettings } from './layer-settings.js';
import type { HeldWeight, OnnxGraph } from './onnx-graph.js';
import { activated, ends, type Operator } from './operator.js';
import { paddingOf } from './padding.js';

/** Kernel [H, W, in, out] → [out, in, H, W]. */
export const conv2d: Operator = (node, graph) => {
  convolution(node, graph, 'kernel', ([height = 0, width = 0, incoming = 0, outgoing = 0], data) => ({
    dims: [outgoing, incoming, height, width],
    data: moved(data, height * width, incoming, outgoing, (i, o) => o * incoming + i),
    groups: 1,
    isDepthwise: false,
  }));
};

/** Kernel [H, W, in, multiplier] → [in · multiplier, 1, H, W], a group for each channel. */
export const depthwiseConv2d: Operator = (node, graph) => {
  convolution(node, graph, 'depthwise_kernel', ([height = 0, width = 0, incoming = 0, multiplier = 0], data) => ({
    dims: [incoming * multiplier, 1, height, width],
    data: moved(data, height * width, incoming, multiplier, (i, m) => i * multiplier + m),
    groups: incoming,
    isDepthwise: true,
  }));
};

interface OnnxKernel {
  readonly dims: readonly number[];
  readonly data: Float32Array;
  readonly groups: number;
  readonly isDepthwise: boolean;
}

function convolution(
  node: NetworkNode,
  graph: OnnxGraph,
  kernelName: string,
  turn: (shape: readonly number[], data: Float32Array) => OnnxKernel,
): void {
  const { input, output } = ends(node);
  const settings = new LayerSettings(node);
  const kernel = graph.weight(node, kernelName);
  if (kernel === undefined) throw withoutWeight(node, kernelName);
  const { dims, data, groups, isDepthwise } = turn(kernel.shape, kernel.data);
  const strides = settings.pair('strides', 1);
  // tfjs-layers 4.22 computes depthwise layers without their dilation; the export gives what the model gives.
  const dilations: [number, number] = isDepthwise ? [1, 1] : settings.pair('dilationRate', 1);
  const window: [number, number] = [kernel.shape[0] ?? 1, kernel.shape[1] ?? 1];
  const bias = graph.weight(node, 'bias');
  const inputs = [graph.tensor(input, 'first'), graph.constant(kernel.name, dims, data)];
  const make = (name: string): string =>
    graph.add('Conv', name, bias === undefined ? inputs : [...inputs, graph.hold(bias)], {
      kernel_shape: window,
      strides,
      dilations,
      group: { int: groups },
      ...paddingOf(settings, graph.shape(input), window, strides, dilations),
    });
  graph.give(output, activated(graph, node, settings, make, 1), 'first');
}

/** @param to where a kernel's pair of channels goes; its pixels lie beside each other there */
function moved(
  data: Float32Array,
  pixels: number,
  incoming: number,
  outgoing: number,
  to: (i: number, o: number) => number,
): Float32Array {
  const result = new Float32Array(data.length);
  for (let pixel = 0, at = 0; pixel < pixels; pixel++) {
    for (let i = 0; i < incoming; i++) {
      for (let o = 0; o < outgoing; o++, at++) result[to(i, o) * pixels + pixel] = data[at] ?? 0;
    }
  }
  return result;
}

export function withoutWeight(node: NetworkNode, name: string): GraftError {
  return new GraftError({ code: 'internal', what: `The layer "${node.path}" (${node.kind}) has no weight "${name}".` });
}

const WEIGHTS_OF_NORM = ['gamma', 'beta', 'moving_mean', 'moving_variance'] as const;

/** By the moving statistics, as in inference. */
export const batchNormalization: Operator = (node, graph) => {
  const { input, output } = ends(node);
  const settings = new LayerSettings(node);
  const rank = graph.shape(input).length;
  const axis = settings.number('axis', -1);
  if ((axis !== -1 && axis !== rank - 1) || (rank !== 4 && rank !== 2)) {
    throw settings.refuse(
      `normalises axis ${axis} of ${rank}`,
      'The last axis of [B, H, W, C] or [B, C] was expected.',
    );
  }
  const channels = graph.shape(input).at(-1) ?? 0;
  const inputs = WEIGHTS_OF_NORM.map((name): string => {
    const weight = graph.weight(node, name);
    if (weight !== undefined) return graph.hold(weight);
    // A layer without scale or centre has no weight for it.
    const value = name === 'gamma' || name === 'moving_variance' ? 1 : 0;
    return graph.constant(`${node.path}/${name}`, [channels], new Float32Array(channels).fill(value));
  });
  const epsilon = settings.number('epsilon', 1e-3);
  graph.give(
    output,
    graph.add('BatchNormalization', node.path, [graph.tensor(input, 'first'), ...inputs], {
      epsilon: { float: epsilon },
    }),
    'first',
  );
};

/** A product, and a bias added to it. Vectors by one operator, the last axis of anything else by two. */
export const dense: Operator = (node, graph) => {
  const { input, output } = ends(node);
  const settings = new LayerSettings(node);
  const kernel = graph.weight(node, 'kernel');
  if (kernel === undefined) throw withoutWeight(node, 'kernel');
  const bias = graph.weight(node, 'bias');
  const rank = graph.shape(input).length;
  const x = graph.tensor(input, 'last');
  const make = (name: string): string => (rank === 2 ? product : products)(graph, name, x, kernel, bias);
  graph.give(output, activated(graph, node, settings, make, rank - 1), 'last');
};

function product(graph: OnnxGraph, name: string, x: string, kernel: HeldWeight, bias: HeldWeight | undefined): string {
  const inputs = [x, graph.hold(kernel)];
  return graph.add('Gemm', name, bias === undefined ? inputs : [...inputs, graph.hold(bias)]);
}

function products(graph: OnnxGraph, name: string, x: string, kernel: HeldWeight, bias: HeldWeight | undefined): string {
  const result = graph.add('MatMul', bias === undefined ? name : `${name}/product`, [x, graph.hold(kernel)]);
  return bias === undefined ? result : graph.add('Add', name, [result, graph.hold(bias)]);
}
