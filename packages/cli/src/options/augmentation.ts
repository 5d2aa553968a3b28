import { InvalidArgumentError } from 'commander';
import type { Augmentation } from '@graft-ml/datasets/augment';

/** One kind of change: what its number means, where it has to lie, and what it is when none is given. */
interface Change {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  readonly change: (amount: number) => Augmentation;
}

const CHANGES: Readonly<Record<string, Change>> = {
  flip: { usual: 0.5, least: 0, most: 1, change: (flip) => ({ flip }) },
  crop: { usual: 0.6, least: 0.05, most: 1, change: (least) => ({ crop: [least, 1] }) },
  rotate: { usual: 15, least: 0, most: 180, change: (rotate) => ({ rotate }) },
  scale: { usual: 1.25, least: 1, most: 4, change: (most) => ({ scale: [1 / most, most] }) },
  colour: {
    usual: 0.25,
    least: 0,
    most: 1,
    change: (amount) => ({ brightness: amount, contrast: amount, saturation: amount }),
  },
  erase: { usual: 0.25, least: 0, most: 1, change: (erase) => ({ erase }) },
};

const SETS: Readonly<Record<string, string>> = {
  light: 'flip,crop',
  strong: 'flip,crop=0.4,rotate,colour,erase',
};

/** What --augment takes, for its help. */
export const AUGMENTATIONS: string = `${Object.keys(SETS).join(', ')}, or names with commas between: ${Object.entries(
  CHANGES,
)
  .map(([name, { usual }]) => `${name}=${usual}`)
  .join(', ')}`;

/** `light`, `flip,crop` or `flip,rotate=30`: how pictures are changed at random. */
export function augmentation(text: string): Augmentation {
  const changes = (Object.hasOwn(SETS, text) ? (SETS[text] ?? '') : text).split(',').map((part): Augmentation => {
    const [name = '', amount] = part.trim().split('=');
    const known = Object.hasOwn(CHANGES, name) ? CHANGES[name] : undefined;
    if (known === undefined) throw new InvalidArgumentError(`"${part}" is no change. There are: ${AUGMENTATIONS}.`);
    const value = amount === undefined ? known.usual : Number(amount);
    if (amount?.trim() === '' || !(value >= known.least && value <= known.most)) {
      throw new InvalidArgumentError(`${name} takes a number from ${known.least} to ${known.most}, not "${amount}".`);
    }
    return known.change(value);
  });
  return Object.assign({}, ...changes);
}
