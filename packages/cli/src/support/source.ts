import type { OnnxTrunk } from '@graft-ml/zoo/onnx';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { InputForm } from './input-form.js';

/** A source model that is ready to be transferred. The caller disposes the model. */
export interface Source {
  readonly name: string;
  readonly model: LayersModel;
  /** On the source task's own test set; null when there is none to be had. */
  readonly testAccuracy: number | null;
  readonly defaultCut?: string;
  readonly form: InputForm;
  readonly licence?: string;
  /** Nothing of it can be trained, and its inputs have one size. */
  readonly isFrozen?: boolean;
  /** The node that a graph was cut after as it was read. */
  readonly at?: string;
  /** What TensorFlow.js does not run: the model is then only a place for its features, which `throughSource` computes. */
  readonly trunk?: OnnxTrunk;
}
