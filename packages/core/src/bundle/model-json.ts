import * as z from 'zod';
import type * as tf from '@tensorflow/tfjs-core';
import { GraftError } from '../errors/graft-error.js';

const DTYPE_BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

interface WeightSpec {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly quantization?:
    | {
        readonly dtype: 'uint8' | 'uint16' | 'float16';
        readonly scale?: number | undefined;
        readonly min?: number | undefined;
        readonly original_dtype?: 'float32' | 'int32' | undefined;
      }
    | undefined;
}

/** The parts of tfjs's `model.json` that Graft reads. Old converters left `format` out. */
export interface ModelJson {
  readonly format?: string | undefined;
  readonly modelTopology: Record<string, unknown>;
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly WeightSpec[] }[];
}

const weightSpec: z.ZodType<WeightSpec> = z.object({
  name: z.string(),
  shape: z.array(z.number().int().nonnegative()).max(8),
  dtype: z.enum(['float32', 'int32', 'bool']),
  quantization: z
    .object({
      dtype: z.enum(['uint8', 'uint16', 'float16']),
      scale: z.number().optional(),
      min: z.number().optional(),
      original_dtype: z.enum(['float32', 'int32']).optional(),
    })
    .optional(),
});

const modelJson: z.ZodType<ModelJson> = z.looseObject({
  format: z.string().optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()).min(1), weights: z.array(weightSpec) })),
});

/** Parse `model.json`. @throws GraftError `corrupt` naming what is wrong and where */
export function parseModelJson(text: string, from: string): ModelJson {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new GraftError({ code: 'corrupt', what: `${from} is not JSON.`, cause });
  }
  const parsed = modelJson.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new GraftError({
    code: 'corrupt',
    what: `${from} is not a TensorFlow.js layers model with weights: ${z.prettifyError(parsed.error)}.`,
    expected: 'A model.json with modelTopology and weightsManifest was expected.',
  });
}

/** The weight specifications in the form that tfjs takes. */
export function weightSpecs(json: ModelJson): tf.io.WeightsManifestEntry[] {
  return json.weightsManifest.flatMap((group) => group.weights.map(toEntry));
}

function toEntry({ name, shape, dtype: type, quantization }: WeightSpec): tf.io.WeightsManifestEntry {
  if (quantization === undefined) return { name, shape, dtype: type };
  const { scale, min, original_dtype } = quantization;
  return {
    name,
    shape,
    dtype: type,
    quantization: {
      dtype: quantization.dtype,
      ...(scale === undefined ? {} : { scale }),
      ...(min === undefined ? {} : { min }),
      ...(original_dtype === undefined ? {} : { original_dtype }),
    },
  };
}

/** How many bytes the weights take according to their shapes: what the shards must add up to. */
export function declaredBytes(json: ModelJson): number {
  return json.weightsManifest
    .flatMap((group) => group.weights)
    .reduce((sum, { shape, dtype: type, quantization }) => {
      const each = DTYPE_BYTES[quantization?.dtype ?? type] ?? 4;
      return sum + shape.reduce((product, size) => product * size, 1) * each;
    }, 0);
}

/** How many numbers the weights are, according to their shapes. */
export function declaredValues(json: ModelJson): number {
  return json.weightsManifest
    .flatMap((group) => group.weights)
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}
