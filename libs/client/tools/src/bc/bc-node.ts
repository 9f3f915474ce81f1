/** What a name stands for: a variable, an element of an array, or one of bc's own. */
export type BcPlace =
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'element'; readonly name: string; readonly index: BcExpression };

/** `size`: how many bytes GNU bc's code for it has, which its run-time errors count. */
export type BcExpression = (
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'last' }
  | BcPlace
  | { readonly type: 'binary'; readonly operator: string; readonly left: BcExpression; readonly right: BcExpression }
  | { readonly type: 'unary'; readonly operator: '-' | '!'; readonly operand: BcExpression }
  | { readonly type: 'assign'; readonly operator: string; readonly place: BcExpression; readonly value: BcExpression }
  | { readonly type: 'step'; readonly by: 1 | -1; readonly before: boolean; readonly place: BcExpression }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly BcArgument[] }
) & { readonly size: number };

/** An argument: a value, or a whole array. */
export type BcArgument = BcExpression | { readonly type: 'array'; readonly name: string };

export type BcStatement =
  | { readonly type: 'expression'; readonly expression: BcExpression; readonly prints: boolean }
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: 'print'; readonly items: readonly (BcExpression | string)[] }
  | { readonly type: 'block'; readonly body: readonly BcStatement[] }
  | { readonly type: 'if'; readonly test: BcExpression; readonly then: BcStatement; readonly otherwise?: BcStatement }
  | { readonly type: 'while'; readonly test: BcExpression; readonly body: BcStatement }
  | {
      readonly type: 'for';
      readonly first?: BcExpression;
      readonly test?: BcExpression;
      readonly next?: BcExpression;
      readonly body: BcStatement;
    }
  | { readonly type: 'break' | 'continue' | 'halt' }
  | { readonly type: 'return'; readonly value?: BcExpression };

/** A parameter or an automatic variable. */
export interface BcName {
  readonly name: string;
  readonly isArray: boolean;
}

export interface BcFunction {
  readonly name: string;
  readonly parameters: readonly BcName[];
  readonly autos: readonly BcName[];
  readonly body: readonly BcStatement[];
  /** Its value is not printed. */
  readonly isVoid: boolean;
}

/** What is read at once: a line of statements, or the definition of a function. */
export type BcItem =
  | { readonly type: 'line'; readonly statements: readonly BcStatement[] }
  | { readonly type: 'function'; readonly definition: BcFunction };
