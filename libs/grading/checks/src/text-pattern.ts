import type { SourceNode } from '@seatrial/exercise';
import { RE2JS } from 're2js';

/** What a text must be like. */
export interface TextPattern {
  readonly source: string;
  matches(text: string): boolean;
}

const LARGEST_TEXT = 1_000_000;

/** Reads `contains` (plain text) or `matches` (a regular expression, RE2 syntax); undefined when neither is there. */
export function readPattern(node: SourceNode): TextPattern | undefined {
  const contains = node.member('contains').optionalString();
  if (contains !== undefined) return { source: contains, matches: (text) => text.includes(contains) };
  const matches = node.member('matches');
  return matches.present ? compile(matches) : undefined;
}

/** Reads one regular expression. */
export function compile(node: SourceNode): TextPattern {
  const source = node.string();
  try {
    const pattern = RE2JS.compile(source, RE2JS.MULTILINE);
    return { source, matches: (text) => pattern.matcher(text.slice(0, LARGEST_TEXT)).find() };
  } catch (error) {
    node.error(`is not a regular expression (RE2): ${error instanceof Error ? error.message : String(error)}`);
    return { source, matches: () => false };
  }
}
