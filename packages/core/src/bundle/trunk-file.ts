import type { Store } from '../store/store.js';
import { readChecked } from './load-bundle.js';
import type { BundleManifest } from './manifest.js';

/**
 * The file of a bundle's trunk that TensorFlow.js does not run, such as an ONNX file, checked against the manifest's sha256.
 *
 * @returns undefined for a bundle that has none
 * @throws GraftError `not-found` when it is not there, `corrupt` when it is another file
 */
export async function readTrunkFile(store: Store, manifest: BundleManifest): Promise<Uint8Array | undefined> {
  const { trunk } = manifest;
  return trunk === undefined ? undefined : readChecked(store, trunk.file, manifest, (name) => store.read(name));
}
