import { GraftError } from '@graft-ml/core';
import { inboundNodes } from './inbound-nodes.js';
import { listIn, objectIn, type Json } from './json.js';

/** Layers that leave the number of channels as it is. */
const KEEPS =
  /^(Activation|ReLU|LeakyReLU|PReLU|ELU|Softmax|Dropout|SpatialDropout2D|BatchNormalization|LayerNormalization|Add|Multiply|Average|Maximum|MaxPooling2D|AveragePooling2D|Global(Average|Max)Pooling2D|ZeroPadding2D|Cropping2D|UpSampling2D)$/;

/**
 * How many channels a layer of a Keras model gives, read off the layers before it.
 *
 * @param layers the model's layers as Keras wrote them; a Sequential's are in order and say nothing of what they read
 * @throws GraftError `bad-input` when it cannot be told
 */
export function channelsOf(name: string, layers: readonly Json[], from: string): number {
  const found = channels(name, layers, from, new Set());
  if (found !== undefined) return found;
  throw new GraftError({
    code: 'bad-input',
    what: `The number of channels at "${name}" of ${from}, which keeps its dimensions, cannot be told.`,
    remedy: 'Save the model without keepdims, with a Reshape after the pooling.',
  });
}

function channels(name: string, layers: readonly Json[], from: string, seen: Set<string>): number | undefined {
  const at = layers.findIndex((layer) => (layer['name'] ?? objectIn(layer['config'])['name']) === name);
  const layer = layers[at];
  if (layer === undefined || seen.has(name)) return undefined;
  seen.add(name);
  const kind = String(layer['class_name']);
  const config = objectIn(layer['config']);
  const shape = listIn(config['batch_shape'] ?? config['batch_input_shape']);
  if (kind === 'InputLayer') return numberIn(shape.at(-1));
  if (/^(Separable)?Conv2D(Transpose)?$/.test(kind)) return numberIn(config['filters']);
  const before = sources(layer, at, layers, from).map((source) => channels(source, layers, from, seen));
  const [first] = before;
  if (kind === 'Concatenate') {
    return before.reduce((sum, each) => (sum === undefined || each === undefined ? undefined : sum + each), 0);
  }
  const given = first ?? numberIn(shape.at(-1));
  if (kind === 'DepthwiseConv2D')
    return given === undefined ? undefined : given * (numberIn(config['depth_multiplier']) ?? 1);
  return KEEPS.test(kind) ? given : undefined;
}

/** The layers that a layer's first call reads. */
function sources(layer: Json, at: number, layers: readonly Json[], from: string): string[] {
  const [call] = inboundNodes(layer['inbound_nodes'], '', (each) => each, from);
  const named = listIn(call).flatMap((each) => {
    const [name] = listIn(each);
    return typeof name === 'string' ? [name] : [];
  });
  const previous = layers[at - 1];
  if (named.length > 0 || previous === undefined) return named;
  const name = previous['name'] ?? objectIn(previous['config'])['name'];
  return typeof name === 'string' ? [name] : [];
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
