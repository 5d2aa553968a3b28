import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from './device.js';

/** The intermediate tensors of one composed kernel: `close` releases all but the one that was kept. */
export class Workspace {
  readonly #owned = new Set<TensorInfo>();

  constructor(readonly device: Device) {}

  own(tensor: TensorInfo): TensorInfo {
    this.#owned.add(tensor);
    return tensor;
  }

  run(kernel: string, inputs: NamedTensorInfoMap, attrs: NamedAttrMap = {}): TensorInfo {
    return this.own(this.device.run(kernel, inputs, attrs));
  }

  reshaped(tensor: TensorInfo, shape: readonly number[]): TensorInfo {
    return this.own(this.device.reshaped(tensor, shape));
  }

  /** The kernel's result, which belongs to the caller. An input is given back as a new tensor on the same buffer. */
  keep(tensor: TensorInfo): TensorInfo {
    if (this.#owned.delete(tensor)) return tensor;
    return this.device.reshaped(tensor, tensor.shape);
  }

  close(): void {
    for (const tensor of this.#owned) this.device.release(tensor);
    this.#owned.clear();
  }
}
