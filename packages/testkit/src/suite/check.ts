/** One thing that every backend must do: a test's name and its body, which throws when the backend does not. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}
