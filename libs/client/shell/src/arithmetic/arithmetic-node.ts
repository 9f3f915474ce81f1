/** Where a value can be stored: a variable, or an element of an array by the text of its subscript. */
export interface ArithmeticTarget {
  readonly name: string;
  readonly subscript?: string;
}

export type ArithmeticNode =
  | { readonly type: 'number'; readonly value: bigint }
  | { readonly type: 'variable'; readonly target: ArithmeticTarget }
  | { readonly type: 'unary'; readonly operator: string; readonly operand: ArithmeticNode }
  | {
      readonly type: 'binary';
      readonly operator: string;
      readonly left: ArithmeticNode;
      readonly right: ArithmeticNode;
      /** The source from the right operand on, for errors of division. */
      readonly rest: string;
    }
  | { readonly type: 'step'; readonly target: ArithmeticTarget; readonly by: bigint; readonly prefix: boolean }
  | {
      readonly type: 'assign';
      readonly operator: string;
      readonly target: ArithmeticTarget;
      readonly value: ArithmeticNode;
      readonly rest: string;
    }
  | {
      readonly type: 'conditional';
      readonly test: ArithmeticNode;
      readonly then: ArithmeticNode;
      readonly otherwise: ArithmeticNode;
    };

/** What is wrong with an expression; `message` as bash words it, without the expression in front. */
export class ArithmeticFailure extends Error {
  override readonly name = 'ArithmeticFailure';
}
