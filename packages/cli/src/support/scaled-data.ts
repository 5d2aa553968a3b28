import { pixelScaleKey, scalePictures, type PixelScale } from '@graft-ml/core';
import { mapDataset, type Dataset } from '@graft-ml/datasets';

/**
 * Data whose inputs lie in [0, 1], scaled as a model takes them.
 *
 * @returns the dataset itself when that is [0, 1]
 */
export function scaledData(data: Dataset, scale: PixelScale): Dataset {
  const key = JSON.stringify(pixelScaleKey(scale));
  if (key === '[0,1]') return data;
  return mapDataset(data, (batch) => ({ ...batch, inputs: batch.inputs.map((input) => scalePictures(input, scale)) }), {
    name: data.name,
    fingerprint: `scale ${key}`,
  });
}
