/**
 * Work through a list with at most `width` at a time. The first failure stops what has not begun, and is thrown once what
 * has begun is over.
 */
export async function inParallel<T>(
  list: readonly T[],
  width: number,
  work: (item: T, at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (!failed && next < list.length) {
      const at = next++;
      const item = list[at];
      if (item === undefined) continue;
      try {
        await work(item, at);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.max(1, Math.min(width, list.length)) }, worker));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}
