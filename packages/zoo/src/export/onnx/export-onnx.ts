import type { LayersModel } from '@tensorflow/tfjs-layers';
import { GraftError, isNoise, networkOf, type NetworkNode, type Shape } from '@graft-ml/core';
import { describe, type ExportFacts } from '../facts.js';
import { readWeights } from '../read-weights.js';
import { modelMessage, type GraphValue } from './messages.js';
import { OnnxGraph } from './onnx-graph.js';
import { OPERATORS } from './operators.js';
import { ends } from './operator.js';

/** Protocol Buffers' own limit. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * A model as an ONNX file (format version 8, operator set 13), in inference mode: batch normalisation by its moving
 * statistics, no noise.
 *
 * Pictures enter as [B, C, H, W] float32, as ONNX's operators want them, where the model itself takes [B, H, W, C]; feature
 * maps that leave do so as well. Vectors stay as they are. B is open. The input is called `input`, the output `output`, other tensors
 * after the layers that give them, weights as in the network. Labels and preprocessing are kept as metadata of the model
 * (`graft.target`, `graft.preprocessing`, `graft.layout`).
 *
 * It knows the layers of the zoo's networks: convolutions, depthwise too, batch normalisation, dense layers, pooling,
 * padding, activations, merging, flattening.
 *
 * @throws GraftError `bad-input` for another layer or a setting without a counterpart, named; for a model of more than 2 GB,
 *   or with several inputs or outputs
 *
 * @example
 * ```ts
 * import { seedCnn } from '@graft-ml/zoo';
 * import { exportOnnx } from '@graft-ml/zoo/export';
 * const bytes = await exportOnnx(seedCnn({ seed: 1 }));
 * console.log(bytes.length); // write them to model.onnx
 * ```
 */
export async function exportOnnx(model: LayersModel, facts: ExportFacts = {}): Promise<Uint8Array<ArrayBuffer>> {
  const network = networkOf(model);
  const [input, ...inputs] = network.inputs;
  const [output, ...outputs] = network.outputs;
  if (input === undefined || output === undefined || inputs.length > 0 || outputs.length > 0) {
    throw new GraftError({
      code: 'bad-input',
      what: `The model "${model.name}" has ${network.inputs.length} inputs and ${network.outputs.length} outputs.`,
      expected: 'One of each was expected.',
    });
  }
  const unknown = network.nodes.find((node) => operatorOf(node) === undefined);
  if (unknown !== undefined) throw noOperator(unknown);
  const weights = await readWeights(network);
  const size = [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if (size > MOST_BYTES) {
    throw new GraftError({
      code: 'bad-input',
      what: `The weights of "${model.name}" take ${size} bytes.`,
      expected: `One ONNX file holds at most ${MOST_BYTES}.`,
      remedy: 'Export to safetensors instead.',
    });
  }
  const graph = new OnnxGraph(network, weights);
  graph.give(input, graph.fresh('input'), graph.shape(input).length === 4 ? 'first' : 'last');
  for (const node of network.nodes) operatorOf(node)?.(node, graph);
  // One name for the output of every model; runtimes leave the node out.
  const given = graph.add('Identity', 'output', [graph.tensor(output, 'first')]);
  return modelMessage({
    name: model.name,
    nodes: graph.nodes,
    tensors: graph.tensors,
    inputs: [value('input', graph.shape(input))],
    outputs: [value(given, graph.shape(output))],
    metadata: describe({ ...facts, name: model.name }),
  });
}

/** Noise is gone in inference: its output is its input. */
function operatorOf(node: NetworkNode): ((node: NetworkNode, graph: OnnxGraph) => void) | undefined {
  return isNoise(node) ? keep : OPERATORS[node.kind];
}

function keep(node: NetworkNode, graph: OnnxGraph): void {
  const { input, output } = ends(node);
  const layout = graph.layoutOf(input);
  graph.give(output, graph.tensor(input, layout), layout);
}

function value(name: string, [, ...sizes]: Shape): GraphValue {
  const named = (names: readonly string[], all: Shape): (string | number)[] =>
    all.map((size, axis) => size ?? names[axis] ?? `size${axis}`);
  const [height = null, width = null, channels = null] = sizes;
  const dims =
    sizes.length === 3 ? named(['channels', 'height', 'width'], [channels, height, width]) : named([], sizes);
  return { name, dims: ['batch', ...dims] };
}

function noOperator({ path, kind }: NetworkNode): GraftError {
  return new GraftError({
    code: 'bad-input',
    what: `The layer "${path}" (${kind}) has no ONNX operator here.`,
    expected: `These layers can be exported: ${Object.keys(OPERATORS).join(', ')}.`,
    remedy: 'Export to tfjs or safetensors instead, or cut the model before that layer.',
  });
}
