/** Perl that is not simulated. */
export class PerlUnknownError extends Error {
  override readonly name = 'PerlUnknownError';
}

export type PerlValue = string | number | undefined;

export type PerlToken =
  | {
      readonly kind: 'text';
      readonly parts: readonly { readonly text?: string | undefined; readonly variable?: string | undefined }[];
    }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'word' | 'operator'; readonly text: string };

export type PerlExpression =
  | Exclude<PerlToken, { readonly kind: 'word' | 'operator' }>
  | { readonly kind: 'call'; readonly name: string; readonly list: readonly PerlExpression[] }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: PerlExpression;
      readonly right: PerlExpression;
    }
  | {
      readonly kind: 'choice';
      readonly if: PerlExpression;
      readonly then: PerlExpression;
      readonly else: PerlExpression;
    };

export type PerlStatement =
  | { readonly kind: 'command'; readonly name: string; readonly list: readonly PerlExpression[] }
  | { readonly kind: 'assign'; readonly name: string; readonly value: PerlExpression | undefined }
  | {
      readonly kind: 'if';
      readonly condition: PerlExpression;
      readonly then: readonly PerlStatement[];
      readonly else: readonly PerlStatement[];
    }
  | { readonly kind: 'while'; readonly condition: PerlExpression; readonly body: readonly PerlStatement[] }
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly from: PerlExpression;
      readonly to: PerlExpression;
      readonly body: readonly PerlStatement[];
    };
