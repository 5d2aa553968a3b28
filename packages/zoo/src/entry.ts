import { pixelScaleOf, type PixelScale, type Preprocessing } from '@graft-ml/core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** A place where a backbone may be cut. */
export interface ZooCut {
  /** The name to choose it by, e.g. `flatten`. */
  readonly name: string;
  /** The path of the layer whose output is the features. */
  readonly path: string;
  /** The features' shape without the batch, e.g. [5, 5, 64]. */
  readonly shape: readonly number[];
}

/** Layers that belong together: what gradual unfreezing thaws at once and layer-wise rates treat alike. */
export interface ZooStage {
  readonly name: string;
  /** Paths of its layers, in the network's order. */
  readonly paths: readonly string[];
}

/** One published file of an entry's weights. */
export interface WeightFile {
  /** Its name in the folder, e.g. `model.json`. */
  readonly name: string;
  /** The same bytes at several places, best first. */
  readonly urls: readonly string[];
  /** Absent while nobody has checked the file here: it is pinned when it is first used. */
  readonly bytes?: number;
  /** 64 lower-case hexadecimal digits; without `bytes`, what its publisher states. */
  readonly sha256?: string;
}

/** Weights that others published. */
export interface PublishedWeights {
  /** The folder that holds the files below a data folder or the cache, e.g. `mobilenet_v1_0.25_224-layers`. */
  readonly folder: string;
  /** What the files are: a TensorFlow.js model, or one file of weights for the architecture, from Keras or from PyTorch. */
  readonly format: 'tfjs-layers' | 'keras-weights' | 'torch-safetensors';
  readonly files: readonly WeightFile[];
}

/** Whether somebody here has checked every file, so that what is loaded is what was tested. */
export function isVerified({ files }: PublishedWeights): boolean {
  return files.every(({ bytes, sha256 }) => bytes !== undefined && sha256 !== undefined);
}

/** Facts about trained weights, written by the script that trains them. */
export interface WeightFacts {
  /** sha256 of the bundle's `graft.json`, which holds the sha256 of every other file; absent until weights are trained. */
  readonly sha256?: string;
  /** Accuracy on the source task's test set, as a fraction. */
  readonly testAccuracy?: number;
  /** How the weights came to be: script, seed, data hashes, versions. Plain JSON. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

/**
 * What the zoo knows of an architecture, or of an architecture with trained weights. `range`, `mean`, `std` and `order` say
 * how the bytes of a picture become its numbers.
 */
export interface ZooEntry extends WeightFacts, PixelScale {
  /** `seed-cnn` for an architecture, `seed-cnn/mnist` for its weights of a source task. */
  readonly name: string;
  readonly architecture: string;
  readonly summary: string;
  /** The task its weights were trained on; absent for a bare architecture. */
  readonly sourceTask?: string;
  /** One example's shape without the batch, e.g. [28, 28, 1]. */
  readonly inputShape: readonly number[];
  /** Where it may be cut, from the output back. */
  readonly cuts: readonly ZooCut[];
  /** The name of the cut that recipes use unless told otherwise. */
  readonly defaultCut: string;
  /** From the input to the output, every layer with weights in exactly one. */
  readonly stages?: readonly ZooStage[];
  /** Names of the source task's classes, in output order; empty for a bare architecture. */
  readonly labels: readonly string[];
  /** SPDX identifier of the weights' (or, for an architecture, the code's) licence; `NOASSERTION` where none is stated. */
  readonly licence: string;
  /** Whether the weights ship inside this package. */
  readonly embedded: boolean;
  /** The folder below `weights/` that holds them; absent for a bare architecture. */
  readonly weightsFolder?: string;
  /** Where the weights come from when they do not ship inside this package. */
  readonly published?: PublishedWeights;
  /** The architecture with fresh, seeded weights. */
  create(options: CreateOptions): LayersModel;
}

export interface CreateOptions {
  readonly seed: number;
  /** One example's shape without the batch; defaults to the entry's. */
  readonly inputShape?: readonly number[];
  /** Number of classes; defaults to the entry's own, or 10. */
  readonly classes?: number;
}

/** How raw inputs become those of an entry's model: what bundles made of it say. */
export function preprocessingOf(entry: ZooEntry): Preprocessing {
  return { inputShape: entry.inputShape, ...pixelScaleOf(entry) };
}

/** Whether weights can be had for an entry: those that ship with the package, or published ones. */
export function hasWeights(entry: ZooEntry): boolean {
  return entry.sourceTask !== undefined && (entry.sha256 !== undefined || entry.published !== undefined);
}
