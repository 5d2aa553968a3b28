/** What the studio writes into the exported page, as JSON. */
export interface EmbeddedModel {
  /** On the pictures that were held back: how many it named rightly, and of how many. */
  readonly right: number;
  readonly tested: number;
  /** The bundle as one file, in base64. */
  readonly bundle: string;
}
