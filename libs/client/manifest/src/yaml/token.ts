import type { Mark } from './yaml-problem.js';

export type TokenType =
  | 'stream-start'
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** One token of libyaml's scanner. */
export interface Token {
  readonly type: TokenType;
  readonly start: Mark;
  readonly end: Mark;
  /** A scalar's text, an anchor's name, a tag's or directive's handle, a version. */
  readonly value: string;
  /** A tag's suffix, a directive's prefix. */
  readonly suffix: string;
  /** True for a scalar without quotes or block indicator. */
  readonly plain: boolean;
}

export function newToken(type: TokenType, start: Mark, end: Mark, value = '', suffix = '', plain = false): Token {
  return { type, start, end, value, suffix, plain };
}
