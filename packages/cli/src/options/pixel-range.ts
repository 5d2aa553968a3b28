import { InvalidArgumentError, type Command } from 'commander';

/** How a picture's bytes become a model's inputs: what 0 and 255 become, or a way that has a name. */
export type PixelRange = readonly [number, number] | NamedRange;

const NAMED = ['imagenet', 'caffe'] as const;
type NamedRange = (typeof NAMED)[number];

/** `-1,1`, `0,255`, `imagenet` or `caffe`. */
export function pixelRange(text: string): PixelRange {
  const named = NAMED.find((name) => name === text);
  if (named !== undefined) return named;
  const [low, high, ...more] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (low !== undefined && high !== undefined && more.length === 0 && high > low && Number.isFinite(high - low)) {
    return [low, high];
  }
  throw new InvalidArgumentError(
    `What 0 and 255 become was expected, such as -1,1 or 0,255; or ${NAMED.join(', or ')}.`,
  );
}

/** For commands that take a backbone of the user's own. */
export function addPixelRange(command: Command): Command {
  return command.option(
    '--range <low,high>',
    'of a backbone of your own: what the bytes 0…255 of pictures become, such as -1,1; or imagenet, or caffe (default: what it says, else 0,1)',
    pixelRange,
  );
}
