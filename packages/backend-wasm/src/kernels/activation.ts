import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from '../device/device.js';

/** Activations that assembly/finish.ts knows by number. */
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

/** What the kernels of the module do to a block of a product as soon as it is complete. */
export interface Epilogue {
  /** Address of a bias a column, 0 for none. */
  readonly bias: number;
  readonly activation: number;
  readonly alpha: number;
}

export const NO_EPILOGUE: Epilogue = { bias: 0, activation: 0, alpha: 0 };

export function epilogueOf(device: Device, finish: Finish): Epilogue {
  return {
    bias: finish.bias === undefined ? 0 : device.address(finish.bias),
    activation: IN_MODULE[finish.activation] ?? 0,
    alpha: finish.leakyReluAlpha,
  };
}

/**
 * The activations that the epilogue left undone. Takes over a fresh product: what it returns replaces it.
 */
export function finishProduct(device: Device, product: TensorInfo, finish: Finish): TensorInfo {
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
