import { GraftError } from '../errors/graft-error.js';

/** A call of a layer, as `layer:call`. */
type Call = string;

/**
 * Refuse a functional model whose layers read what nothing gives, or each other in a circle: tfjs 4.22 waits for it
 * forever.
 *
 * @param layers the configurations of its layers, in tfjs's or Keras 2's own form
 * @param from the file's name, for messages
 * @throws GraftError `corrupt` naming the layer
 */
export function assertSoundGraph(layers: readonly unknown[], from: string): void {
  const given = new Set<Call>();
  let waiting: { readonly call: Call; readonly layer: string; readonly reads: readonly Call[] }[] = [];
  for (const each of layers) {
    const layer = property(each, 'name');
    const calls = property(each, 'inbound_nodes');
    if (typeof layer !== 'string') continue;
    // A nested model's own making is its call 0, and so is an input layer's.
    const isModel = ['Model', 'Functional', 'Sequential'].includes(String(property(each, 'class_name')));
    const list: unknown[] = Array.isArray(calls) ? calls : [];
    if (isModel || property(each, 'class_name') === 'InputLayer') given.add(`${layer}:0`);
    for (const [index, call] of list.entries()) {
      waiting.push({ call: `${layer}:${index + (isModel ? 1 : 0)}`, layer, reads: readsOf(call) });
    }
  }
  for (let before = -1; waiting.length !== before;) {
    before = waiting.length;
    waiting = waiting.filter(({ call, reads }) => {
      if (reads.length === 0 || !reads.every((read) => given.has(read))) return true;
      given.add(call);
      return false;
    });
  }
  const [stuck] = waiting;
  if (stuck === undefined) return;
  const missing = stuck.reads.find((read) => !given.has(read));
  throw new GraftError({
    code: 'corrupt',
    what:
      missing === undefined
        ? `The layer "${stuck.layer}" of ${from} is called on nothing.`
        : `The layer "${stuck.layer}" of ${from} reads ${missing.replace(/^(.*):(.*)$/s, 'call $2 of "$1"')}, which is never made.`,
    expected: 'Every path was expected to start at an input layer.',
    remedy: 'Save the model again.',
  });
}

function readsOf(call: unknown): Call[] {
  if (!Array.isArray(call)) return [];
  return call.flatMap((place: unknown): Call[] => {
    if (!Array.isArray(place)) return [];
    const [layer, index]: unknown[] = place;
    return typeof layer === 'string' ? [`${layer}:${String(index)}`] : [];
  });
}

function property(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined;
}
