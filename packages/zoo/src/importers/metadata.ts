import { GraftError, type Store } from '@graft-ml/core';

export const METADATA_FILE = 'metadata.json';

/** What `metadata.json` beside a model says: that of Teachable Machine, or a plain list of labels. */
export interface ModelMetadata {
  readonly labels?: readonly string[];
  readonly modelName?: string;
  /** What the bytes 0…255 of a picture become. */
  readonly range?: readonly [number, number];
}

/** Pictures are mapped to [−1, 1] by Teachable Machine's image library, and the file names that library. */
const PICTURES = '@teachablemachine/image';

/**
 * What the `metadata.json` beside a model says, such as Teachable Machine writes.
 *
 * @returns undefined when there is none
 * @throws GraftError `corrupt` when it is no JSON object, or its labels are no names
 */
export async function readMetadata(store: Store): Promise<ModelMetadata | undefined> {
  if (!(await store.has(METADATA_FILE))) return undefined;
  return parseMetadata(await store.read(METADATA_FILE), `${store.location}/${METADATA_FILE}`);
}

/** Parse `metadata.json`. @throws GraftError `corrupt` when it is no JSON object, or its labels are no names */
export function parseMetadata(bytes: Uint8Array, from: string): ModelMetadata {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new GraftError({ code: 'corrupt', what: `${from} is not JSON.`, cause });
  }
  const labels = property(json, 'labels');
  const modelName = property(json, 'modelName');
  if (labels !== undefined && !(Array.isArray(labels) && labels.every((label) => typeof label === 'string'))) {
    throw new GraftError({
      code: 'corrupt',
      what: `${from} has labels that are no list of names.`,
      expected: 'A list of strings was expected.',
    });
  }
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(typeof modelName === 'string' && modelName !== '' ? { modelName } : {}),
    ...(property(json, 'packageName') === PICTURES ? { range: [-1, 1] as const } : {}),
  };
}

function property(json: unknown, name: string): unknown {
  return json !== null && typeof json === 'object' ? Reflect.get(json, name) : undefined;
}
