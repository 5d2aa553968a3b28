import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import { GraftError } from '@graft-ml/core';
import { discard, type Context } from './context.js';

type Read = ReturnType<MathBackendWebGL['read']>;
type Run = MathBackendWebGL['runWebGLProgram'];

/**
 * tfjs's WebGL engine, with three things put right.
 *
 * - Its epsilon: tfjs 4.22 reports that of 16-bit floats (1e-4) exactly where textures hold 32 bits.
 * - A lost context. WebGL then answers every question with zeros, and tfjs would hand them on as results, or wait
 *   forever for a fence. Here reading and computing throw `engine-lost`, reads under way too, and so they do ever after:
 *   a context that the browser restores has none of the tensors.
 * - A ceiling for memory: tfjs only warns.
 */
export class GuardedWebgl extends MathBackendWebGL {
  readonly context: Context;
  readonly #ceiling: number;
  readonly #waiting: Set<(error: GraftError) => void> = new Set();
  #lost = false;

  /** @param ceiling most bytes of textures in use */
  constructor(context: Context, ceiling: number) {
    super(context.canvas);
    this.context = context;
    this.#ceiling = ceiling;
    context.canvas.addEventListener('webglcontextlost', () => {
      this.#lose();
    });
  }

  /** Whether the context was lost, and with it all tensors. */
  get isLost(): boolean {
    if (!this.#lost && this.context.gl.isContextLost()) this.#lose();
    return this.#lost;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override async read(...args: Parameters<MathBackendWebGL['read']>): Read {
    if (this.isLost) throw lostError();
    let stopWaiting = (): void => undefined;
    const lost = new Promise<never>((_, reject) => {
      this.#waiting.add(reject);
      stopWaiting = (): void => void this.#waiting.delete(reject);
    });
    try {
      const values = await Promise.race([super.read(...args), lost]);
      // A context that goes while it is read gives zeros; only its error flag tells.
      const { gl } = this.context;
      if (gl.getError() === gl.CONTEXT_LOST_WEBGL) this.#lose();
      if (this.isLost) throw lostError();
      return values;
    } catch (cause) {
      throw this.isLost ? lostError(cause) : cause;
    } finally {
      stopWaiting();
    }
  }

  override runWebGLProgram(...args: Parameters<Run>): ReturnType<Run> {
    if (this.isLost) throw lostError();
    let output: ReturnType<Run>;
    try {
      output = super.runWebGLProgram(...args);
    } catch (cause) {
      throw this.isLost ? lostError(cause) : cause;
    }
    if (this.#ceiling < Infinity) this.#checkMemory(output);
    return output;
  }

  override dispose(): void {
    super.dispose();
    discard(this.context.gl);
  }

  #checkMemory(output: ReturnType<Run>): void {
    const { numBytesInGPU } = this.memory();
    if (numBytesInGPU <= this.#ceiling) return;
    this.disposeIntermediateTensorInfo(output);
    throw new GraftError({
      code: 'unavailable',
      what: `${megabytes(numBytesInGPU)} of textures are in use.`,
      expected: `The ceiling is ${megabytes(this.#ceiling)}.`,
      remedy: 'Use smaller batches or pictures, or raise memoryCeiling.',
    });
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    // tfjs asks after its fences every millisecond; those of a lost context never pass.
    Reflect.set(this.gpgpu, 'itemsToPoll', []);
    for (const reject of this.#waiting) reject(lostError());
    this.#waiting.clear();
  }
}

function lostError(cause?: unknown): GraftError {
  return new GraftError({
    code: 'engine-lost',
    what: 'The WebGL context was lost, and with it everything on the graphics card: models, optimizers, batches.',
    expected: 'Browsers take a context away when the driver hangs, memory runs out or a laptop changes its card.',
    remedy: 'Call useBackend(webgl()) again, load or build the model anew, and go on from the last checkpoint.',
    cause,
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
