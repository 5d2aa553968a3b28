/** What a model's inputs are. */
export interface InputForm {
  /** One example's shape without the batch. */
  readonly inputShape: readonly number[];
  /** What bytes 0…255 are mapped to. */
  readonly range: readonly [number, number];
}
