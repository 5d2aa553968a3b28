/** Whether a model.json's topology is a TensorFlow graph (a list of nodes) and not a configuration of layers. */
export function isGraphTopology(topology: unknown): boolean {
  return isDict(topology) && Array.isArray(topology['node']);
}

/** The class names of a model's layers, nested and wrapped ones among them. */
export function layerClasses(topology: unknown): Set<string> {
  const found = new Set<string>();
  // A list of what is still to be looked at, because files may nest as deep as they like.
  const open: unknown[] = [topology];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const name = isDict(value) ? value['class_name'] : undefined;
    if (typeof name === 'string') found.add(name);
    for (const each of Object.values(Object(value))) if (each !== null && typeof each === 'object') open.push(each);
  }
  return found;
}

function isDict(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
