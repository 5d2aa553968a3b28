import { GraftError } from '@graft-ml/core';
import { cacheFolder } from '@graft-ml/core/node';
import { hasWeights, zooEntries, type ZooEntry } from '@graft-ml/zoo';
import type { UsualPicture } from '@graft-ml/datasets/node';
import { loadPretrained, weightsAreHere } from '@graft-ml/zoo/node';
import type { Session } from '../context.js';
import type { DataOptions } from '../options/common.js';

/** What is fetched when no backbone for photos is here: 2 MB. */
const FIRST = 'mobilenet-v1-0.25-224';
/** What ships with Graft: for small grey pictures, and for when nothing can be fetched. */
const EMBEDDED = 'seed-cnn/mnist';
/** Pixels: drawings and digits of up to this size are what it was made for. */
const SMALL = 40;

/**
 * The backbone for pictures: for small grey ones, the one that ships with Graft; for others, of those that take colour and
 * are in the data folder or the cache, the one that is most accurate on its own task. If there is none, the smallest is
 * fetched, and failing that, the one that ships with Graft has to do.
 *
 * @returns its name in the zoo
 */
export async function chooseBackbone(
  options: DataOptions,
  pictures: UsualPicture | undefined,
  session: Session,
): Promise<string> {
  const { terminal, signal } = session;
  const here: ZooEntry[] = [];
  const small = zooEntries().find((entry) => entry.name === EMBEDDED);
  if (small !== undefined && pictures?.grey === true && pictures.side <= SMALL) {
    terminal.note(`backbone: ${small.name} (${small.summary}), because the pictures are small and grey`);
    return small.name;
  }
  for (const entry of zooEntries()) if (takesColour(entry) && (await weightsAreHere(entry, options))) here.push(entry);
  here.sort((a, b) => (b.testAccuracy ?? 0) - (a.testAccuracy ?? 0));
  const [best] = here;
  if (best !== undefined) {
    terminal.note(`backbone: ${best.name} (${best.summary})`);
    return best.name;
  }
  try {
    const { model } = await loadPretrained(FIRST, {
      ...options,
      signal,
      onProgress: (progress) => terminal.progress(progress),
    });
    model.dispose();
    terminal.note(`backbone: ${FIRST}, fetched and kept in ${cacheFolder()}`);
    return FIRST;
  } catch (thrown) {
    if (!(thrown instanceof GraftError) || thrown.code !== 'unavailable') throw thrown;
    terminal.warn(
      `No backbone for photos is here, and ${FIRST} cannot be fetched: ${thrown.what} ` +
        `${EMBEDDED} is used, which was made for 28 × 28 grey digits: expect little of it.`,
    );
    return EMBEDDED;
  }
}

function takesColour(entry: ZooEntry): boolean {
  return hasWeights(entry) && entry.inputShape[2] === 3;
}
