import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from '../device/device.js';

/** Activations that `finish` in assembly/finish.ts knows by number. */
const IN_MODULE: Readonly<Record<string, number>> = { linear: 0, relu: 1, relu6: 2, leakyrelu: 3 };
/** Activations that one more kernel of tfjs applies. */
const BY_KERNEL: Readonly<Record<string, string>> = { sigmoid: 'Sigmoid', elu: 'Elu' };

export function canFinish(activation: string): boolean {
  return activation in IN_MODULE || activation in BY_KERNEL || activation === 'prelu';
}

export interface Finish {
  readonly activation: string;
  /** float32, as many values as the product has columns */
  readonly bias: TensorInfo | undefined;
  readonly preluWeights: TensorInfo | undefined;
  readonly leakyReluAlpha: number;
}

/** Add the bias and apply the activation to a fresh product, which this takes over: what it returns replaces it. */
export function finishProduct(device: Device, product: TensorInfo, finish: Finish): TensorInfo {
  const columns = product.shape.at(-1) ?? 1;
  const size = product.shape.reduce((total, each) => total * each, 1);
  const known = IN_MODULE[finish.activation] ?? 0;
  if (size > 0 && (finish.bias !== undefined || known !== 0)) {
    const bias = finish.bias === undefined ? 0 : device.address(finish.bias);
    device.functions.finish(device.address(product), size / columns, columns, bias, known, finish.leakyReluAlpha);
  }
  const kernel = BY_KERNEL[finish.activation];
  if (kernel !== undefined) return replace(device, product, device.run(kernel, { x: product }));
  if (finish.activation === 'prelu' && finish.preluWeights !== undefined) {
    return replace(device, product, device.run('Prelu', { x: product, alpha: finish.preluWeights }));
  }
  return product;
}

function replace(device: Device, old: TensorInfo, fresh: TensorInfo): TensorInfo {
  device.release(old);
  return fresh;
}
