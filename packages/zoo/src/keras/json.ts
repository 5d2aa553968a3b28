import { GraftError } from '@graft-ml/core';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The value when it is an object, else an empty one. */
export function objectIn(value: unknown): Json {
  return isJson(value) ? value : {};
}

/** The value when it is a list, else an empty one. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Parse a JSON object. @throws GraftError `corrupt` when it is none */
export function parseObject(text: string, from: string): Json {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new GraftError({ code: 'corrupt', what: `${from} is not JSON.`, cause });
  }
  if (isJson(json)) return json;
  throw new GraftError({ code: 'corrupt', what: `${from} is not a JSON object.` });
}
