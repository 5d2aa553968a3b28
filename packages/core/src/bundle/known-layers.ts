import { serialization } from '@tensorflow/tfjs-core';
import { didYouMean } from '../errors/suggest.js';
import { GraftError } from '../errors/graft-error.js';

/**
 * Refuse a model with a layer whose class nobody registered, before tfjs builds half of it.
 *
 * @param topology a tfjs or Keras model configuration: `{ class_name, config }`, possibly inside `model_config`
 * @param from the file's name, for messages
 * @throws GraftError `bad-input` naming the layer, where it sits, and how to register its class
 */
export function assertKnownLayers(topology: unknown, from: string): void {
  const root = dict(topology)?.['model_config'] ?? topology;
  const model = dict(root);
  if (model !== undefined) visit(model, '', from);
}

/** How deep models may be nested in one another. */
const DEEPEST = 32;

function visit(layer: Dict, path: string, from: string, depth = 0): void {
  if (depth > DEEPEST) {
    throw new GraftError({ code: 'corrupt', what: `${from} nests models more than ${DEEPEST} deep.` });
  }
  const kind = layer['class_name'];
  const config = dict(layer['config']);
  if (typeof kind === 'string' && !isKnown(kind)) throw unknown('layer', kind, path, from);
  const activation = config?.['activation'];
  if (typeof activation === 'string' && !isKnown(activation) && !isKnown(camelCase(activation))) {
    throw unknown('activation', activation, path, from);
  }
  // Sequential models of old Keras are a bare list of layers.
  const inner = Array.isArray(layer['config']) ? layer['config'] : config?.['layers'];
  if (Array.isArray(inner)) {
    for (const [index, each] of inner.entries()) {
      const child = dict(each);
      if (child === undefined) continue;
      const name = child['name'] ?? dict(child['config'])?.['name'];
      const shown = typeof name === 'string' ? name : `layer ${index}`;
      visit(child, path === '' ? shown : `${path}/${shown}`, from, depth + 1);
    }
  }
  const wrapped = dict(config?.['layer']);
  if (wrapped !== undefined) visit(wrapped, `${path}/layer`, from, depth + 1);
}

function unknown(what: 'layer' | 'activation', kind: string, path: string, from: string): GraftError {
  const names = Object.keys(registered());
  const holder = what === 'layer' ? `a ${kind} layer` : `the activation "${kind}"`;
  const example =
    what === 'layer'
      ? `class ${/^\w+$/.test(kind) ? kind : 'MyLayer'} extends layers.layers.Layer { static className = '${kind}'; … }`
      : `class MyActivation extends serialization.Serializable { static className = '${camelCase(kind)}'; … }`;
  return new GraftError({
    // A file whose outermost part is no model at all is not a model that lacks a class.
    code: path === '' ? 'corrupt' : 'bad-input',
    what: `${from} has ${holder}${path === '' ? '' : ` at "${path}"`}, which TensorFlow.js does not know.`,
    expected: 'Every layer was expected to be built in, or registered.',
    remedy: `Write it (${example}) and call tf.serialization.registerClass with it before loading${
      kind === 'Lambda' || kind === 'TFOpLambda' ? '; a Lambda holds Python code, which cannot run here' : ''
    }. ${what === 'layer' ? didYouMean(kind, names) : ''}`.trim(),
  });
}

function isKnown(name: string): boolean {
  return Object.hasOwn(registered(), name);
}

function registered(): object {
  return serialization.SerializationMap.getMap().classNameMap;
}

/** As tfjs turns names of Python into its own: `hard_sigmoid` → `hardSigmoid`. */
function camelCase(name: string): string {
  return name.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}

type Dict = Readonly<Record<string, unknown>>;

function dict(value: unknown): Dict | undefined {
  return isDict(value) ? value : undefined;
}

function isDict(value: unknown): value is Dict {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
