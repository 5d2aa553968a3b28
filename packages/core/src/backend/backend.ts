/** What a backend says of itself once it runs. Plain JSON, so that it goes into records and reports as it is. */
export interface BackendReport {
  /** The name under which TensorFlow.js knows the engine, e.g. `wasm`. */
  readonly engine: string;
  /** Facts worth recording: versions, SIMD, thread count, adapter name. */
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/**
 * A backend as a value: a name and a way to start it.
 *
 * Contract: `start` registers the engine with TensorFlow.js, selects it and asserts that it is the one selected. It
 * throws a `GraftError` with code `unavailable` that names the cause and the remedy when it cannot. It never falls
 * back to another engine. Calling it again while the same engine runs is cheap and harmless.
 */
export interface Backend {
  readonly name: string;
  start(): Promise<BackendReport>;
}
