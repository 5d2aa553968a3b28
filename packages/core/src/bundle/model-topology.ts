/** Whether a model.json's topology is a TensorFlow graph (a list of nodes) and not a configuration of layers. */
export function isGraphTopology(topology: unknown): boolean {
  return isDict(topology) && Array.isArray(topology['node']);
}

/** The class names of a model's layers, nested and wrapped ones among them. */
export function layerClasses(topology: unknown): Set<string> {
  const found = new Set<string>();
  for (const each of objectsWithin(topology)) {
    const name: unknown = Reflect.get(each, 'class_name');
    if (typeof name === 'string') found.add(name);
  }
  return found;
}

/** Every object and list of a configuration, itself among them. */
export function* objectsWithin(topology: unknown): Generator<object> {
  // A list of what is still to be looked at, because files may nest as deep as they like.
  const open: unknown[] = [topology];
  while (open.length > 0) {
    const value = open.pop();
    if (value === null || typeof value !== 'object') continue;
    yield value;
    for (const each of Object.values(value)) if (each !== null && typeof each === 'object') open.push(each);
  }
}

function isDict(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
