import type { SymbolicLine } from './identifiers.js';

const SHOWN_LINES = 10;
const SHOWN_LENGTH = 200;

/**
 * The lines that a transcript shows as a command's output and the replay did not print, identifiers, ages and times aside.
 * A paste may leave lines out; it may not have others.
 */
export function linesNeverPrinted(claimed: readonly SymbolicLine[], actual: readonly SymbolicLine[]): string[] {
  const printed = new Set(actual.map(({ template }) => template));
  const never = claimed.filter(({ template }) => !printed.has(template));
  return never.slice(0, SHOWN_LINES).map(({ text }) => text.slice(0, SHOWN_LENGTH));
}
