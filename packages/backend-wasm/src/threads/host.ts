/** One of Node's own modules, or undefined in a browser. Not imported: the same code runs in pages. */
export function nodeModule(name: string): unknown {
  const load = field(field(globalThis, 'process'), 'getBuiltinModule');
  if (typeof load !== 'function') return undefined;
  const found: unknown = load.call(field(globalThis, 'process'), `node:${name}`);
  return found;
}

export function field(owner: unknown, name: string): unknown {
  return (typeof owner === 'object' && owner !== null) || typeof owner === 'function'
    ? Reflect.get(owner, name)
    : undefined;
}

/** How many processors this program may use. */
export function processors(): number {
  const counted = field(nodeModule('os'), 'availableParallelism');
  const count: unknown =
    typeof counted === 'function' ? counted() : field(field(globalThis, 'navigator'), 'hardwareConcurrency');
  return typeof count === 'number' ? count : 1;
}
