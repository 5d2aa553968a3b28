import * as layers from '@tensorflow/tfjs-layers';
import { drawnData } from './drawn-data.js';
import type { ParityNet } from './parity-net.js';
import { applied, initialised } from './seeded-layers.js';

/** A text classifier: embedding, a convolution along the words, an LSTM. */
export const embeddingNet: ParityNet = {
  name: 'embedding',
  summary: 'gather and its gradient, a convolution along a sequence, a recurrent layer, dropout',
  batchSize: 4,
  build() {
    const input = layers.input({ shape: [12], name: 'input' });
    const { kernelInitializer: embeddingsInitializer } = initialised('embedding');
    let x = applied(
      layers.layers.embedding({ inputDim: 40, outputDim: 8, name: 'embedding', embeddingsInitializer }),
      input,
    );
    x = applied(
      layers.layers.conv1d({ filters: 12, kernelSize: 3, padding: 'same', activation: 'relu', ...initialised('conv') }),
      x,
    );
    const { kernelInitializer: recurrentInitializer } = initialised('recurrent');
    x = applied(layers.layers.lstm({ units: 6, recurrentInitializer, ...initialised('lstm') }), x);
    x = applied(layers.layers.dropout({ rate: 0.25, name: 'dropout' }), x);
    x = applied(layers.layers.dense({ units: 4, activation: 'softmax', ...initialised('head') }), x);
    return layers.model({ inputs: input, outputs: x, name: 'embedding' });
  },
  data: () => drawnData('embedding', { examples: 16, shape: [12], classes: 4, draw: 40 }),
};
