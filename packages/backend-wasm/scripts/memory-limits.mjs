/** https://webassembly.github.io/spec/core/binary/modules.html: sections, kinds of imports, flags of limits. */
const IMPORTS = 2;
const MEMORIES = 5;
const SKIPPED_IMPORTS = { FUNCTION: 0, TABLE: 1, GLOBAL: 3 };
const MEMORY = 2;
const HAS_MAXIMUM = 1;

/**
 * Where a WebAssembly module says what its memory, own or imported, is like: the place of the flags, of which bit 0 is
 * "has a maximum" and bit 1 "shared".
 *
 * @param {Uint8Array} bytes a module with one memory
 * @returns {number}
 */
export function memoryLimits(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const skip = (/** @type {number} */ count) => {
    at += count;
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = number() + at;
    if (section === IMPORTS) {
      for (let left = number(); left > 0; left--) {
        skip(number());
        skip(number());
        const kind = bytes[at++];
        if (kind === MEMORY) return checked(bytes, at);
        if (kind === SKIPPED_IMPORTS.FUNCTION) number();
        else if (kind === SKIPPED_IMPORTS.GLOBAL) skip(2);
        else throw new Error(`An import of kind ${kind} was not expected.`);
      }
    }
    if (section === MEMORIES) {
      number();
      return checked(bytes, at);
    }
    at = end;
  }
  throw new Error('The module has no memory.');
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function checked(bytes, at) {
  if (bytes[at] !== HAS_MAXIMUM) throw new Error(`Memory flags ${bytes[at]} at ${at}: a maximum was expected.`);
  return at;
}
