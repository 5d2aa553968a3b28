/** One run of a comparison as plain data: what makes its result, apart from the data and the source themselves. */
export interface Cell {
  readonly recipe: string;
  /** Number of labelled training examples. */
  readonly labels: number;
  readonly seed: number;
  /** Which source, where a comparison has several. */
  readonly backbone?: string;
  /** Numbers of the recipe that tuning sets; `learningRate` stands for the budget's. */
  readonly settings?: Readonly<Record<string, number>>;
}

/**
 * All runs of a comparison: label counts outermost, so that the quick ones come first, then seeds, then backbones; recipes
 * innermost.
 *
 * @param backbones names; empty where there is only one
 */
export function cellsOf(
  recipes: readonly string[],
  labels: readonly number[],
  seeds: readonly number[],
  backbones: readonly string[] = [],
): Cell[] {
  const named = backbones.length === 0 ? [{}] : backbones.map((backbone) => ({ backbone }));
  return labels.flatMap((count) =>
    seeds.flatMap((seed) =>
      named.flatMap((backbone) => recipes.map((recipe) => ({ recipe, labels: count, seed, ...backbone }))),
    ),
  );
}

/** A cell in a few words: `lp-ft, 100 labels, seed 2`. */
export function cellName({ recipe, labels, seed, backbone }: Cell): string {
  return `${recipe}${backbone === undefined ? '' : ` of ${backbone}`}, ${labels} labels, seed ${seed}`;
}
