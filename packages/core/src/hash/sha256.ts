/** The sha256 of some bytes, as 64 lower-case hexadecimal digits. Works in Node and in browsers (secure contexts). */
export async function sha256(bytes: Uint8Array): Promise<string> {
  // A copy, because crypto.subtle refuses views on shared memory, such as the heap of a threaded WASM engine.
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The sha256 of a text's UTF-8 bytes. */
export function sha256OfText(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text));
}
