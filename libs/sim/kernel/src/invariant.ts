/** A bug of ours: never a student's mistake. A run that meets one ends as `grader_error`. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Asserts what the code relies on; throws {@link InvariantError} where it does not hold. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
