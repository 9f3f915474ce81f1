import { fail, isJsonObject, ok, type JsonValue, type Result } from '@seatrial/kernel';
import { EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import type { SchemaNode } from '../schema/schema-node.js';
import { renameCalls, type CelNode } from './cel-ast.js';
import { celErrorText, compileErrorText, type CelError } from './cel-errors.js';
import { COST_LIMIT_EXCEEDED, meterAll, withinCostLimit, type CelBudget } from './cel-cost.js';
import { findTypeProblem } from './cel-types.js';
import { celEnvironment } from './kubernetes-library.js';
import { SAFE_MATCHES } from './library/string.library.js';

/** Values that expressions may see: JSON, with the schema that tells whole numbers from others. */
export interface CelInput {
  readonly value: JsonValue | undefined;
  readonly schema?: SchemaNode;
  /** A value of a type of its own, instead of JSON. */
  readonly native?: object;
}

export type CelOutput = string | number | bigint | boolean | null | readonly unknown[] | object | undefined;

/** A compiled expression. Evaluation never throws; its error is cel-go's text. */
export interface CelProgram {
  /** `bool`, `string`, `dyn`… as far as it can be told before evaluation. */
  readonly resultType: string;
  readonly ast: CelNode;
  evaluate(variables: Readonly<Record<string, CelInput>>, budget?: CelBudget): Result<CelOutput, string>;
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
  return /^[A-Z][a-z]/.test(summary) ? summary.charAt(0).toLowerCase() + summary.slice(1) : summary;
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
  for (const [name, { value, schema, native }] of Object.entries(inputs)) out[name] = native ?? toCel(value, schema);
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
    const problem = findTypeProblem(ast, expression, schemas);
    if (problem) return fail(celErrorText(expression, problem.offset, problem.message));
    const checked = program.check();
    if (!checked.valid) return fail(compileErrorText(checked.error as Error & CelError, expression));
    meterAll(ast);
    return ok({
      resultType: checked.type ?? 'dyn',
      ast,
      evaluate: (inputs, budget) => {
        try {
          const done = withinCostLimit(() => program(lazily(inputs)) as CelOutput, budget);
          return done ? ok(done.value) : fail(COST_LIMIT_EXCEEDED);
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          return fail(runtimeMessage(error, 'string'));
        }
      },
    });
  } catch (error) {
    if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)
      return fail(compileErrorText(error as Error & CelError, expression));
    throw error;
  }
}
