import type { SymbolicLine } from './identifiers.js';

const SHOWN_LINES = 10;
const SHOWN_LENGTH = 200;

const firstWord = ({ template }: SymbolicLine): string => template.split(' ')[0] ?? '';

/** Lines of a watch say what passed: only those about something that never appeared here count. */
export function linesNeverWatched(claimed: readonly SymbolicLine[], actual: readonly SymbolicLine[]): string[] {
  const appeared = new Set(actual.map(firstWord));
  return linesNeverPrinted(
    claimed.filter((line) => !appeared.has(firstWord(line))),
    actual,
  );
}

/** Notes between commands, and what logging in and out says at a terminal. */
const BESIDE =
  /^\s*#|^\[sudo\] password for |^(?:logout|exit|Password:)\s*$|^Connection to \S+ closed\.|^Last login: |^Handling connection for \d+|^\[\d+\] \d+\s*$/;

/**
 * The lines that a transcript shows as a command's output and the replay did not print, identifiers, ages and times aside.
 * A paste may leave lines out; it may not have others.
 */
export function linesNeverPrinted(claimed: readonly SymbolicLine[], actual: readonly SymbolicLine[]): string[] {
  const printed = new Set(actual.map(({ template }) => template));
  const never = claimed.filter(({ template, text }) => !printed.has(template) && !BESIDE.test(text));
  return never.slice(0, SHOWN_LINES).map(({ text }) => text.slice(0, SHOWN_LENGTH));
}
