import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { GraftError } from '@graft-ml/core';
import type { OpenDevice } from './adapter.js';

type Read = ReturnType<WebGPUBackend['read']>;
type Run = WebGPUBackend['runWebGPUProgram'];

const SCOPES: readonly GPUErrorFilter[] = ['internal', 'out-of-memory', 'validation'];

/**
 * tfjs's WebGPU engine, with silence put right: a device that was lost takes commands as if nothing had happened, and
 * one that refuses a command (out of memory, beyond a limit) leaves its output at zero and tells only who asked beforehand,
 * which tfjs does not. Here both are errors of the next operation or read: `engine-lost` and `unavailable`.
 */
export class GuardedWebgpu extends WebGPUBackend {
  readonly opened: OpenDevice;
  #lost: GPUDeviceLostInfo | undefined;
  #refused: GPUError | undefined;

  constructor(opened: OpenDevice) {
    super(opened.device, opened.info);
    this.opened = opened;
    void opened.device.lost.then((info) => {
      this.#lost = info;
    });
    this.#listen();
  }

  /** Whether the device was lost, and with it all tensors. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  override async read(...args: Parameters<WebGPUBackend['read']>): Read {
    this.#check();
    const reading = super.read(...args);
    const errors = SCOPES.map(() => this.opened.device.popErrorScope().catch(() => null));
    this.#listen();
    let values: Awaited<Read>;
    try {
      values = await reading;
    } catch (cause) {
      // The promise of a mapped buffer is rejected a moment before that of the lost device is fulfilled.
      await Promise.race([this.opened.device.lost, new Promise((resolve) => setTimeout(resolve, 100))]);
      this.#check(cause);
      throw cause;
    }
    for (const error of await Promise.all(errors)) this.#refused ??= error ?? undefined;
    this.#check();
    return values;
  }

  override runWebGPUProgram(...args: Parameters<Run>): ReturnType<Run> {
    this.#check();
    return super.runWebGPUProgram(...args);
  }

  override dispose(): void {
    super.dispose();
    this.opened.device.destroy();
  }

  /** Gather errors until the next read: they come in the order of the commands, unlike the event for them. */
  #listen(): void {
    for (const scope of SCOPES) this.opened.device.pushErrorScope(scope);
  }

  #check(cause?: unknown): void {
    if (this.#lost !== undefined) {
      throw new GraftError({
        code: 'engine-lost',
        what: `The WebGPU device was lost (${this.#lost.message || this.#lost.reason}), and with it everything on the graphics card: models, optimizers, batches.`,
        remedy: 'Call useBackend(webgpu()) again, load or build the model anew, and go on from the last checkpoint.',
        cause,
      });
    }
    const refused = this.#refused;
    if (refused === undefined) return;
    this.#refused = undefined;
    throw new GraftError({
      code: 'unavailable',
      what: `The WebGPU device refused an operation: ${refused.message.split('\n')[0]}`,
      expected: 'Results since then are not to be trusted.',
      remedy: 'If memory ran out, use smaller batches or pictures; go on from the last checkpoint.',
      cause,
    });
  }
}
