/*
 * Stands for `h5wasm` in this page, where no backbone is a Keras file: the real one is a megabyte that every visit would
 * keep for the time without a connection.
 */
throw new Error('Graft Studio reads no Keras files.');

export {};
