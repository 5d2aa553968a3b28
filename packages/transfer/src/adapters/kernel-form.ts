import type { NetworkNode } from '@graft-ml/core';
import type { KernelForm } from './method.js';

/** The kinds of layer that can be adapted, and the names of their kernels. */
const KERNELS: Readonly<Partial<Record<string, string>>> = {
  Dense: 'kernel',
  Conv2D: 'kernel',
  DepthwiseConv2D: 'depthwise_kernel',
};

/** The form of a layer's kernel; undefined when it is no dense layer, convolution or depthwise convolution. */
export function kernelFormOf(node: NetworkNode): KernelForm | undefined {
  const [kernel] = node.layer.weights;
  if (KERNELS[node.kind] === undefined || kernel === undefined) return undefined;
  return formOf(
    node.kind,
    kernel.shape.map((size) => size ?? 1),
  );
}

export function formOf(kind: string, shape: readonly number[]): KernelForm {
  const depthwise = kind === 'DepthwiseConv2D';
  const columns = (depthwise ? (shape[2] ?? 1) : 1) * (shape.at(-1) ?? 1);
  return { shape, rows: shape.reduce((product, size) => product * size, 1) / columns, columns, depthwise };
}
