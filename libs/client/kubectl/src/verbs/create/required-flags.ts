import { goQuote } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';

/** Ends the command unless each of these flags was given (cobra MarkFlagRequired). */
export function requireFlags(k: Invocation, ...names: readonly string[]): void {
  const missing = names.filter((name) => !k.flags.changed(name));
  if (missing.length > 0) failWith(`required flag(s) ${missing.map((name) => goQuote(name)).join(', ')} not set`);
}
