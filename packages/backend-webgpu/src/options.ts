export interface WebgpuOptions {
  /** Which graphics card, where there are two. Default `high-performance`. */
  readonly power?: 'high-performance' | 'low-power';
  /** Take an adapter that computes on the CPU too (SwiftShader, llvmpipe); that is slower than wasm. Default false. */
  readonly software?: boolean;
}
