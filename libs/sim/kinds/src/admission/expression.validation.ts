import { compileCel, fieldErrors, type FieldError, type FieldPath } from '@seatrial/schema';

/** What an admission expression may name. */
export interface ExpressionScope {
  readonly params: boolean;
  readonly variables: readonly string[];
}

/** The variables of admission expressions (k8s.io/apiserver/pkg/admission/plugin/cel). */
export const ADMISSION_VARIABLES: readonly string[] = [
  'object',
  'oldObject',
  'request',
  'namespaceObject',
  'authorizer',
  'variables',
];

/** Compiles an admission expression; its complaint is the compiler's. */
export function expressionErrors(
  expression: string,
  result: 'bool' | 'string',
  scope: ExpressionScope,
  path: FieldPath,
): FieldError[] {
  if (expression.trim() === '') return [fieldErrors.required(path)];
  const program = compileCel(expression, [...ADMISSION_VARIABLES, ...(scope.params ? ['params'] : [])]);
  if (!program.ok) return [fieldErrors.invalid(path, expression, `compilation failed: ${program.error}`)];
  const type = program.value.resultType;
  return type === result || type === 'dyn'
    ? []
    : [fieldErrors.invalid(path, expression, `must evaluate to ${result} but got ${type}`)];
}
