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
