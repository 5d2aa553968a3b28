import { readTrunkFile, type BundleManifest, type Store } from '@graft-ml/core';
import { importOnnx, type ImportOnnxOptions, type OnnxTrunk } from './import-onnx.js';

/**
 * The ONNX trunk that a bundle keeps beside its head, checked and ready to run.
 *
 * @returns undefined for a bundle that has none
 * @throws GraftError `corrupt` when the file is not the one that was saved; `unavailable` without onnxruntime; as `importOnnx`
 */
export async function openTrunk(
  store: Store,
  manifest: BundleManifest,
  { runtime }: Pick<ImportOnnxOptions, 'runtime'> = {},
): Promise<OnnxTrunk | undefined> {
  const bytes = await readTrunkFile(store, manifest);
  const { trunk, preprocessing } = manifest;
  if (bytes === undefined || trunk === undefined) return undefined;
  return importOnnx(bytes, {
    at: trunk.at,
    from: `${store.location}/${trunk.file}`,
    ...(preprocessing === undefined ? {} : { preprocessing }),
    ...(runtime === undefined ? {} : { runtime }),
  });
}
