/** What is written into the page, as JSON, by `graft export --web` and by the studio. */
export interface EmbeddedModel {
  /** How good it is, in a sentence; empty when nobody measured it. */
  readonly note: string;
  /** The bundle as one file, in base64. */
  readonly bundle: string;
}
