import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { GraftError } from '@graft-ml/core';
import { ThreadPool } from '../threads/thread-pool.js';
import { isShared, type KernelModule } from './kernel-module.js';
import type { LiveHeap } from './live-heap.js';
import type { ModuleFunctions } from './module-functions.js';
import { divide, WORTH_A_THREAD, type Work } from './work.js';

/** Threads' scratch memory does not meet in a cache line. */
const SCRATCH_UNIT = 64;

/** The heap's own limit. */
const MOST_BYTES = 2 ** 31;

/**
 * Graft's view of a running tfjs WASM backend: addresses of tensors on its heap, fresh outputs, scratch memory, and
 * the functions of Graft's own module that work on that same heap.
 *
 * Ownership: `output` gives a tensor that the caller returns from its kernel or gives to `release`. Buffers of inputs
 * are shared between tensors and are never written to.
 */
export class Device {
  readonly functions: ModuleFunctions;
  /** The least that a range of divided work must cost, in nanoseconds. Tests lower it, to divide small work too. */
  leastRange: number = WORTH_A_THREAD;
  readonly #backend: BackendWasm;
  readonly #heap: LiveHeap;
  readonly #module: WebAssembly.Module;
  #geometry: readonly number[] = [];
  #pool: ThreadPool | undefined;

  constructor(backend: BackendWasm, heap: LiveHeap, { functions, module }: KernelModule) {
    this.#backend = backend;
    this.#heap = heap;
    this.#module = module;
    this.functions = functions;
  }

  /** How many threads compute, the calling one included. */
  get threads(): number {
    return this.#pool?.threads ?? 1;
  }

  /** The size of the heap, which grows and never shrinks. */
  get heapBytes(): number {
    return this.#heap.memory.buffer.byteLength;
  }

  /** Compute on so many threads from now on. Where they cannot be had, one does it, and the answer says why. */
  async setThreads(wanted: number): Promise<string | undefined> {
    if (wanted === this.threads) return undefined;
    await this.close();
    if (wanted === 1) return undefined;
    if (!isShared(this.#heap.memory)) {
      return 'the wasm engine already runs, with memory that threads cannot share. Ask for threads the first time that it is started.';
    }
    try {
      const { memory } = this.#heap;
      const { functions } = this;
      this.#pool = await ThreadPool.start({ threads: wanted, module: this.#module, memory, functions });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** End the threads. The device goes on with one. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.close();
  }

  /** Where the tensor's first element lies, in bytes. Valid until the tensor is disposed; the heap never moves it. */
  address(tensor: tf.TensorInfo): number {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /**
   * A new tensor with undefined contents.
   *
   * @throws GraftError `unavailable` when the heap is full
   */
  output(shape: readonly number[], dtype: tf.DataType = 'float32'): tf.TensorInfo {
    const bytes = tf.util.sizeFromShape([...shape]) * tf.util.bytesPerElement(dtype);
    // The heap counts in 32 bits: it would take a size above them for a small one.
    if (bytes > MOST_BYTES) throw outOfMemory(bytes);
    const tensor = this.#backend.makeOutput([...shape], dtype);
    if (this.address(tensor) === 0) {
      this.#backend.disposeData(tensor.dataId);
      throw outOfMemory(bytes);
    }
    return tensor;
  }

  /** A new float32 tensor whose numbers `write` puts into a view of the heap. Nothing may grow the heap meanwhile. */
  written(shape: readonly number[], write: (values: Float32Array) => void): tf.TensorInfo {
    const tensor = this.output(shape);
    try {
      const length = tf.util.sizeFromShape([...shape]);
      write(new Float32Array(this.#heap.memory.buffer, this.address(tensor), length));
      return tensor;
    } catch (error) {
      this.release(tensor);
      throw error;
    }
  }

  /** Lend `use` some bytes of the heap, with undefined contents, for the length of the call. */
  scratch<Result>(bytes: number, use: (address: number) => Result): Result {
    const address = bytes > MOST_BYTES ? 0 : this.#heap.allocate(bytes);
    if (address === 0) throw outOfMemory(bytes);
    try {
      return use(address);
    } finally {
      this.#heap.free(address);
    }
  }

  /** The convolution or pooling that the kernels called next work on. */
  setGeometry(numbers: readonly number[]): void {
    this.#geometry = numbers;
    this.functions.setGeometry(...numbers);
  }

  /** Run a kernel of the module over all of its work, on several threads where that pays. */
  work(work: Work): void {
    const pool = this.#pool;
    const { kernel, numbers, count } = work;
    const bytes = Math.ceil((work.scratch ?? 0) / SCRATCH_UNIT) * SCRATCH_UNIT;
    const run = this.functions[kernel];
    const division = divide(work, this.threads, this.leastRange);
    if (pool !== undefined && division.ranges > 1) {
      const runAll = (address: number): void => pool.run(work, division, this.#geometry, address, bytes);
      if (bytes === 0) runAll(0);
      else this.scratch(bytes * pool.threads, runAll);
    } else if (bytes === 0) run(...numbers, 0, count);
    else this.scratch(bytes, (address) => run(...numbers, address, 0, count));
  }

  /** Write int32 numbers, such as addresses, into scratch memory. */
  writeIntegers(address: number, values: readonly number[]): void {
    new Int32Array(this.#heap.memory.buffer, address, values.length).set(values);
  }

  /** Run another kernel of this engine, for example `Transpose`. The result belongs to the caller. */
  run(kernel: string, inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap = {}): tf.TensorInfo {
    const result = tf.getKernel(kernel, 'wasm').kernelFunc({ inputs, backend: this.#backend, attrs });
    if (Array.isArray(result)) {
      throw new GraftError({
        code: 'internal',
        what: `The kernel "${kernel}" gave several outputs where one was used.`,
      });
    }
    return result;
  }

  /** Another tensor on the same buffer with another shape. Owns a reference of its own: release it like an output. */
  reshaped(tensor: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
    this.#backend.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }

  /** Give back a tensor that this kernel made and does not return. */
  release(tensor: tf.TensorInfo): void {
    this.#backend.disposeData(tensor.dataId);
  }
}

function outOfMemory(bytes: number): GraftError {
  return new GraftError({
    code: 'unavailable',
    what: `The WASM heap has no room for ${bytes} more bytes.`,
    expected: 'All tensors of the wasm backend share one heap of at most 2 GiB.',
    remedy: 'Use a smaller batch, or dispose tensors that are no longer needed.',
  });
}
