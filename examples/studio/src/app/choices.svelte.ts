import type { EngineName } from '../engine/engines.js';

export interface Choice<Name extends string> {
  readonly name: Name;
  readonly title: string;
  readonly about: string;
}

export const BACKBONES: readonly Choice<string>[] = [
  {
    name: 'mobilenet-v1-0.25-224',
    title: 'MobileNet',
    about: 'Has seen a million photos. Best for photos. Fetched once (2 MB), then kept in this browser.',
  },
  {
    name: 'seed-cnn/mnist',
    title: 'Small digit reader',
    about: 'Has read 60,000 handwritten digits, 28 pixels wide. For drawings and letters; part of this page.',
  },
];

export interface RecipeChoice extends Choice<string> {
  readonly epochs: number;
  readonly learningRate: number;
}

export const RECIPES: readonly RecipeChoice[] = [
  {
    name: 'frozen',
    title: 'New head',
    about: 'Keeps the backbone as it is and trains a new last layer. Seconds; right for few pictures.',
    epochs: 40,
    learningRate: 0.003,
  },
  {
    name: 'lp-ft',
    title: 'Head, then all',
    about: 'A new head first, then everything, gently. Minutes; for some hundreds of pictures.',
    epochs: 12,
    learningRate: 0.001,
  },
  {
    name: 'fine-tune',
    title: 'Fine-tune',
    about: 'Trains every layer, starting from the backbone’s weights. Minutes.',
    epochs: 8,
    learningRate: 0.0003,
  },
  {
    name: 'scratch',
    title: 'From scratch',
    about: 'Forgets what the backbone knows. To see what transfer is worth.',
    epochs: 12,
    learningRate: 0.001,
  },
];

export const ENGINES: readonly Choice<EngineName>[] = [
  { name: 'wasm', title: 'WASM', about: 'The processor, with SIMD' },
  { name: 'webgl', title: 'WebGL', about: 'The graphics card' },
  { name: 'webgpu', title: 'WebGPU', about: 'The graphics card, in newer browsers' },
  { name: 'cpu', title: 'Plain JavaScript', about: 'Slow; works everywhere' },
];

/** What the user has chosen. */
export class Choices {
  backbone: string = $state(BACKBONES[0]?.name ?? '');
  recipe: string = $state('frozen');
  engine: EngineName = $state('wasm');
  epochs: number = $state(40);
  learningRate: number = $state(0.003);
  batchSize: number = $state(16);
  /** Percent of each class that is held back. */
  heldOut: number = $state(20);
  seed: number = $state(1);

  /** A recipe comes with its own length and rate, until the user changes them. */
  chooseRecipe(name: string): void {
    const found = RECIPES.find((each) => each.name === name);
    if (found === undefined) return;
    this.recipe = name;
    this.epochs = found.epochs;
    this.learningRate = found.learningRate;
  }

  readonly problem: string | undefined = $derived.by(() => {
    if (!isWhole(this.epochs, 1, 10_000)) return 'Epochs must be a whole number from 1 to 10,000.';
    if (!isWhole(this.batchSize, 1, 1024)) return 'The batch size must be a whole number from 1 to 1,024.';
    if (!(this.learningRate > 0 && this.learningRate <= 10))
      return 'The learning rate must be above 0, and at most 10.';
    if (!(this.heldOut >= 1 && this.heldOut <= 90)) return 'Between 1 % and 90 % of the pictures can be held back.';
    if (!isWhole(this.seed, 0, 2 ** 31)) return 'The seed must be a whole number from 0.';
    return undefined;
  });
}

function isWhole(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}
