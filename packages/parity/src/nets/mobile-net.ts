import * as layers from '@tensorflow/tfjs-layers';
import { drawnData } from './drawn-data.js';
import type { ParityNet } from './parity-net.js';
import { applied, initialised } from './seeded-layers.js';

/**
 * Two inverted residual blocks as in MobileNetV2 (Sandler et al. 2018, https://arxiv.org/abs/1801.04381), small, and with
 * an activation after the projection too. Without one, the next batch normalisation takes away what `beta` adds: its
 * gradient is zero but for rounding, of which Adam makes whole steps, another one on each engine.
 */
export const mobileNet: ParityNet = {
  name: 'MobileNet-style',
  summary: 'strided and depthwise convolutions, batch normalisation, relu6, a residual, average pooling',
  batchSize: 4,
  build() {
    const input = layers.input({ shape: [24, 24, 3], name: 'input' });
    let x = block(input, 'stem', (name) =>
      layers.layers.conv2d({
        filters: 8,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        useBias: false,
        ...initialised(name),
      }),
    );
    x = invertedResidual(x, 'block1', { expanded: 16, filters: 8, stride: 1 });
    x = invertedResidual(x, 'block2', { expanded: 16, filters: 12, stride: 2 });
    x = applied(layers.layers.globalAveragePooling2d({ name: 'pool' }), x);
    x = applied(layers.layers.dense({ units: 5, activation: 'softmax', ...initialised('head') }), x);
    return layers.model({ inputs: input, outputs: x, name: 'mobile' });
  },
  data: () => drawnData('MobileNet-style', { examples: 16, shape: [24, 24, 3], classes: 5, draw: 'normal' }),
};

interface Residual {
  readonly expanded: number;
  readonly filters: number;
  readonly stride: number;
}

function invertedResidual(x: layers.SymbolicTensor, name: string, shape: Residual): layers.SymbolicTensor {
  const pointwise =
    (filters: number) =>
    (of: string): layers.layers.Layer =>
      layers.layers.conv2d({ filters, kernelSize: 1, useBias: false, ...initialised(of) });
  let y = block(x, `${name}_expand`, pointwise(shape.expanded));
  y = block(y, `${name}_depthwise`, (of) => {
    const { kernelInitializer: depthwiseInitializer } = initialised(of);
    return layers.layers.depthwiseConv2d({
      kernelSize: 3,
      strides: shape.stride,
      padding: 'same',
      useBias: false,
      name: of,
      depthwiseInitializer,
    });
  });
  y = block(y, `${name}_project`, pointwise(shape.filters));
  return shape.stride === 1 ? applied(layers.layers.add({ name: `${name}_add` }), [x, y]) : y;
}

/** A convolution, batch normalisation, relu6. */
function block(
  x: layers.SymbolicTensor,
  name: string,
  convolution: (name: string) => layers.layers.Layer,
): layers.SymbolicTensor {
  const normalised = applied(layers.layers.batchNormalization({ name: `${name}_bn` }), applied(convolution(name), x));
  return applied(layers.layers.reLU({ maxValue: 6, name: `${name}_relu` }), normalised);
}
