import * as z from 'zod';
import { GraftError } from '../errors/graft-error.js';
import { sha256OfText } from '../hash/sha256.js';
import type { PixelScale } from '../pixels/pixel-scale.js';

/** What a model's outputs mean: classes (softmax), labels that may occur together (sigmoid), or values (linear). */
export type TargetSpec =
  | { readonly kind: 'classes'; readonly labels: readonly string[] }
  | { readonly kind: 'multi-label'; readonly labels: readonly string[] }
  | { readonly kind: 'values'; readonly names: readonly string[] };

/** How raw inputs become the model's inputs. */
export interface Preprocessing extends PixelScale {
  /** One example's shape without the batch, e.g. [28, 28, 1]. */
  readonly inputShape: readonly number[];
}

export interface FileFacts {
  readonly bytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** A trunk that TensorFlow.js does not run: the model of the bundle is the head on its features. */
export interface TrunkFacts {
  readonly format: 'onnx';
  /** Its file in the bundle, which `files` vouches for. */
  readonly file: string;
  /** The tensor whose values are the features. */
  readonly at: string;
}

/** `graft.json`: what a bundle says of itself beside tfjs's own `model.json`. */
export interface BundleManifest {
  readonly format: 'graft-bundle';
  readonly formatVersion: 1;
  readonly name: string;
  readonly target?: TargetSpec | undefined;
  readonly preprocessing?: Preprocessing | undefined;
  readonly trunk?: TrunkFacts | undefined;
  /** Names of the weights that were frozen in training. */
  readonly frozen: readonly string[];
  /** Where the weights come from: recipe, source, data hashes, seed, versions. Plain JSON. */
  readonly provenance: Readonly<Record<string, unknown>>;
  /** Every other file of the bundle. */
  readonly files: Readonly<Record<string, FileFacts>>;
  /** The sha256 of the JSON of all the rest, without white space; absent in bundles of early versions. */
  readonly seal?: string | undefined;
}

const names: z.ZodType<string[]> = z.array(z.string()).min(1).max(100_000);

const perChannel: z.ZodType<number[]> = z.array(z.number()).min(1).max(1024);

const manifest: z.ZodType<BundleManifest> = z.object({
  format: z.literal('graft-bundle'),
  formatVersion: z.literal(1),
  name: z.string(),
  target: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('classes'), labels: names }),
      z.object({ kind: z.literal('multi-label'), labels: names }),
      z.object({ kind: z.literal('values'), names }),
    ])
    .optional(),
  preprocessing: z
    .object({
      inputShape: z.array(z.number().int().positive()).min(1).max(8),
      range: z.tuple([z.number(), z.number()]),
      mean: perChannel.optional(),
      std: perChannel.optional(),
      order: z.enum(['rgb', 'bgr']).optional(),
    })
    .optional(),
  trunk: z.object({ format: z.literal('onnx'), file: z.string(), at: z.string() }).optional(),
  frozen: z.array(z.string()).default([]),
  provenance: z.record(z.string(), z.unknown()).default({}),
  files: z.record(
    z.string(),
    z.object({ bytes: z.number().int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
  seal: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

const AGAIN = 'The file was damaged or replaced: fetch or save the bundle again.';

/** A manifest that vouches for itself as it does for the other files. */
export async function sealed(facts: Omit<BundleManifest, 'seal'>): Promise<BundleManifest> {
  return { ...facts, seal: await sha256OfText(JSON.stringify(facts)) };
}

/**
 * Make sure that a sealed manifest is as it was written: labels and provenance have no other check.
 *
 * @throws GraftError `corrupt`
 */
export async function checkSeal(text: string, from: string): Promise<void> {
  const { seal, ...facts }: Record<string, unknown> = Object(JSON.parse(text));
  if (seal === undefined || seal === (await sha256OfText(JSON.stringify(facts)))) return;
  throw new GraftError({
    code: 'corrupt',
    what: `${from} is not what was saved: its own sha256 differs.`,
    expected: `The seal says ${JSON.stringify(seal)}.`,
    remedy: `${AGAIN} Who changed it on purpose removes the seal.`,
  });
}

/** Parse `graft.json`. @throws GraftError `corrupt` naming what is wrong and where. */
export function parseManifest(text: string, from: string): BundleManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new GraftError({ code: 'corrupt', what: `${from} is not JSON.`, remedy: AGAIN, cause });
  }
  const parsed = manifest.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new GraftError({
    code: 'corrupt',
    what: `${from} is not a Graft bundle manifest: ${z.prettifyError(parsed.error)}.`,
    remedy: 'Save the bundle again with this version of Graft.',
  });
}
