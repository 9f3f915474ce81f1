import {
  compareStrings,
  fail,
  goCanonicalJson,
  goJson,
  goPlain,
  goQuote,
  isJsonObject,
  ok,
  type Result,
} from '@seatrial/kernel';
import { goSyntax } from '../go-format/go-value.js';
import { StepLimitError, limitedSteps, type Charge } from '../step-budget.js';
import { JsonPathEvaluator, JsonPathProblem } from './jsonpath-evaluator.js';
import { FloatLiteral, type JsonPathNode } from './jsonpath-node.js';
import { parseJsonPath } from './jsonpath-parser.js';

export interface JsonPathOptions {
  /** Fields that are not there give nothing instead of an error; kubectl get's default. */
  readonly allowMissingKeys?: boolean;
  readonly charge?: Charge;
}

/** A parsed JSONPath template (k8s.io/client-go/util/jsonpath v0.35), for objects as unstructured JSON. */
export class JsonPath {
  private constructor(
    readonly template: string,
    private readonly nodes: readonly JsonPathNode[],
  ) {}

  /** The error is the parser's text, without anything before it (`unclosed action`). */
  static parse(template: string): Result<JsonPath, string> {
    const parsed = parseJsonPath(template);
    return parsed.ok ? ok(new JsonPath(template, parsed.value)) : parsed;
  }

  /** The values that each action finds, in order. */
  find(data: unknown, options: JsonPathOptions = {}): Result<readonly (readonly unknown[])[], string> {
    return evaluate(this.evaluator(options), data);
  }

  private evaluator(options: JsonPathOptions): JsonPathEvaluator {
    return new JsonPathEvaluator(this.nodes, options.allowMissingKeys ?? false, options.charge ?? limitedSteps());
  }

  /** Prints as `kubectl -o jsonpath`, or with `asJson` as `-o jsonpath-as-json`; the error is kubectl's whole text. */
  print(data: unknown, options: JsonPathOptions & { readonly asJson?: boolean } = {}): Result<string, string> {
    return this.printer(options)(data);
  }

  /**
   * Prints one object after another, as a printer of kubectl does: a `range` that was gone through stays behind it, so
   * that its `end` fails at the next object.
   */
  printer(options: JsonPathOptions & { readonly asJson?: boolean } = {}): (data: unknown) => Result<string, string> {
    const evaluator = this.evaluator(options);
    return (data) => this.printed(evaluate(evaluator, data), data, options.asJson ?? false);
  }

  private printed(found: ReturnType<typeof evaluate>, data: unknown, asJson: boolean): Result<string, string> {
    if (found.ok) return ok(found.value.map(asJson ? printAsJson : printValues).join(''));
    return fail(
      `error executing jsonpath ${goQuote(this.template)}: Error executing template: ${found.error}. ` +
        `Printing more information for debugging the template:\n\ttemplate was:\n\t\t${this.template}\n` +
        `\tobject given to jsonpath engine was:\n\t\t${goSyntax(data)}\n\n\n`,
    );
  }
}

function evaluate(evaluator: JsonPathEvaluator, data: unknown): Result<readonly (readonly unknown[])[], string> {
  try {
    return ok(evaluator.find(data));
  } catch (problem) {
    if (problem instanceof JsonPathProblem || problem instanceof StepLimitError) return fail(problem.message);
    throw problem;
  }
}

/** The values of one action as text, with spaces between; objects and lists as compact JSON. */
export function printValues(values: readonly unknown[]): string {
  return values.map(printValue).join(' ');
}

function printValue(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof FloatLiteral) return goPlain(value.value);
  return typeof value === 'object' ? goCanonicalJson(value) : goPlain(value);
}

const printAsJson = (values: readonly unknown[]): string => `${indentedJson(values.map(unwrap), '\n')}\n`;

const unwrap = (value: unknown): unknown => (value instanceof FloatLiteral ? value.value : value);

const members = (object: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => compareStrings(a, b));

function indentedJson(value: unknown, lineStart: string): string {
  const inner = `${lineStart}    `;
  if (Array.isArray(value))
    return value.length === 0
      ? '[]'
      : `[${value.map((item) => inner + indentedJson(item, inner)).join(',')}${lineStart}]`;
  if (!isJsonObject(value)) return goJson(value);
  const entries = members(value).map(([key, item]) => `${inner}${goJson(key)}: ${indentedJson(item, inner)}`);
  return entries.length === 0 ? '{}' : `{${entries.join(',')}${lineStart}}`;
}

/**
 * A path as users write it (`.metadata.name`, `metadata.name`, `{.metadata.name}`) as a JSONPath template; kubectl's
 * RelaxedJSONPathExpression, used by custom-columns, sort-by and wait.
 */
export function relaxedJsonPath(expression: string): Result<string, string> {
  if (expression === '') return ok('');
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression);
  if (!match) {
    return fail(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  return ok(`{.${match[1] ?? match[2]}}`);
}
