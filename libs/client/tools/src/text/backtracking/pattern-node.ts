/** The syntax tree of a Perl-style pattern. */
export type PatternNode =
  | { readonly type: 'empty' }
  /** One character that the test accepts. */
  | { readonly type: 'character'; readonly test: (char: string) => boolean }
  | { readonly type: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly type: 'alternatives'; readonly branches: readonly PatternNode[] }
  | { readonly type: 'group'; readonly index: number; readonly body: PatternNode }
  | {
      readonly type: 'repeat';
      readonly body: PatternNode;
      readonly min: number;
      readonly max: number;
      readonly style: 'greedy' | 'lazy' | 'possessive';
    }
  | { readonly type: 'assertion'; readonly kind: AssertionKind }
  | { readonly type: 'back-reference'; readonly index: number }
  | { readonly type: 'look'; readonly behind: boolean; readonly negative: boolean; readonly body: PatternNode }
  | { readonly type: 'atomic'; readonly body: PatternNode }
  /** `\K`: what was matched so far does not belong to the match. */
  | { readonly type: 'keep' };

export type AssertionKind =
  'line-start' | 'line-end' | 'text-start' | 'text-end' | 'last-line-end' | 'boundary' | 'no-boundary';

export interface ParsedPattern {
  readonly root: PatternNode;
  readonly groups: number;
  /** RE2 cannot run it: back references, look-around, `\K`, atomic or possessive groups. */
  readonly needsBacktracking: boolean;
}

export interface PatternFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}
