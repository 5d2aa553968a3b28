import { open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { GraftError, isGraphTopology, layerClasses, MODEL_FILE, type Store } from '@graft-ml/core';
import { FROZEN_GRAPH } from './know-layers.js';
import { modelStore, ZIP_SIGNATURE } from './model-store.js';

/** A model that the user brings, found and not yet loaded. */
export type OwnModel = {
  readonly kind: 'own';
  /** As it was typed, for messages. */
  readonly path: string;
  /** Where it is cut, when it cannot be trained and so is cut once, as it is read: a node of its graph. */
  readonly at?: string;
  /** Nothing of it can be trained: it gives features, and a head is trained on them. */
  readonly isFrozen: boolean;
} & (
  | { readonly format: 'layers' | 'graph'; readonly store: Store }
  | { readonly format: 'keras'; readonly file: string }
  | { readonly format: 'onnx'; readonly file: string }
);

/** What may be brought, for messages. */
export const OWN_MODELS = 'a folder with a model.json, or a file (.zip, .keras, .h5, .onnx)';

/**
 * What kind of model a path leads to, by what its files hold.
 *
 * @returns undefined when there is none
 * @throws GraftError `bad-input` for a file of another kind
 */
export async function findOwnModel(path: string): Promise<OwnModel | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isFile() && basename(path) !== MODEL_FILE) return ownFile(path);
  const store = await modelStore(found.isFile() ? dirname(path) : path);
  return (await store.has(MODEL_FILE)) ? ownFolder(path, store) : undefined;
}

/** @throws GraftError `bad-input` when something is said that only a model of the user's own would need */
export function assertOwn(range: unknown, plans: readonly ({ readonly kind: string } | undefined)[]): void {
  if (range === undefined || plans.some((plan) => plan?.kind === 'own')) return;
  throw new GraftError({
    code: 'bad-input',
    what: '--range was given, and the backbone is none of your own.',
    expected: `It is for ${OWN_MODELS}; the zoo knows what its models take.`,
    remedy: 'Leave it out.',
  });
}

/** What HDF5 files begin with. */
const HDF5_SIGNATURE = '\x89HDF';

async function ownFile(path: string): Promise<OwnModel> {
  // Protocol Buffers have no signature: what the file holds is told when it is loaded.
  if (/\.onnx$/i.test(path)) return { kind: 'own', path, format: 'onnx', file: path, isFrozen: true };
  const start = await beginning(path);
  // A .keras file is a zip file too.
  const isKeras = /\.keras$/i.test(path) || start === HDF5_SIGNATURE;
  if (isKeras) return { kind: 'own', path, format: 'keras', file: path, isFrozen: false };
  const store = start.startsWith(ZIP_SIGNATURE) ? await modelStore(path) : undefined;
  if (store !== undefined && (await store.has(MODEL_FILE))) return ownFolder(path, store);
  throw new GraftError({
    code: 'bad-input',
    what: `${path} is no model that Graft reads${store === undefined ? '' : `: there is no ${MODEL_FILE} in it`}.`,
    expected: `What can be brought is ${OWN_MODELS}.`,
  });
}

async function ownFolder(path: string, store: Store): Promise<OwnModel> {
  const topology = topologyIn(await store.read(MODEL_FILE));
  if (isGraphTopology(topology)) return { kind: 'own', path, format: 'graph', store, isFrozen: true };
  return { kind: 'own', path, format: 'layers', store, isFrozen: layerClasses(topology).has(FROZEN_GRAPH) };
}

/** The architecture in a model.json. What is wrong with a file is told when it is loaded. */
function topologyIn(bytes: Uint8Array): unknown {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return Reflect.get(Object(json), 'modelTopology');
  } catch {
    return undefined;
  }
}

async function beginning(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
