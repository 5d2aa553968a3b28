import {
  GraftError,
  networkOf,
  pixelScaleOf,
  predict,
  saveBundleFile,
  TENSORFLOW_VERSION,
  withScope,
} from '@graft-ml/core';
import type { ActiveBackend } from '@graft-ml/core';
import { arrayDataset, disposeBatch } from '@graft-ml/datasets';
import { serveJobs, type JobContext } from '@graft-ml/train/worker';
import { picturePixels } from '../pictures/picture-pixels.js';
import { backboneNamed } from './backbones.js';
import { startEngine, type EngineName } from './engines.js';
import { trainOnFiles, type TrainedModel, type TrainInput, type TrainSummary } from './train-job.js';

let engine: ActiveBackend | undefined;
let model: TrainedModel | undefined;

const jobs = {
  async start({ name, software }: { readonly name: EngineName; readonly software: boolean }): Promise<ActiveBackend> {
    engine = await startEngine(name, software);
    return engine;
  },

  /** Fetch a backbone before it is needed. */
  async prepare(backbone: string, { signal, onProgress }: JobContext): Promise<void> {
    await backboneNamed(backbone, {
      signal,
      onProgress,
      onNotKept: (task) => onProgress({ task, done: 0, unit: 'bytes' }),
    });
  },

  async train(input: TrainInput, context: JobContext): Promise<TrainSummary> {
    if (engine === undefined) throw new GraftError({ code: 'internal', what: 'No engine was started.' });
    const { summary, trained } = await trainOnFiles(input, engine, context);
    model?.outcome.model.dispose();
    model = trained;
    return summary;
  },

  /** A probability for each label. */
  async classify({ file, name }: { readonly file: Blob; readonly name: string }): Promise<number[]> {
    const { outcome, preprocessing, labels } = trainedModel();
    const [height = 1, width = 1, channels = 3] = preprocessing.inputShape;
    const pixels = await picturePixels(file, name, { height, width, channels: channels === 1 ? 1 : 3 });
    const one = arrayDataset({
      name,
      inputs: [{ data: pixels, shape: preprocessing.inputShape, ...pixelScaleOf(preprocessing) }],
      targets: Int32Array.of(0),
      target: { kind: 'classes', labels },
    });
    const batch = await one.batch([0]);
    try {
      return await withScope(async (scope) => {
        const [output] = predict(networkOf(outcome.model), batch.inputs).map((tensor) => scope.own(tensor));
        return Array.from((await output?.data()) ?? []);
      });
    } finally {
      disposeBatch(batch);
    }
  },

  /** The model as one file: what `graft predict` opens, and `tf.loadLayersModel` once it is unpacked. */
  async bundle(_: undefined, { transfer }: JobContext): Promise<Uint8Array> {
    const { outcome, labels, preprocessing, provenance } = trainedModel();
    const bytes = await saveBundleFile(outcome.model, {
      target: { kind: 'classes', labels },
      preprocessing,
      frozen: [...outcome.frozen],
      provenance: { ...provenance, versions: { tfjs: TENSORFLOW_VERSION }, runtime: navigator.userAgent },
    });
    transfer(bytes.buffer);
    return bytes;
  },
};

export type StudioJobs = typeof jobs;

serveJobs(jobs);

function trainedModel(): TrainedModel {
  if (model !== undefined) return model;
  throw new GraftError({ code: 'bad-input', what: 'There is no trained model yet.', remedy: 'Train one first.' });
}
