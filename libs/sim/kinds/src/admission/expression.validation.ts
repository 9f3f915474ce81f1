import type { FieldPath } from '@seatrial/schema';
import { fieldErrors, type FieldError } from '@seatrial/schema';

/** What an admission expression may name. */
export interface ExpressionScope {
  readonly params: boolean;
  readonly variables: readonly string[];
}

/** Compiles an admission expression; its complaint is the compiler's. */
export function expressionErrors(
  expression: string,
  _result: 'bool' | 'string',
  _scope: ExpressionScope,
  path: FieldPath,
): FieldError[] {
  return expression.trim() === '' ? [fieldErrors.required(path)] : [];
}
