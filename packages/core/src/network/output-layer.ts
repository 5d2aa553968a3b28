import { slotInfo, type Network, type NetworkNode, type Slot } from './network.js';

/** Layers that average or keep the most of a feature map. */
const POOLINGS: ReadonlySet<string> = new Set([
  'GlobalAveragePooling1D',
  'GlobalAveragePooling2D',
  'GlobalMaxPooling1D',
  'GlobalMaxPooling2D',
]);

/**
 * The layer that makes a network's (first) output from its features: the last one with weights.
 *
 * Models are also saved without one (`include_top=False` in Keras, feature vectors, graphs of constants), and what they give is
 * features. They are told by their end: nothing that gradients train, a batch normalisation, a feature map or a sequence, or
 * pooling after the last weights. A softmax or a sigmoid at the end always belongs to an output layer.
 *
 * @returns undefined for a network whose output is features
 */
export function outputLayerOf(network: Network): NetworkNode | undefined {
  const end: NetworkNode[] = [];
  let node = giverOf(network, network.outputs[0]);
  for (; node !== undefined && node.weights.length === 0; node = giverOf(network, node.inputs[0])) end.push(node);
  const trained = new Set(network.weights.filter(({ statistic }) => !statistic).map(({ name }) => name));
  if (node === undefined || !node.weights.some((name) => trained.has(name))) return undefined;
  if ([node, ...end].some(isDecision)) return node;
  const givesFeatures =
    node.kind === 'BatchNormalization' ||
    slotInfo(network, network.outputs[0] ?? -1).shape.length > 2 ||
    end.some((each) => POOLINGS.has(each.kind) || flattensMap(network, each));
  return givesFeatures ? undefined : node;
}

/** The node that gives a slot. */
export function giverOf(network: Network, slot: Slot | undefined): NetworkNode | undefined {
  return slot === undefined ? undefined : network.nodes.find((node) => node.outputs.includes(slot));
}

function isDecision({ kind, layer }: NetworkNode): boolean {
  const activation = layer.getConfig()['activation'];
  return kind === 'Softmax' || activation === 'softmax' || activation === 'sigmoid';
}

/** Whether a node flattens more than one position: the logits of a 1 × 1 convolution have just one. */
function flattensMap(network: Network, { kind, inputs }: NetworkNode): boolean {
  return (
    kind === 'Flatten' &&
    slotInfo(network, inputs[0] ?? -1)
      .shape.slice(1, -1)
      .some((size) => size !== 1)
  );
}
