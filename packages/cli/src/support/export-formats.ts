import { extname } from 'node:path';
import { GraftError } from '@graft-ml/core';

/** A way to write a model for other programs. */
export interface ExportFormat {
  readonly summary: string;
  /** What a file's name ends with; formats without one are folders. */
  readonly ending?: string;
  /** How to open what was written; `{}` stands for its path. */
  readonly open: string;
}

export type ExportName = 'tfjs' | 'onnx' | 'keras' | 'h5' | 'safetensors' | 'web';

export const EXPORT_FORMATS: ReadonlyMap<ExportName, ExportFormat> = new Map<ExportName, ExportFormat>([
  ['tfjs', { summary: 'a TensorFlow.js layers model, in a folder', open: "await tf.loadLayersModel('{}/model.json')" }],
  [
    'onnx',
    {
      summary: 'ONNX, for onnxruntime and others (.onnx)',
      ending: '.onnx',
      open: 'onnxruntime.InferenceSession("{}")   # pictures as [B, C, H, W]',
    },
  ],
  ['keras', { summary: 'Keras 3 (.keras)', ending: '.keras', open: 'keras.models.load_model("{}")' }],
  ['h5', { summary: 'HDF5 as Keras writes it (.h5)', ending: '.h5', open: 'keras.models.load_model("{}")' }],
  [
    'safetensors',
    {
      summary: 'the weights alone (.safetensors)',
      ending: '.safetensors',
      open: 'safetensors.numpy.load_file("{}")',
    },
  ],
  ['web', { summary: 'a web page that classifies pictures, in a folder', open: 'open {}/index.html in a browser' }],
]);

/**
 * The format that was asked for: by name, or by the ending of what is to be written.
 *
 * @throws GraftError `bad-input` when neither says, both say different things, or a folder has a file's ending
 */
export function exportFormat(named: ExportName | undefined, isWeb: boolean, out: string): ExportName {
  if (isWeb && named !== undefined && named !== 'web') {
    throw new GraftError({
      code: 'bad-input',
      what: `Both --web and --to ${named} were given.`,
      remedy: 'Leave one of them out.',
    });
  }
  const ending = extname(out).toLowerCase();
  const byEnding = [...EXPORT_FORMATS].find(([, format]) => format.ending === ending)?.[0];
  const format = isWeb ? 'web' : (named ?? byEnding);
  if (format === undefined) {
    throw new GraftError({
      code: 'bad-input',
      what: `"${out}" does not say what to write.`,
      expected: `An ending was expected (${[...EXPORT_FORMATS.values()].flatMap((each) => each.ending ?? []).join(', ')}), or --to.`,
      remedy: `Name the format: --to ${[...EXPORT_FORMATS.keys()].join(', --to ')}.`,
    });
  }
  if (byEnding !== undefined && byEnding !== format) {
    throw new GraftError({
      code: 'bad-input',
      what: `${out} ends like ${byEnding}, and ${format} is to be written.`,
      remedy: 'Give it another name, or leave --to out.',
    });
  }
  return format;
}
