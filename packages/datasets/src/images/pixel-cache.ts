/**
 * Decoded pictures, kept up to a number of bytes. What came first stays: training visits pictures in a new random order
 * every epoch, in which throwing out the least recent would keep nothing that is asked for next.
 */
export class PixelCache {
  readonly #pixels = new Map<string, Uint8Array>();
  #left: number;

  /** @param bytes what may be kept; 0 keeps nothing */
  constructor(bytes: number) {
    this.#left = bytes;
  }

  get(key: string): Uint8Array | undefined {
    return this.#pixels.get(key);
  }

  offer(key: string, pixels: Uint8Array): void {
    if (pixels.byteLength > this.#left || this.#pixels.has(key)) return;
    this.#left -= pixels.byteLength;
    this.#pixels.set(key, pixels);
  }
}
