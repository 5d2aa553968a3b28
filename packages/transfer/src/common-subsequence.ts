/**
 * The longest common subsequence of two lists, as pairs (dynamic programming, O(n·m)). Of several, the one that pairs
 * earliest.
 */
export function commonSubsequence<A, B>(
  first: readonly A[],
  second: readonly B[],
  alike: (a: A, b: B) => boolean,
): [A, B][] {
  const width = second.length + 1;
  // best[i × width + j]: the length for what is left from i in the first and from j in the second.
  const best = new Int32Array((first.length + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = first.length - 1; i >= 0; i--) {
    for (let j = second.length - 1; j >= 0; j--) {
      const [a, b] = [first[i], second[j]];
      const pair = a !== undefined && b !== undefined && alike(a, b) ? at(i + 1, j + 1) + 1 : 0;
      best[i * width + j] = Math.max(pair, at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [A, B][] = [];
  for (let i = 0, j = 0; i < first.length && j < second.length;) {
    const [a, b] = [first[i], second[j]];
    if (a === undefined || b === undefined) break;
    if (alike(a, b) && at(i, j) === at(i + 1, j + 1) + 1) {
      pairs.push([a, b]);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
