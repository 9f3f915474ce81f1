/** The syntax tree of a jq program. */
export type JqNode =
  | { readonly type: 'identity' }
  | { readonly type: 'recurse' }
  | { readonly type: 'literal'; readonly value: unknown }
  | { readonly type: 'string'; readonly format: string | undefined; readonly parts: readonly (string | JqNode)[] }
  | { readonly type: 'format'; readonly name: string }
  | { readonly type: 'index'; readonly target: JqNode; readonly key: JqNode; readonly optional?: boolean }
  | {
      readonly type: 'slice';
      readonly target: JqNode;
      readonly from?: JqNode;
      readonly to?: JqNode;
      readonly optional?: boolean;
    }
  | { readonly type: 'iterate'; readonly target: JqNode; readonly optional?: boolean }
  | { readonly type: 'array'; readonly body?: JqNode }
  | { readonly type: 'object'; readonly entries: readonly { readonly key: JqNode; readonly value: JqNode }[] }
  | { readonly type: 'negate'; readonly operand: JqNode }
  | { readonly type: 'pipe' | 'comma' | 'alternative'; readonly left: JqNode; readonly right: JqNode }
  | { readonly type: 'and' | 'or'; readonly left: JqNode; readonly right: JqNode }
  | { readonly type: 'binary'; readonly operator: string; readonly left: JqNode; readonly right: JqNode }
  | { readonly type: 'update'; readonly operator: string; readonly left: JqNode; readonly right: JqNode }
  | { readonly type: 'if'; readonly test: JqNode; readonly then: JqNode; readonly otherwise?: JqNode }
  | { readonly type: 'try'; readonly body: JqNode; readonly handler?: JqNode }
  | {
      readonly type: 'reduce';
      readonly source: JqNode;
      readonly pattern: JqPattern;
      readonly init: JqNode;
      readonly update: JqNode;
    }
  | {
      readonly type: 'foreach';
      readonly source: JqNode;
      readonly pattern: JqPattern;
      readonly init: JqNode;
      readonly update: JqNode;
      readonly extract?: JqNode;
    }
  | { readonly type: 'function'; readonly definition: JqFunction; readonly rest: JqNode }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly JqNode[]; readonly at: number }
  | { readonly type: 'variable'; readonly name: string; readonly at: number }
  | { readonly type: 'bind'; readonly source: JqNode; readonly patterns: readonly JqPattern[]; readonly body: JqNode }
  | { readonly type: 'label'; readonly name: string; readonly body: JqNode }
  | { readonly type: 'break'; readonly name: string };

export interface JqFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: JqNode;
}

/** The left side of `as`. */
export type JqPattern =
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'array'; readonly items: readonly JqPattern[] }
  | {
      readonly type: 'object';
      readonly entries: readonly { readonly key: JqNode; readonly variable?: string; readonly pattern?: JqPattern }[];
    };

/** A program that cannot be compiled; lines as jq 1.6 prints them, after `jq: error: `. */
export class JqSyntaxError extends Error {
  override readonly name = 'JqSyntaxError';

  /** Every message: bison goes on after an error that a rule foresees, and that rule has its own. */
  constructor(readonly messages: readonly string[]) {
    super(messages[0]);
  }
}

/** An error that `try` can catch; `value` is what `error(…)` was given. */
export class JqError extends Error {
  override readonly name = 'JqError';
  constructor(readonly value: unknown) {
    super(typeof value === 'string' ? value : 'jq error');
  }
}
