/** Expressions of awk (POSIX). */
export type AwkExpression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'regex'; readonly source: string }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'element'; readonly name: string; readonly keys: readonly AwkExpression[] }
  | { readonly type: 'field'; readonly index: AwkExpression }
  | { readonly type: 'unary'; readonly operator: string; readonly operand: AwkExpression }
  | { readonly type: 'binary'; readonly operator: string; readonly left: AwkExpression; readonly right: AwkExpression }
  | { readonly type: 'match'; readonly negated: boolean; readonly left: AwkExpression; readonly right: AwkExpression }
  | { readonly type: 'in'; readonly keys: readonly AwkExpression[]; readonly name: string }
  | {
      readonly type: 'conditional';
      readonly test: AwkExpression;
      readonly then: AwkExpression;
      readonly otherwise: AwkExpression;
    }
  | {
      readonly type: 'assign';
      readonly operator: string;
      readonly target: AwkExpression;
      readonly value: AwkExpression;
    }
  | { readonly type: 'step'; readonly by: number; readonly prefix: boolean; readonly target: AwkExpression }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly AwkExpression[] }
  | {
      readonly type: 'getline';
      readonly target?: AwkExpression;
      readonly from?: AwkExpression;
      readonly command?: AwkExpression;
    };

export type AwkStatement =
  | { readonly type: 'block'; readonly body: readonly AwkStatement[] }
  | { readonly type: 'expression'; readonly expression: AwkExpression }
  | {
      readonly type: 'print' | 'printf';
      readonly args: readonly AwkExpression[];
      readonly redirect?: { readonly operator: string; readonly target: AwkExpression };
    }
  | {
      readonly type: 'if';
      readonly test: AwkExpression;
      readonly then: AwkStatement;
      readonly otherwise?: AwkStatement;
    }
  | { readonly type: 'while'; readonly test: AwkExpression; readonly body: AwkStatement }
  | { readonly type: 'do'; readonly test: AwkExpression; readonly body: AwkStatement }
  | {
      readonly type: 'for';
      readonly init?: AwkStatement;
      readonly test?: AwkExpression;
      readonly step?: AwkStatement;
      readonly body: AwkStatement;
    }
  | { readonly type: 'for-in'; readonly variable: string; readonly array: string; readonly body: AwkStatement }
  | { readonly type: 'next' | 'nextfile' | 'break' | 'continue' }
  | { readonly type: 'exit' | 'return'; readonly value?: AwkExpression }
  | { readonly type: 'delete'; readonly name: string; readonly keys?: readonly AwkExpression[] };

export interface AwkRule {
  readonly pattern?: 'BEGIN' | 'END' | { readonly from: AwkExpression; readonly to?: AwkExpression };
  /** Without one, the record is printed. */
  readonly body?: AwkStatement;
}

export interface AwkFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: AwkStatement;
}

export interface AwkProgram {
  readonly rules: readonly AwkRule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}

/** What ends a running program, as mawk says it. */
export class AwkRuntimeError extends Error {
  override readonly name = 'AwkRuntimeError';
}

/** A program that cannot be parsed; the place as mawk names it. */
export class AwkSyntaxError extends Error {
  override readonly name = 'AwkSyntaxError';
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}
