import { backend_util } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { convolutions, seeds, type ConvDraw } from './draw.js';
import type { OpCase } from './op-case.js';
import type { KernelPlan } from './plan.js';

function outShape(draw: ConvDraw, depthwise: boolean): [number, number, number, number] {
  const { x, filter, strides, dilations, pad } = draw;
  return backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, undefined, depthwise).outShape;
}

function attrs(draw: ConvDraw): KernelPlan['attrs'] {
  return { strides: draw.strides, pad: draw.pad, dilations: draw.dilations, dataFormat: 'NHWC' };
}

const dense = fc.tuple(convolutions({ channels: 13 }), seeds);
const depthwise = fc.tuple(convolutions({ channels: 13, multiplier: 3 }), seeds);

/** Convolution, dense and depthwise: forward, filter gradient, input gradient. */
export const convCases: readonly OpCase[] = [
  {
    name: 'Conv2D',
    plans: dense.map(([draw, seed]) => ({
      kernel: 'Conv2D',
      inputs: { x: { shape: draw.x, seed }, filter: { shape: draw.filter, seed: seed + 1 } },
      attrs: attrs(draw),
    })),
  },
  {
    name: 'FusedConv2D',
    plans: fc
      .tuple(dense, fc.constantFrom('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'))
      .map(([[draw, seed], activation]) => {
        const channels = [draw.filter[3]];
        const x = { shape: draw.x, seed };
        const filter = { shape: draw.filter, seed: seed + 1 };
        const bias = { shape: channels, seed: seed + 2 };
        const slopes = activation === 'prelu' ? { preluActivationWeights: { shape: channels, seed: seed + 3 } } : {};
        return {
          kernel: 'FusedConv2D',
          inputs: { x, filter, bias, ...slopes },
          attrs: { ...attrs(draw), activation, leakyreluAlpha: 0.3 },
        };
      }),
  },
  {
    name: 'Conv2DBackpropFilter',
    plans: dense.map(([draw, seed]) => ({
      kernel: 'Conv2DBackpropFilter',
      inputs: { x: { shape: draw.x, seed }, dy: { shape: outShape(draw, false), seed: seed + 1 } },
      attrs: { ...attrs(draw), filterShape: draw.filter },
    })),
  },
  {
    name: 'Conv2DBackpropInput',
    plans: dense.map(([draw, seed]) => ({
      kernel: 'Conv2DBackpropInput',
      inputs: { dy: { shape: outShape(draw, false), seed }, filter: { shape: draw.filter, seed: seed + 1 } },
      attrs: { ...attrs(draw), inputShape: draw.x },
    })),
  },
  {
    name: 'DepthwiseConv2dNative',
    plans: depthwise.map(([draw, seed]) => ({
      kernel: 'DepthwiseConv2dNative',
      inputs: { x: { shape: draw.x, seed }, filter: { shape: draw.filter, seed: seed + 1 } },
      attrs: attrs(draw),
    })),
  },
  {
    name: 'DepthwiseConv2dNativeBackpropFilter',
    plans: depthwise.map(([draw, seed]) => ({
      kernel: 'DepthwiseConv2dNativeBackpropFilter',
      inputs: { x: { shape: draw.x, seed }, dy: { shape: outShape(draw, true), seed: seed + 1 } },
      attrs: { ...attrs(draw), filterShape: draw.filter },
    })),
  },
  {
    name: 'DepthwiseConv2dNativeBackpropInput',
    plans: depthwise.map(([draw, seed]) => ({
      kernel: 'DepthwiseConv2dNativeBackpropInput',
      inputs: { dy: { shape: outShape(draw, true), seed }, filter: { shape: draw.filter, seed: seed + 1 } },
      attrs: { ...attrs(draw), inputShape: draw.x },
    })),
  },
];
