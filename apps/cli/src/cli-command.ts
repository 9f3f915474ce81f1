/** One subcommand of `seatrial`. */
export interface CliCommand {
  readonly name: string;
  /** One line of help, with its arguments. */
  readonly usage: string;
  /** Returns the exit status. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** A wrong call: printed with the usage, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
