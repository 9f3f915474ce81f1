/** A template that does not parse or fails while it runs. `message` is Go's whole text. */
export class TemplateProblem extends Error {
  override name = 'TemplateProblem';
  /** What was printed before it failed. */
  output = '';

  /** `causes` are the messages of the errors that this one wraps, outermost first. */
  constructor(
    message: string,
    readonly causes: readonly string[] = [],
  ) {
    super(message);
  }
}
