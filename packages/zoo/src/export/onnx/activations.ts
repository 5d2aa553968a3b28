import type { OnnxGraph } from './onnx-graph.js';

/** Adds what an activation needs to a graph. @returns the name of its result */
export type Activation = (graph: OnnxGraph, x: string, name: string, channelAxis: number) => string;

const simple =
  (operator: string): Activation =>
  (graph, x, name) =>
    graph.add(operator, name, [x]);

/** Of tfjs-layers, by their names in a layer's configuration. */
export const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  linear: (_, x) => x,
  relu: simple('Relu'),
  relu6: (graph, x, name) => clipped(graph, x, name, 6),
  sigmoid: simple('Sigmoid'),
  tanh: simple('Tanh'),
  elu: simple('Elu'),
  selu: simple('Selu'),
  softplus: simple('Softplus'),
  softsign: simple('Softsign'),
  // Both clip 0.2 x + 0.5 to [0, 1].
  hardSigmoid: simple('HardSigmoid'),
  softmax: (graph, x, name, channelAxis) => graph.add('Softmax', name, [x], { axis: { int: channelAxis } }),
  swish: (graph, x, name) => graph.add('Mul', name, [x, graph.add('Sigmoid', `${name}/sigmoid`, [x])]),
  mish(graph, x, name) {
    const softplus = graph.add('Softplus', `${name}/softplus`, [x]);
    return graph.add('Mul', name, [x, graph.add('Tanh', `${name}/tanh`, [softplus])]);
  },
};

/** 0 below 0, `most` above it. */
export function clipped(graph: OnnxGraph, x: string, name: string, most: number): string {
  return graph.add('Clip', name, [x, graph.scalar(0), graph.scalar(most)]);
}
