import { fail, isJsonObject, ok, type JsonValue, type Result } from '@seatrial/kernel';
import { EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import type { SchemaNode } from '../schema/schema-node.js';
import { findUndefinedField, renameCalls, type CelNode } from './cel-ast.js';
import { SAFE_MATCHES, celEnvironment } from './kubernetes-library.js';

/** Values that expressions may see: JSON, with the schema that tells whole numbers from others. */
export interface CelInput {
  readonly value: JsonValue | undefined;
  readonly schema?: SchemaNode;
}

export type CelOutput = string | number | bigint | boolean | null | readonly unknown[] | object | undefined;

/** A compiled expression. Evaluation never throws; its error is cel-go's text. */
export interface CelProgram {
  /** `bool`, `string`, `dyn`… as far as it can be told before evaluation. */
  readonly resultType: string;
  readonly ast: CelNode;
  evaluate(variables: Readonly<Record<string, CelInput>>): Result<CelOutput, string>;
}

const EXPECTED =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

interface CelError {
  readonly summary?: string;
  readonly range?: { readonly start: number };
  readonly node?: { readonly start?: number };
}

/** `ERROR: <input>:1:17: undefined field 'limit'` with the line and a mark under the place. */
export function celErrorText(expression: string, offset: number, message: string): string {
  const before = expression.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - (before.lastIndexOf('\n') + 1);
  const source = expression.split('\n')[line - 1] ?? '';
  return `ERROR: <input>:${line}:${column + 1}: ${message}\n | ${source}\n | ${'.'.repeat(column)}^`;
}

function compileMessage(error: Error & CelError, expression: string): string {
  const summary = error.summary ?? error.message.split('\n')[0];
  const offset = error.range?.start ?? error.node?.start ?? 0;
  const unknown = /^Unknown variable: (.*)$/.exec(summary);
  if (unknown) return celErrorText(expression, offset, `undeclared reference to '${unknown[1]}' (in container '')`);
  const token = /^Unexpected token: (.*)$/.exec(summary);
  if (token) {
    const name = token[1] === 'EOF' ? '<EOF>' : expression.charAt(offset) || token[1];
    return celErrorText(expression, offset, `Syntax error: mismatched input '${name}' expecting ${EXPECTED}`);
  }
  const overload = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary);
  if (overload)
    return celErrorText(
      expression,
      offset,
      `found no matching overload for '_${overload[2]}_' applied to '(${overload[1]}, ${overload[3]})'`,
    );
  const missing = /^(?:found no matching overload for|Function not found:) '?([\w.]+)/.exec(summary);
  if (missing)
    return celErrorText(
      expression,
      offset,
      `undeclared reference to '${missing[1].split('.').at(-1) ?? ''}' (in container '')`,
    );
  return celErrorText(expression, offset, error instanceof ParseError ? `Syntax error: ${summary}` : summary);
}

function runtimeMessage(error: Error & CelError, argument: string): string {
  const summary = error.summary ?? error.message.split('\n')[0];
  const key = /^No such key: (.*)$/.exec(summary);
  if (key) {
    const bounds = /^index out of bounds, index (-?\d+)/.exec(key[1]);
    return bounds ? `index out of bounds: ${bounds[1]}` : `no such key: ${key[1]}`;
  }
  const conversion = /^(int|uint|double|bool|timestamp|duration)\(\)/.exec(summary);
  if (conversion) return `type conversion error from '${argument}' to '${conversion[1]}'`;
  if (summary === 'division by zero') return 'division by zero';
  if (summary === 'modulo by zero') return 'modulus by zero';
  if (/no such overload|no matching overload/.test(summary)) return 'no such overload';
  return summary.charAt(0).toLowerCase() + summary.slice(1);
}

/** JSON as CEL values: whole numbers become int, timestamps of custom resources timestamp. */
function toCel(value: JsonValue | undefined, schema: SchemaNode | undefined): unknown {
  if (typeof value === 'number') return schema?.type === 'number' || !Number.isInteger(value) ? value : BigInt(value);
  if (typeof value === 'string') {
    if (schema?.structural && schema.raw.format === 'date-time') return new Date(value);
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => toCel(item, schema?.items));
  if (!isJsonObject(value)) return value ?? null;
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value))
    if (item !== undefined) out[key] = toCel(item, schema?.field(key) ?? schema?.values);
  return out;
}

const lazily = (inputs: Readonly<Record<string, CelInput>>): Record<string, unknown> => {
  const out: Record<string, unknown> = {};
  for (const [name, { value, schema }] of Object.entries(inputs)) out[name] = toCel(value, schema);
  return out;
};

/**
 * Compiles a CEL expression for the named variables. `schemas` makes fields that a variable cannot have an error. The
 * error is cel-go's text without `compilation failed: `.
 */
export function compileCel(
  expression: string,
  variables: readonly string[],
  schemas: Readonly<Record<string, SchemaNode>> = {},
): Result<CelProgram, string> {
  try {
    const program = celEnvironment(variables).parse(expression);
    const ast = program.ast as unknown as CelNode;
    renameCalls(ast, 'matches', SAFE_MATCHES);
    const undefinedField = findUndefinedField(ast, schemas);
    if (undefinedField)
      return fail(celErrorText(expression, undefinedField.offset, `undefined field '${undefinedField.name}'`));
    const checked = program.check();
    if (!checked.valid) return fail(compileMessage(checked.error as Error & CelError, expression));
    return ok({
      resultType: checked.type ?? 'dyn',
      ast,
      evaluate: (inputs) => {
        try {
          return ok(program(lazily(inputs)) as CelOutput);
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          return fail(runtimeMessage(error, 'string'));
        }
      },
    });
  } catch (error) {
    if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)
      return fail(compileMessage(error as Error & CelError, expression));
    throw error;
  }
}
