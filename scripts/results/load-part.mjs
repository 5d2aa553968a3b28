import { join } from 'node:path';
import { createRng } from '@graft-ml/core';
import { listPictures, loadData, loadPictures } from '@graft-ml/datasets/node';
import { zooEntry } from '@graft-ml/zoo';
import { loadPretrained } from '@graft-ml/zoo/node';

/**
 * A part's backbone and data.
 *
 * @param {import('./plan.mjs').Part} part
 * @param {string | undefined} dataDir
 * @returns {Promise<Pick<import('@graft-ml/recipes').CompareOptions, 'source' | 'target'>>}
 */
export async function loadPart({ backbone, target }, dataDir) {
  const where = dataDir === undefined ? {} : { dataDir };
  const { model, entry } = await loadPretrained(backbone, where);
  return {
    source: { name: backbone, model, testAccuracy: entry.testAccuracy ?? null, defaultCut: entry.defaultCut },
    target: {
      name: target,
      ...(target === 'fashion-mnist' ? await loadData(target, where) : await photos(target, backbone, dataDir)),
    },
  };
}

/**
 * @param {string} folder
 * @param {string} backbone
 * @param {string | undefined} dataDir
 */
async function photos(folder, backbone, dataDir) {
  if (dataDir === undefined) throw new Error(`Set GRAFT_DATA_DIR to a folder that holds ${folder}.`);
  const { inputShape, range } = zooEntry(backbone);
  const [height = 0, width = 0] = inputShape;
  return loadPictures(await listPictures(join(dataDir, folder)), {
    height,
    width,
    channels: 3,
    range,
    rng: createRng(0).fork('photos'),
  });
}
