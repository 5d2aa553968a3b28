import { serialization } from '@tensorflow/tfjs-core';
import { LayersModel } from '@tensorflow/tfjs-layers';
import { GraftError } from '../errors/graft-error.js';
import { objectsWithin } from './model-topology.js';

/** How often each layer has been called so far, by its name. */
type Calls = Map<string, number>;

/** A call that waits for what it reads. */
interface Waiting {
  readonly layer: string;
  readonly reads: readonly Place[];
}

/** The output of a layer's call. */
interface Place {
  readonly layer: string;
  readonly call: number;
}

/**
 * Refuse a functional model, wherever it stands in a configuration, whose layers read what nothing gives, or each other in a
 * circle: tfjs 4.22 waits for it forever. So it does for layers without a name of their own.
 *
 * @param topology in tfjs's or Keras 2's own form
 * @param from the file's name, for messages
 * @throws GraftError `corrupt` naming the layer
 */
export function assertSoundGraphs(topology: unknown, from: string): void {
  for (const each of objectsWithin(topology)) {
    const layers = property(each, 'layers');
    if (Array.isArray(layers)) assertSoundGraph(layers, from);
  }
}

function assertSoundGraph(layers: readonly unknown[], from: string): void {
  const calls: Calls = new Map();
  let waiting: Waiting[] = [];
  // The layers of a Sequential are not called on places, and need no names.
  if (layers.every((layer) => callsOf(layer).length === 0)) return;
  for (const layer of layers) {
    const name = ownName(layer, from);
    if (calls.has(name)) throw unsound(`Two layers of ${from} are called "${name}".`);
    calls.set(name, madeWith(layer));
    for (const call of callsOf(layer)) waiting.push({ layer: name, reads: readsOf(call, name, from) });
  }
  const isGiven = ({ layer, call }: Place): boolean => call < (calls.get(layer) ?? 0);
  for (let before = -1; waiting.length !== before;) {
    before = waiting.length;
    waiting = waiting.filter(({ layer, reads }) => {
      if (!reads.every(isGiven)) return true;
      calls.set(layer, (calls.get(layer) ?? 0) + 1);
      return false;
    });
  }
  const [stuck] = waiting;
  const missing = stuck?.reads.find((read) => !isGiven(read));
  if (stuck === undefined || missing === undefined) return;
  throw unsound(
    `The layer "${stuck.layer}" of ${from} reads call ${missing.call} of "${missing.layer}", which is never made.`,
  );
}

/** Under which others read it; its configuration, if it names it, must say the same. */
function ownName(layer: unknown, from: string): string {
  const name = property(layer, 'name');
  const inner = property(property(layer, 'config'), 'name');
  if (typeof name === 'string' && (inner === undefined || inner === name)) return name;
  throw unsound(
    `A layer of ${from} is called ${JSON.stringify(name) ?? 'nothing'} and ${JSON.stringify(inner) ?? 'nothing'}.`,
  );
}

/** The calls that come with a layer's making: an input's, and a nested model's on its own inputs. */
function madeWith(layer: unknown): number {
  const kind = property(layer, 'class_name');
  if (kind === 'InputLayer') return 1;
  const registered: unknown = property(serialization.SerializationMap.getMap().classNameMap, String(kind));
  const made: unknown = property(property(registered, '0'), 'prototype');
  return made === LayersModel.prototype || made instanceof LayersModel ? 1 : 0;
}

/** tfjs writes the names of Python, and reads its own too. */
function callsOf(layer: unknown): unknown[] {
  return ['inbound_nodes', 'inboundNodes'].flatMap((name) => {
    const calls = property(layer, name);
    return Array.isArray(calls) ? calls : [];
  });
}

function readsOf(call: unknown, reader: string, from: string): Place[] {
  const reads: unknown[] = Array.isArray(call) ? call : [];
  if (reads.length === 0) throw unsound(`The layer "${reader}" of ${from} is called on nothing.`);
  return reads.map((place) => {
    const [layer, index]: unknown[] = Array.isArray(place) ? place : [];
    if (typeof layer === 'string' && typeof index === 'number') return { layer, call: index };
    throw unsound(`The layer "${reader}" of ${from} reads ${JSON.stringify(place)?.slice(0, 80)}, which is no place.`);
  });
}

function unsound(what: string): GraftError {
  return new GraftError({
    code: 'corrupt',
    what,
    expected: 'Every layer was expected to have its own name, and every path to start at an input layer.',
    remedy: 'Save the model again.',
  });
}

/** Also of a class, as the registry holds them. */
function property(value: unknown, name: string): unknown {
  return (value !== null && typeof value === 'object') || typeof value === 'function'
    ? Reflect.get(value, name)
    : undefined;
}
