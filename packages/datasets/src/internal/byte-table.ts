/** What each byte becomes when 0…255 are mapped to [low, high]. */
export function byteTable([low, high]: readonly [number, number] = [0, 1]): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => low + ((high - low) * byte) / 255);
}

/** Map bytes through a table into `values`, from `at` on. */
export function mapBytes(table: Float32Array, bytes: Uint8Array, values: Float32Array, at: number): void {
  for (let from = 0; from < bytes.length; from++) values[at + from] = table[bytes[from] ?? 0] ?? 0;
}
