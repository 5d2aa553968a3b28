import { dirname } from 'node:path';
import { GraftError } from '@graft-ml/core';
import { fileStore } from '@graft-ml/core/node';
import { importOnnx, type OnnxTrunk } from '@graft-ml/zoo/onnx';
import * as layers from '@tensorflow/tfjs-layers';
import { modelFile } from './model-store.js';
import type { Source } from './source.js';

/** The only layer of the model that stands for an ONNX file. */
const PLACE = 'features';

/**
 * An ONNX file as a source: a trunk that gives features, and a model that gives what it is given, for recipes to put their head on.
 *
 * @param at the tensor to cut at; the file's own choice when left out
 * @param side of pictures, where the file leaves it open
 * @throws GraftError as `importOnnx`
 */
export async function onnxSource(
  file: string,
  at: string | undefined,
  side: number,
): Promise<Pick<Source, 'model' | 'defaultCut' | 'at' | 'trunk'> & Pick<OnnxTrunk, 'preprocessing'>> {
  const trunk = await importOnnx(await modelFile(file), {
    from: file,
    // Large models keep their weights in files beside them.
    files: fileStore(dirname(file)),
    usualShape: [side, side, 3],
    ...(at === undefined ? {} : { at }),
  });
  const { preprocessing } = trunk;
  return { model: placeFor(trunk.outputShapes[0] ?? []), defaultCut: PLACE, at: trunk.at, trunk, preprocessing };
}

function placeFor(shape: readonly number[]): layers.LayersModel {
  const inputs = layers.input({ shape: [...shape], name: 'input' });
  const outputs = layers.layers.activation({ activation: 'linear', name: PLACE }).apply(inputs);
  if (!(outputs instanceof layers.SymbolicTensor)) throw new GraftError({ code: 'internal', what: 'No output.' });
  return layers.model({ inputs, outputs, name: 'onnx' });
}
