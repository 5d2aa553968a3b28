/**
 * Numbers that every peer makes just the same, in whatever language: a 32-bit linear congruential generator seeded by a
 * name's characters, mapped to [−1, 1).
 *
 * @param {string} name
 * @param {number} count
 */
export function formula(name, count) {
  let state = 1;
  for (const character of name) state = (Math.imul(state, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

/**
 * Examples that can be learnt: half noise, half a pattern of the class. Example i is of class i mod `classes`.
 *
 * @param {number} examples
 * @param {number} size numbers in one example
 * @param {number} classes
 */
export function learnable(examples, size, classes) {
  const data = formula('noise', examples * size);
  const patterns = Array.from({ length: classes }, (_, id) => formula(`pattern ${id}`, size));
  for (let at = 0; at < data.length; at++) {
    const pattern = patterns[Math.floor(at / size) % classes] ?? data;
    data[at] = 0.5 * (data[at] ?? 0) + 0.5 * (pattern[at % size] ?? 0);
  }
  return { data, ids: Int32Array.from({ length: examples }, (_, at) => at % classes) };
}

/** @param {readonly number[]} shape */
export function volume(shape) {
  return shape.reduce((product, size) => product * size, 1);
}
