import { zipSync } from 'fflate';
import type { BundleFile } from '../engine/worker.js';

/** A folder of files as one. Not squeezed: weights are noise, and stored files can be read with any tool at once. */
export function zipBundle(folder: string, files: readonly BundleFile[]): Uint8Array<ArrayBuffer> {
  const entries = files.map(({ name, bytes }) => [`${folder}/${name}`, bytes] as const);
  return new Uint8Array(zipSync(Object.fromEntries(entries), { level: 0 }));
}
