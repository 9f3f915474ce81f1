import {
  admissionVariables,
  compileCel,
  fieldErrors,
  type CelType,
  type FieldError,
  type FieldPath,
} from '@seatrial/schema';

/** What an admission expression may name, and what it must give. */
export interface ExpressionScope {
  readonly params: boolean;
  readonly authorizer: boolean;
  /** The policy's own variables; undefined where it has none. */
  readonly variables?: ReadonlyMap<string, CelType> | undefined;
}

const TYPE_NAMES: Readonly<Record<string, string>> = { null: 'null_type' };

const typeName = ({ text }: CelType): string => TYPE_NAMES[text] ?? text;

/** Compiles an admission expression; its complaint is the compiler's. Without wanted results, any will do. */
export function compileExpression(
  expression: string,
  results: readonly ('bool' | 'string' | 'null')[],
  scope: ExpressionScope,
  path: FieldPath,
): { readonly type: CelType | undefined; readonly errors: FieldError[] } {
  const program = compileCel(expression, admissionVariables(scope));
  if (!program.ok) {
    const { stage, text } = program.error;
    if (stage === 'compilation')
      return { type: undefined, errors: [fieldErrors.invalid(path, expression, `compilation failed: ${text}`)] };
    return { type: undefined, errors: [fieldErrors.internal(path, `program instantiation failed: ${text}`)] };
  }
  const type = program.value.resultType;
  if (results.length === 0 || results.some((kind) => kind === type.kind)) return { type, errors: [] };
  const wanted =
    results.length === 1 ? results[0] : `one of [${results.map((kind) => TYPE_NAMES[kind] ?? kind).join(' ')}]`;
  const detail = `must evaluate to ${wanted} but got ${typeName(type)}`;
  return { type, errors: [fieldErrors.invalid(path, expression, detail)] };
}
