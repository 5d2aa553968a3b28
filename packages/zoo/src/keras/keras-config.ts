import { GraftError } from '@graft-ml/core';
import { endpoints, inboundNodes, type History } from './inbound-nodes.js';
import { isJson, listIn, objectIn, type Json } from './json.js';
import { channelsOf } from './channels-of.js';
import { layerConfig } from './layer-config.js';

/** Models in models deeper than this are refused. */
const DEEPEST = 16;

/**
 * A Keras model's configuration as tfjs reads it (which is how Keras 2 wrote it).
 *
 * Keras 3 differs in its dtype policies, serialised objects, input shapes, calls and in `keepdims` of global pooling, for
 * which a Reshape is put after the pooling. What tfjs cannot express is refused, never dropped.
 *
 * @param from the file's name, for messages
 * @throws GraftError `bad-input` for what tfjs cannot express, `corrupt` for what is no model
 */
export function kerasConfig(model: Json, from: string, depth = 0): Json {
  const kind = model['class_name'];
  const config = Array.isArray(model['config']) ? { layers: model['config'] } : objectIn(model['config']);
  if (typeof kind !== 'string' || !Array.isArray(config['layers']) || depth > DEEPEST) {
    throw new GraftError({
      code: depth > DEEPEST ? 'corrupt' : 'bad-input',
      what: `${from} holds ${typeof kind === 'string' ? `a ${kind}` : 'no model'}, which has no list of layers.`,
      expected: 'A Sequential or functional model was expected.',
      remedy: 'A subclassed model is Python code: rebuild it with the functional API, or export it to ONNX.',
    });
  }
  const layers = config['layers'].map(objectIn);
  const pooled = new Set(layers.filter(keepsDims).map(nameOf));
  // Keras 3 counts the calls of a nested Sequential from 0, tfjs (and Keras 2) from 1: its own making is call 0.
  const counted = layers.some((layer) => listIn(layer['inbound_nodes']).some(isJson))
    ? new Set(layers.filter(({ class_name }) => class_name === 'Sequential').map(nameOf))
    : new Set<string>();
  const moved = ([layer, call, output]: History): History => [
    renamed(layer, pooled),
    counted.has(layer) ? call + 1 : call,
    output,
  ];
  const converted = layers
    .flatMap((layer) => convertLayer(layer, moved, pooled, from, depth))
    .map((layer) => {
      const of = String(layer['name']).replace(/_keepdims$/, '');
      return pooled.has(of) && layer['name'] === renamed(of, pooled)
        ? withShape(layer, channelsOf(of, layers, from))
        : layer;
    });
  if (kind === 'Sequential') {
    return { class_name: 'Sequential', config: { name: config['name'], layers: withInputShape(converted, config) } };
  }
  return {
    class_name: 'Model',
    config: {
      name: config['name'],
      layers: converted,
      input_layers: endpoints(config['input_layers'], (place) => place),
      output_layers: endpoints(config['output_layers'], moved),
    },
  };
}

/** Global pooling that keeps its dimensions is read from the Reshape after it. */
function renamed(layer: string, pooled: ReadonlySet<string>): string {
  return pooled.has(layer) ? `${layer}_keepdims` : layer;
}

function convertLayer(
  layer: Json,
  moved: (place: History) => History,
  pooled: ReadonlySet<string>,
  from: string,
  depth: number,
): Json[] {
  const name = nameOf(layer);
  const kind = typeof layer['class_name'] === 'string' ? layer['class_name'] : '';
  const inbound = inboundNodes(layer['inbound_nodes'], name, moved, from);
  if (isModel(layer)) return [{ ...kerasConfig(layer, from, depth + 1), name, inbound_nodes: inbound }];
  const config = layerConfig(kind, objectIn(layer['config']), name, from);
  const wrapped = config['layer'];
  const inner = isJson(wrapped) ? { layer: convertLayer(wrapped, moved, pooled, from, depth + 1)[0] } : {};
  const converted = { class_name: kind, name, config: { ...config, ...inner, name }, inbound_nodes: inbound };
  if (!keepsDims(layer)) return [converted];
  const reshape = renamed(name, pooled);
  return [
    converted,
    {
      class_name: 'Reshape',
      name: reshape,
      config: { name: reshape },
      inbound_nodes: inbound.map((_, call) => [[name, call, 0, {}]]),
    },
  ];
}

/** tfjs's Reshape cannot work out an open dimension when the batch is open too. */
function withShape(reshape: Json, channels: number): Json {
  return { ...reshape, config: { ...objectIn(reshape['config']), target_shape: [1, 1, channels] } };
}

/** Sequential models of Keras 3 may say their input's shape beside the layers only. */
function withInputShape(layers: readonly Json[], config: Json): readonly Json[] {
  const [first, ...rest] = layers;
  const shape = config['build_input_shape'];
  if (first === undefined || !Array.isArray(shape)) return layers;
  const inner = objectIn(first['config']);
  if (isModel(first) || inner['batch_input_shape'] !== undefined) return layers;
  return [{ ...first, config: { ...inner, batch_input_shape: shape } }, ...rest];
}

function isModel(layer: Json): boolean {
  return ['Functional', 'Model', 'Sequential'].includes(String(layer['class_name']));
}

function keepsDims(layer: Json): boolean {
  return (
    /^Global(Average|Max)Pooling2D$/.test(String(layer['class_name'])) && objectIn(layer['config'])['keepdims'] === true
  );
}

function nameOf(layer: Json): string {
  const name = layer['name'] ?? objectIn(layer['config'])['name'];
  return typeof name === 'string' ? name : '';
}
