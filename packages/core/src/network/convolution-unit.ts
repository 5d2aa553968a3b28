import type { serialization } from '@tensorflow/tfjs-core';
import type { Network, NetworkNode, Slot } from './network.js';

/** Zeros before and after each axis of [B, H, W, C]. */
export type Padding = [[number, number], [number, number], [number, number], [number, number]];

/**
 * A 2-D convolution and what may be computed along with it: zeros around its input before, batch normalisation and relu
 * after. Each part is read by the next one alone.
 */
export interface ConvolutionUnit {
  readonly pad?: NetworkNode;
  readonly convolution: NetworkNode;
  readonly norm?: NetworkNode;
  readonly relu?: NetworkNode;
  readonly isDepthwise: boolean;
  readonly strides: [number, number];
  readonly padding: 'same' | 'valid' | Padding;
  /** Of the norm; 0 without one. */
  readonly epsilon: number;
  /** What comes last: the convolution's own activation, or what `relu` computes. */
  readonly activation: 'linear' | 'relu' | 'relu6';
}

const found = new WeakMap<Network, ReadonlyMap<NetworkNode, ConvolutionUnit>>();

/** The units of a network, by their first node. */
export function convolutionUnits(network: Network): ReadonlyMap<NetworkNode, ConvolutionUnit> {
  let units = found.get(network);
  if (units === undefined) {
    units = new Map(unitsOf(network).map((unit) => [unit.pad ?? unit.convolution, unit]));
    found.set(network, units);
  }
  return units;
}

/** The part of a unit that ends in its convolution: what is left where its norm runs in training mode. */
export function withoutNorm({ norm: _norm, relu: _relu, ...rest }: ConvolutionUnit): ConvolutionUnit {
  return { ...rest, epsilon: 0, activation: 'linear' };
}

/** The nodes of a unit, in order. */
export function nodesOfUnit({ pad, convolution, norm, relu }: ConvolutionUnit): NetworkNode[] {
  return [pad, convolution, norm, relu].filter((node) => node !== undefined);
}

function unitsOf(network: Network): ConvolutionUnit[] {
  const readers = new Map<Slot, NetworkNode[]>();
  for (const node of network.nodes) {
    for (const slot of node.inputs) readers.set(slot, [...(readers.get(slot) ?? []), node]);
  }
  const onlyReader = (node: NetworkNode): NetworkNode | undefined => {
    const [slot = -1] = node.outputs;
    const [reader, ...others] = readers.get(slot) ?? [];
    return others.length > 0 || network.outputs.includes(slot) ? undefined : reader;
  };
  const units: ConvolutionUnit[] = [];
  const padded = new Map<NetworkNode, NetworkNode>();
  for (const node of network.nodes) {
    const next = onlyReader(node);
    if (node.kind === 'ZeroPadding2D' && next !== undefined) padded.set(next, node);
    const unit = unitAt(node, padded.get(node), onlyReader);
    if (unit !== undefined) units.push(unit);
  }
  return units;
}

/** The unit around a convolution, or undefined where it is none that can be computed in one go. */
function unitAt(
  node: NetworkNode,
  pad: NetworkNode | undefined,
  onlyReader: (node: NetworkNode) => NetworkNode | undefined,
): ConvolutionUnit | undefined {
  const isDepthwise = node.kind === 'DepthwiseConv2D';
  if (!isDepthwise && node.kind !== 'Conv2D') return undefined;
  const config = node.layer.getConfig();
  const strides = pairOf(config['strides']);
  const { padding } = config;
  // tfjs-layers ignores the dilation of depthwise convolutions.
  const isDilated = !isDepthwise && pairOf(config['dilationRate'] ?? 1)?.join() !== '1,1';
  if (isDilated || config['dataFormat'] !== 'channelsLast') return undefined;
  if (strides === undefined || (padding !== 'same' && padding !== 'valid')) return undefined;
  const own = reluOf(config['activation']);
  if (own === undefined) return undefined;
  const zeros = padding === 'valid' && pad !== undefined ? zerosOf(pad.layer.getConfig()) : undefined;
  const after = own === 'linear' ? onlyReader(node) : undefined;
  const epsilon = after === undefined ? undefined : epsilonOf(after);
  const norm = epsilon === undefined ? undefined : after;
  const last = norm === undefined ? after : onlyReader(norm);
  const relu = last === undefined ? undefined : activationOf(last);
  return {
    ...(zeros === undefined || pad === undefined ? {} : { pad }),
    convolution: node,
    ...(norm === undefined ? {} : { norm }),
    ...(relu === undefined || last === undefined ? {} : { relu: last }),
    isDepthwise,
    strides,
    padding: zeros ?? padding,
    epsilon: epsilon ?? 0,
    activation: relu ?? own,
  };
}

/** The epsilon of a batch normalisation over the last axis; undefined for any other node. */
function epsilonOf({ kind, layer }: NetworkNode): number | undefined {
  if (kind !== 'BatchNormalization') return undefined;
  const { axis, epsilon } = layer.getConfig();
  return (axis === -1 || axis === 3) && typeof epsilon === 'number' ? epsilon : undefined;
}

/** Which relu a layer is; undefined for every other one. */
export function activationOf({ kind, layer }: NetworkNode): 'relu' | 'relu6' | undefined {
  if (kind === 'ReLU') {
    const { maxValue } = layer.getConfig();
    return maxValue === undefined || maxValue === null ? 'relu' : maxValue === 6 ? 'relu6' : undefined;
  }
  const activation = kind === 'Activation' ? reluOf(layer.getConfig()['activation']) : undefined;
  return activation === 'linear' ? undefined : activation;
}

/** An activation that a convolution kernel applies itself; undefined for every other one. */
function reluOf(activation: unknown): ConvolutionUnit['activation'] | undefined {
  return activation === 'linear' || activation === 'relu' || activation === 'relu6' ? activation : undefined;
}

function zerosOf({ padding, dataFormat }: serialization.ConfigDict): Padding | undefined {
  if (dataFormat !== 'channelsLast' || !Array.isArray(padding)) return undefined;
  const [height, width] = padding.map((each) => (Array.isArray(each) ? pairOf(each) : undefined));
  return height === undefined || width === undefined ? undefined : [[0, 0], height, width, [0, 0]];
}

function pairOf(value: unknown): [number, number] | undefined {
  if (typeof value === 'number') return [value, value];
  const [first, second]: unknown[] = Array.isArray(value) ? value : [];
  return typeof first === 'number' && typeof second === 'number' ? [first, second] : undefined;
}
