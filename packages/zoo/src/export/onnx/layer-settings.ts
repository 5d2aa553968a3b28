import { GraftError, type NetworkNode } from '@graft-ml/core';

/** A layer's configuration, read with checks: what tfjs writes of itself is plain JSON. */
export class LayerSettings {
  readonly #node: NetworkNode;
  readonly #config: Readonly<Record<string, unknown>>;

  constructor(node: NetworkNode) {
    this.#node = node;
    this.#config = node.layer.getConfig();
  }

  number(name: string, otherwise: number): number {
    const value = this.#config[name];
    return typeof value === 'number' ? value : otherwise;
  }

  /** A text, or undefined. */
  text(name: string): string | undefined {
    const value = this.#config[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** A setting of two numbers, such as strides; one stands for both. */
  pair(name: string, otherwise: number): [number, number] {
    const value = this.#config[name] ?? otherwise;
    const [first, second] = Array.isArray(value) ? value : [value, value];
    return typeof first === 'number' && typeof second === 'number' ? [first, second] : [otherwise, otherwise];
  }

  /** Any setting, as it is. */
  raw(name: string): unknown {
    return this.#config[name];
  }

  /** The error for a setting that has no counterpart. */
  refuse(what: string, expected: string): GraftError {
    return new GraftError({
      code: 'bad-input',
      what: `The layer "${this.#node.path}" (${this.#node.kind}) ${what}.`,
      expected,
      remedy: 'Export to tfjs or safetensors instead, or leave the layer out.',
    });
  }
}
