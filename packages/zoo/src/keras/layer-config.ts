import { GraftError } from '@graft-ml/core';
import { isJson, objectIn, type Json } from './json.js';

/** What Keras 3 writes of where an object's class lives; tfjs needs none of it. */
const ABOUT_CLASS: ReadonlySet<string> = new Set(['module', 'registered_name', 'build_config', 'compile_config']);

/** Settings that tfjs would ignore; with another value than these the model would give other numbers. */
const ONLY: Readonly<Record<string, readonly unknown[]>> = {
  groups: [1, undefined, null],
  negative_slope: [0, undefined, null],
  threshold: [0, undefined, null],
  synchronized: [false, undefined, null],
};

/** Layers for which `threshold` and `negative_slope` are settings of their own. */
const HAS_THRESHOLD: ReadonlySet<string> = new Set(['ThresholdedReLU', 'LeakyReLU']);

/**
 * A layer's configuration as tfjs reads it, from that of Keras 2 or 3: dtype policies and serialised objects become
 * names, `batch_shape` becomes `batch_input_shape`.
 *
 * @throws GraftError `bad-input` for a setting that tfjs would ignore
 */
export function layerConfig(kind: string, config: Json, name: string, from: string): Json {
  for (const [setting, values] of Object.entries(ONLY)) {
    if (HAS_THRESHOLD.has(kind) || values.includes(config[setting] ?? undefined)) continue;
    throw new GraftError({
      code: 'bad-input',
      what: `The layer "${name}" (${kind}) of ${from} has ${setting} = ${JSON.stringify(config[setting])}.`,
      expected: `TensorFlow.js ignores ${setting}: only ${JSON.stringify(values[0])} gives the same numbers.`,
      remedy: 'Export the model to ONNX or to a tfjs graph model and import that as a frozen trunk.',
    });
  }
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (ABOUT_CLASS.has(key) || key in ONLY) continue;
    if (key === 'batch_shape') out['batch_input_shape'] = value;
    else out[key] = plain(key, value);
  }
  // Keras writes the axis of BatchNormalization as a list of one in some versions.
  if (Array.isArray(out['axis']) && out['axis'].length === 1) out['axis'] = out['axis'][0];
  if (kind === 'LeakyReLU' && out['alpha'] === undefined)
    out['alpha'] = out['negative_slope'] ?? config['negative_slope'];
  return out;
}

/** A dtype policy, an initialiser, a regulariser, an activation or a plain value, as Keras 2 writes it. */
function plain(key: string, value: unknown): unknown {
  if (key === 'dtype') return dtypeName(value);
  if (!isJson(value) || typeof value['class_name'] !== 'string') return value;
  const inner = value['config'];
  if (value['class_name'] === 'function' && typeof inner === 'string') return inner;
  if (key === 'activation') return activationName(value['class_name'], value['registered_name']);
  const config = objectIn(inner);
  if (/^(L1|L2|l1|l2)$/.test(value['class_name'])) {
    return { class_name: 'L1L2', config: { l1: config['l1'] ?? 0, l2: config['l2'] ?? 0 } };
  }
  const name = value['class_name'] === 'OrthogonalInitializer' ? 'Orthogonal' : value['class_name'];
  return { class_name: name, config: Object.fromEntries(Object.entries(config).filter(([each]) => each !== 'dtype')) };
}

/** Mixed precision computes in another type; its weights are float32, as tfjs's always are. */
function dtypeName(value: unknown): unknown {
  const name = isJson(value) ? objectIn(value['config'])['name'] : value;
  return name === 'int32' || name === 'int64' ? 'int32' : name === 'bool' ? 'bool' : 'float32';
}

function activationName(kind: string, registered: unknown): string {
  return typeof registered === 'string' && registered !== '' ? registered.replace(/^.*>/, '') : kind;
}
