/** One run of a comparison as plain data: what makes its result, apart from the data and the source themselves. */
export interface Cell {
  readonly recipe: string;
  /** Number of labelled training examples. */
  readonly labels: number;
  readonly seed: number;
}

/** All runs of a comparison: label counts outermost, so that the quick ones come first; recipes innermost. */
export function cellsOf(recipes: readonly string[], labels: readonly number[], seeds: readonly number[]): Cell[] {
  return labels.flatMap((count) => seeds.flatMap((seed) => recipes.map((recipe) => ({ recipe, labels: count, seed }))));
}
