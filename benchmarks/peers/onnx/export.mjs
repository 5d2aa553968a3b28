import { networkOf } from '@graft-ml/core';
import { model, node, tensor } from './encode.mjs';

/**
 * A network of the layers that MobileNet v2 has, as an ONNX model: [B, C, H, W] → probabilities [B, classes].
 *
 * @param {import('@tensorflow/tfjs-layers').LayersModel} source
 * @param {readonly number[]} shape of the input, [B, C, H, W]
 */
export async function toOnnx(source, shape) {
  const network = networkOf(source);
  const nodes = [];
  const tensors = [tensor('zero', [], Float32Array.of(0)), tensor('six', [], Float32Array.of(6))];
  const name = (slot) => (slot === network.inputs[0] ? 'input' : `slot${slot}`);
  /** @type {Map<number, number[]>} zeros before and after a side that wait for their convolution */
  const padded = new Map();
  for (const each of network.nodes) {
    const [from = -1] = each.inputs;
    const inputs = each.inputs.map(name);
    const output = name(each.outputs[0]);
    const config = each.layer.getConfig();
    const add = (operator, more, attributes) => nodes.push(node(operator, [...inputs, ...more], output, attributes));
    const weights = await Promise.all(
      each.layer.weights.map(async (weight) => ({
        shape: weight.shape,
        data: Float32Array.from(await weight.read().data()),
      })),
    );
    const hold = (suffix, dims, data) => {
      tensors.push(tensor(`${each.path}/${suffix}`, dims, data));
      return `${each.path}/${suffix}`;
    };
    if (each.kind === 'Conv2D' || each.kind === 'DepthwiseConv2D') {
      const [{ shape: kernel, data }] = weights;
      const isDepthwise = each.kind === 'DepthwiseConv2D';
      const [height, width, incoming, outgoing] = kernel;
      const pads =
        padded.get(from) ??
        (config.padding === 'same' ? samePads(network.slots.get(from).shape, kernel, config) : [0, 0, 0, 0]);
      add(
        'Conv',
        [
          hold(
            'kernel',
            isDepthwise ? [incoming, 1, height, width] : [outgoing, incoming, height, width],
            transposed(data, kernel, isDepthwise),
          ),
        ],
        {
          strides: config.strides,
          pads,
          group: { int: isDepthwise ? incoming : 1 },
        },
      );
    } else if (each.kind === 'BatchNormalization') {
      const held = weights.map(({ shape: dims, data }, at) => hold(String(at), dims, data));
      add('BatchNormalization', held, { epsilon: { float: config.epsilon } });
    } else if (each.kind === 'ReLU') add('Clip', ['zero', 'six']);
    else if (each.kind === 'Add') add('Add', []);
    else if (each.kind === 'ZeroPadding2D') {
      const [[top, bottom], [left, right]] = config.padding;
      padded.set(each.outputs[0], [top, left, bottom, right]);
      nodes.push(node('Identity', inputs, output));
    } else if (each.kind === 'GlobalAveragePooling2D') {
      nodes.push(node('GlobalAveragePool', inputs, `${output}/map`), node('Flatten', [`${output}/map`], output));
    } else if (each.kind === 'Dense') {
      const [kernel, bias] = weights;
      nodes.push(
        node(
          'Gemm',
          [...inputs, hold('kernel', kernel.shape, kernel.data), hold('bias', bias.shape, bias.data)],
          `${output}/logits`,
        ),
        node('Softmax', [`${output}/logits`], output, { axis: { int: 1 } }),
      );
    } else throw new Error(`The layer ${each.path} (${each.kind}) has no ONNX operator here.`);
  }
  const [last = -1] = network.outputs;
  return model({
    nodes,
    tensors,
    input: ['input', [...shape]],
    output: [name(last), [shape[0], source.outputs[0].shape[1]]],
  });
}

/** HWIO (or HWC1) → OIHW (or C1HW). */
function transposed(data, [height, width, incoming, outgoing], isDepthwise) {
  const result = new Float32Array(data.length);
  const [outer, inner] = isDepthwise ? [incoming, outgoing] : [outgoing, incoming];
  for (let at = 0; at < data.length; at++) {
    const o = at % outgoing;
    const i = Math.floor(at / outgoing) % incoming;
    const pixel = Math.floor(at / outgoing / incoming);
    const [first, second] = isDepthwise ? [i, o] : [o, i];
    result[(first * inner + second) * height * width + pixel] = data[at];
  }
  if (outer * inner * height * width !== data.length) throw new Error('The kernel has an unknown layout.');
  return result;
}

/** TensorFlow's `same` padding as ONNX writes it: [top, left, bottom, right]. */
function samePads([, height, width], [kernelHeight, kernelWidth], { strides: [down, across] }) {
  const total = (size, kernel, stride) => Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  const [vertical, horizontal] = [total(height, kernelHeight, down), total(width, kernelWidth, across)];
  const [top, left] = [vertical, horizontal].map((each) => Math.floor(each / 2));
  return [top, left, vertical - top, horizontal - left];
}
