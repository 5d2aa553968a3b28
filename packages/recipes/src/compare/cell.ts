/** One run of a comparison as plain data: what makes its result, apart from the data and the source themselves. */
export interface Cell {
  readonly recipe: string;
  /** Number of labelled training examples. */
  readonly labels: number;
  readonly seed: number;
  /** Numbers of the recipe that tuning sets; `learningRate` stands for the budget's. */
  readonly settings?: Readonly<Record<string, number>>;
}

/** All runs of a comparison: label counts outermost, so that the quick ones come first; recipes innermost. */
export function cellsOf(recipes: readonly string[], labels: readonly number[], seeds: readonly number[]): Cell[] {
  return labels.flatMap((count) => seeds.flatMap((seed) => recipes.map((recipe) => ({ recipe, labels: count, seed }))));
}

/** A cell in a few words: `lp-ft, 100 labels, seed 2`. */
export function cellName({ recipe, labels, seed }: Cell): string {
  return `${recipe}, ${labels} labels, seed ${seed}`;
}
