/** What a Keras model needs of an HDF5 file, as plain data that can be sent between threads. Paths are relative to the root, ''. */
export interface H5Tree {
  readonly groups: ReadonlyMap<string, H5Group>;
  readonly arrays: ReadonlyMap<string, H5Numbers>;
}

export interface H5Group {
  /** Names of what is in it, in the file's order. */
  readonly keys: readonly string[];
  /** Attributes that are a text or a list of texts. */
  readonly texts: ReadonlyMap<string, string | readonly string[]>;
}

export interface H5Numbers {
  readonly shape: readonly number[];
  /** Absent for what holds no numbers, or claims more of them than the file can. */
  readonly values: Float32Array | undefined;
}
