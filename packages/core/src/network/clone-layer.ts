import type { serialization } from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';
import type { Layer } from './network.js';

/** What every serialisable tfjs layer class has besides its constructor. */
interface LayerClass {
  fromConfig(cls: unknown, config: serialization.ConfigDict): Layer;
}

/** A layer's configuration without what ties it to its old place: its name, its freezing and its input shape. */
export function freshConfig(layer: Layer, name: string): serialization.ConfigDict {
  const { batchInputShape: _shape, trainable: _trainable, ...config } = layer.getConfig();
  return { ...config, name };
}

/**
 * A new, unbuilt layer of the same class and configuration under another name.
 *
 * @param edit changes to the configuration, for example seeded initialisers
 * @throws GraftError `bad-input` when the layer's class cannot be made from a configuration
 */
export function cloneLayer(layer: Layer, name: string, edit: serialization.ConfigDict = {}): Layer {
  const cls: unknown = layer.constructor;
  if (!isLayerClass(cls)) {
    throw new GraftError({
      code: 'bad-input',
      what: `The layer "${layer.name}" (${layer.getClassName()}) cannot be made anew from its configuration.`,
      expected: 'A class with a static fromConfig was expected.',
      remedy: 'Register the custom layer with tf.serialization.registerClass.',
    });
  }
  return cls.fromConfig(cls, { ...freshConfig(layer, name), ...edit });
}

function isLayerClass(cls: unknown): cls is LayerClass {
  return typeof cls === 'function' && 'fromConfig' in cls && typeof cls.fromConfig === 'function';
}
